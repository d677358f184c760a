"""The statistical jump model: sessions sorted into two states by features, with a penalty for each change of state."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.regimes.online import Regimes
from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.risk.schedule import spans
from optimizer.engine.risk.volatility.ewma import decay_of, ewma
from optimizer.engine.risk.volatility.forecasts import HORIZONS
from optimizer.engine.risk.volatility.series import following

PENALTY = 50.0
"""What a change of state costs, in half squared standard deviations of the features: about one change a year."""

DOWNSIDE, SORTINO = 10, (20, 60)
"""Half-lives, in sessions, of the features."""

STARTS = (0.5, 0.7, 0.85)
"""A search begins with the sessions of most downside risk, above these quantiles, as the turbulent ones."""

SETTLED, ROUNDS, LEAST = 66, 20, 1e-6


@dataclass(frozen=True, slots=True)
class Jump:
    """Mean and spread of the features (f) by which they are standardised, and the centres (2 x f), calm first."""

    mean: Floats
    spread: Floats
    centres: Floats

    def excess(self, rows: Floats) -> Floats:
        """By session (T): how much worse the calm centre fits the features (T x f) than the turbulent one."""
        gaps = ((rows - self.mean) / self.spread)[:, None, :] - self.centres
        loss = 0.5 * (gaps**2).sum(axis=2)
        excess: Floats = loss[:, 0] - loss[:, 1]
        return excess


def features(returns: Floats) -> Floats:
    """T x 3: the downside deviation and two Sortino ratios, all exponentially weighted.

    Shu, Yu and Mulvey, "Downside risk reduction using regime-switching signals: a statistical jump model approach",
    Journal of Asset Management 25, 2024.
    """
    falls = np.minimum(returns, 0.0) ** 2
    risk = [np.maximum(np.sqrt(ewma(falls, decay_of(life))), LEAST) for life in (DOWNSIDE, *SORTINO)]
    ratios = [ewma(returns, decay_of(life)) / own for life, own in zip(SORTINO, risk[1:], strict=True)]
    return np.column_stack([risk[0], *ratios])


def jumps(returns: Floats) -> Regimes:
    """The state at each close, 0 or 1: where the cheapest path that ends there ends, of all that was known then.

    Its forecast of variance is the mean of what followed sessions of that state in the estimate's own past.
    """
    rows_of, turbulent = features(returns), np.full(len(returns), np.nan)
    variance = np.full((len(HORIZONS), len(returns)), np.nan)
    after = [following(returns**2, horizon) for horizon in HORIZONS]
    for known, rows in spans(len(returns)):
        model = fit(rows_of[SETTLED:known], returns[SETTLED:known])
        if model:
            states = online(rows_of[SETTLED : rows.stop], model)
            turbulent[rows] = states[rows.start - SETTLED :]
            for h, horizon in enumerate(HORIZONS):
                seen = slice(SETTLED, known - horizon)
                means = _by_state(after[h][seen], states[: known - horizon - SETTLED])
                variance[h, rows] = means[turbulent[rows].astype(int)]
    return Regimes(turbulent, variance)


def online(rows: Floats, model: Jump) -> Mask:
    """Whether each session (T) is turbulent as seen at its own close."""
    return np.array(_leads(model.excess(rows))) > 0


def fit(rows: Floats, returns: Floats) -> Jump | None:
    """The cheapest of several searches; None where the features never differ, or no state is ever left.

    Bemporad et al., "Fitting jump models", Automatica 96, 2018.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    if (spread <= 0).any():
        return None
    scores = (rows - mean) / spread
    risk = scores[:, 0]
    found = [each for share in STARTS if (each := _search(scores, risk > np.quantile(risk, share))) is not None]
    if not found:
        return None
    _, centres, states = min(found, key=lambda each: each[0])
    wilder = float((returns[states] ** 2).mean()) >= float((returns[~states] ** 2).mean())
    return Jump(mean, spread, centres if wilder else centres[::-1])


def _search(scores: Floats, states: Mask) -> tuple[float, Floats, Mask] | None:
    """Centres and cheapest path in turn until the path stays: what it costs, the centres, the path."""
    for _ in range(ROUNDS):
        if states.all() or not states.any():
            return None
        centres = np.array([scores[~states].mean(axis=0), scores[states].mean(axis=0)])
        loss = 0.5 * ((scores[:, None, :] - centres) ** 2).sum(axis=2)
        again = np.array(_path(loss[:, 0] - loss[:, 1]))
        if (again == states).all():
            break
        states = again
    cost = float(loss[np.arange(len(loss)), again.astype(int)].sum()) + PENALTY * float((again[1:] != again[:-1]).sum())
    return (cost, centres, again) if 0 < again.sum() < len(again) else None


def _leads(excess: Floats) -> list[float]:
    """By session, how much dearer the cheapest path that ends calm is than the one that ends turbulent."""
    lead, leads = 0.0, []
    for step in excess.tolist():
        lead = min(max(lead, -PENALTY), PENALTY) + step
        leads.append(lead)
    return leads


def _path(excess: Floats) -> list[bool]:
    """The cheapest path of states through an estimate's own past, by dynamic programming."""
    leads = _leads(excess)
    turbulent = leads[-1] > 0
    backwards = [turbulent]
    for lead in reversed(leads[:-1]):
        turbulent = lead >= -PENALTY if turbulent else lead > PENALTY
        backwards.append(turbulent)
    return backwards[::-1]


def _by_state(outcome: Floats, states: Mask) -> Floats:
    """Mean outcome of each state; of all, where a state never was."""
    chosen: Sequence[Mask] = (~states, states)
    return np.array([outcome[each].mean() if each.any() else outcome.mean() for each in chosen])
