"""What followed each state out of sample, and what knowing it was worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.covariance import YEAR, covariance
from optimizer.engine.risk.regimes.conditional import AHEAD, conditional_covariance
from optimizer.engine.risk.regimes.hmm import Hmm
from optimizer.engine.risk.regimes.online import Regimes
from optimizer.engine.risk.returns import Closes, Floats, Mask
from optimizer.engine.risk.volatility.ewma import ewma
from optimizer.engine.risk.volatility.forecasts import HORIZONS
from optimizer.engine.risk.volatility.score import Mean, mean, qlike
from optimizer.engine.risk.volatility.series import following

COST = 0.0005
"""Of what is traded, each time a state is left or entered."""


@dataclass(frozen=True, slots=True)
class After:
    """The sessions that followed closes of one state: how many, their annual volatility, their annual mean return."""

    sessions: int
    volatility: float
    mean: Mean


@dataclass(frozen=True, slots=True)
class Record:
    """`leaving`: annual return of holding nothing after turbulent closes, less that of holding, net of COST.

    `loss`: QLIKE at AHEAD sessions; `saved`: against EWMA(.94). `changes` of state.
    """

    calm: After
    turbulent: After
    leaving: Mean
    loss: Mean
    saved: Mean
    changes: int


def record(made: Regimes, returns: Floats) -> Record | None:
    """Of daily returns (T); None without an estimate."""
    known = np.isfinite(made.turbulent[:-1])
    if not known.any():
        return None
    wild, after = made.turbulent[:-1][known] > 0.5, returns[1:][known]
    changed = np.append(False, wild[1:] != wild[:-1])
    place, realised = HORIZONS.index(AHEAD), following(returns**2, AHEAD)
    loss = qlike(realised, made.variance[place])
    other = qlike(realised, AHEAD * ewma(returns**2))
    return Record(
        calm=_after(after, ~wild),
        turbulent=_after(after, wild),
        leaving=mean(YEAR * (np.where(wild, -after, 0.0) - COST * changed), 1),
        loss=mean(loss, AHEAD),
        saved=mean(other - loss, AHEAD),
        changes=int(changed.sum()),
    )


def covariance_record(history: Closes, market: Floats, models: Sequence[tuple[int, Hmm]]) -> Mean:
    """Gaussian loss a day and asset that the conditional covariance saves against the one that knows no state.

    Every AHEAD sessions both are made of the complete returns (T x n) before, and judged on those of the next ones:
    (ln det S + r'S^-1 r) / 2n. `market` (T) is what the models were estimated on.
    """
    values, saved = history.values, []
    known = [count for count, _ in models]
    for now in range(known[0] if known else len(market), len(market) - AHEAD + 1, AHEAD):
        model = models[int(np.searchsorted(known, now, side="right")) - 1][1]
        past = values[: now + 1]
        moves = past[1:] / past[:-1] - 1
        later = values[now + 1 : now + 1 + AHEAD] / values[now : now + AHEAD] - 1
        plain = covariance(Closes(past, history.first))
        knowing = conditional_covariance(moves, market[:now], model)
        saved.append(_loss(later, plain) - _loss(later, knowing))
    return mean(np.array(saved), 1)


def _after(returns: Floats, chosen: Mask) -> After:
    own = returns[chosen]
    volatility = float(np.sqrt((own**2).mean() * YEAR)) if len(own) else float("nan")
    return After(len(own), volatility, mean(own * YEAR, 1))


def _loss(returns: Floats, matrix: Floats) -> float:
    """Mean over sessions of returns (T x n) under an annual covariance."""
    daily = matrix / YEAR
    fit = (returns * np.linalg.solve(daily, returns.T).T).sum() / len(returns)
    loss: float = (np.linalg.slogdet(daily)[1] + fit) / (2 * returns.shape[1])
    return float(loss)
