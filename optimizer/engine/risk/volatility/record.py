"""The forecasts' record out of sample, and whether it supports the combination."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.volatility.forecasts import BASELINES, HORIZONS, Forecasts, Model
from optimizer.engine.risk.volatility.score import Mean, mean, qlike
from optimizer.engine.risk.volatility.series import following

JUDGED = 21
"""The horizon by which the combination is judged: about a month, what a rebalance looks ahead."""

CLEAR = 2.0
"""Standard errors by which the combination's loss must lie below that of every EWMA."""


@dataclass(frozen=True, slots=True)
class Line:
    """A model's loss at a horizon, what it saves against each EWMA, and realised over forecast variance."""

    model: Model
    horizon: int
    loss: Mean
    saved: Mapping[Model, Mean]
    ratio: float


def record(made: Forecasts, squares: Floats, beside: Forecasts | None = None) -> tuple[Line, ...]:
    """By model and horizon, out of each session's realised variance (T), such as squared returns.

    beside: whose EWMAs they are held against, where not their own.
    """
    held = beside or made
    return tuple(_line(made, squares, model, horizon, held) for horizon in HORIZONS for model in made.variance)


def supported(lines: tuple[Line, ...]) -> bool:
    """Whether the combination was clearly better than every EWMA at the horizon that is judged."""
    line = next(line for line in lines if (line.model, line.horizon) == ("combination", JUDGED))
    return all(saved.value > 0 and saved.t >= CLEAR for saved in line.saved.values())


def against(made: Forecasts, other: Forecasts, squares: Floats, horizon: int) -> Mean:
    """What the combination of `made` saves against that of `other` on the sessions that both foretold."""
    place, realised = HORIZONS.index(horizon), following(squares, horizon)
    own, theirs = (qlike(realised, each.variance["combination"][place]) for each in (made, other))
    return mean(theirs - own, horizon)


def _line(made: Forecasts, squares: Floats, model: Model, horizon: int, beside: Forecasts) -> Line:
    place, realised = HORIZONS.index(horizon), following(squares, horizon)
    own = made.variance[model][place]
    loss = qlike(realised, own)
    others = {name: qlike(realised, beside.variance[name][place]) for name in BASELINES}
    seen = np.isfinite(realised) & np.isfinite(own)
    ratio = float(realised[seen].sum() / own[seen].sum()) if seen.any() else float("nan")
    return Line(
        model=model,
        horizon=horizon,
        loss=mean(loss, horizon),
        saved={name: mean(other - loss, horizon) for name, other in others.items()},
        ratio=ratio,
    )
