"""What walked paths say together: figures with their intervals, beside the baselines, and what choosing among settings
leaves of the best of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np

from optimizer.engine.errors import EngineError
from optimizer.engine.risk.covariance import WINDOW
from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.bootstrap import DRAWS, LEVEL, Interval, intervals
from optimizer.engine.validate.figures import NAMES
from optimizer.engine.validate.overfitting import PARTS, deflated_sharpe, overfitting
from optimizer.engine.validate.walked import values_of

POINTS = 320
YEAR_DAYS, LEAST = 365, 2 * 252
"""Days of a year; sessions below which nothing is said."""


class TooShort(EngineError):
    """There are too few sessions out of sample to say anything."""

    def __init__(self) -> None:
        super().__init__(
            f"A walk-forward needs {LEAST} sessions after the {WINDOW} that the first estimate takes. Load more prices."
        )


@dataclass(frozen=True, slots=True)
class Walked:
    """A path with what came of it. trial: whether it is one of the settings that are compared."""

    key: str
    name: str
    role: str
    cash_rate: float
    found: dict[str, Any]
    trial: bool = False


def report(paths: Sequence[Walked], seed: int) -> dict[str, Any]:
    """The first path is what the others are compared with. Raises TooShort."""
    ways = [way for way in ("costs", "taxes") if all(way in each.found for each in paths)]
    days = _common(paths)
    if len(days) < LEAST:
        raise TooShort
    made: dict[str, Any] = {
        "first": date.fromordinal(int(days[0])).isoformat(),
        "last": date.fromordinal(int(days[-1])).isoformat(),
        "sessions": len(days),
        "level": LEVEL,
        "draws": DRAWS,
        "seed": seed,
        "rows": [{"key": each.key, "name": each.name, "role": each.role, "trial": each.trial} for each in paths],
    }
    cash = (1 + paths[0].cash_rate) ** (np.diff(days) / YEAR_DAYS) - 1
    for way in ways:
        values = np.array([_at(each.found, way, days) for each in paths])
        returns = values[:, 1:] / values[:, :-1] - 1
        found = intervals(returns, cash, seed)
        made["block"] = found.block
        for row, each, own, against, path in zip(made["rows"], paths, found.own, found.against, values, strict=True):
            row[way] = _row(each.found[way], own, against, path, days)
        made.setdefault("curves", {})[way] = _curves(values, days)
        trials = [at for at, each in enumerate(paths) if each.trial]
        if len(trials) > 1:
            made.setdefault("trials", {})[way] = _trials(returns[trials] - cash, [paths[at].name for at in trials])
    return made


def _common(paths: Sequence[Walked]) -> Floats:
    """Sessions that every path has."""
    every = [values_of(each.found, "costs")[0] for each in paths]
    shared: Floats = reduce(np.intersect1d, every)
    return shared


def _at(found: dict[str, Any], way: str, days: Floats) -> Floats:
    own, values = values_of(found, way)
    return values[np.searchsorted(own, days)]


def _row(
    found: dict[str, Any], own: dict[str, Interval], against: dict[str, Interval], values: Floats, days: Floats
) -> dict[str, Any]:
    years = (days[-1] - days[0]) / YEAR_DAYS
    return {
        "figures": {name: _plain(own[name]) for name in NAMES},
        "less": {name: _negated(against[name]) for name in NAMES},
        "growth": float(values[-1] / values[0]),
        "turnover": found["turnover"] / years,
        "cost": found["cost"] / years,
        "trades": found["trades"],
        "tax": found["tax"],
        "taxed": found["taxed"] / years,
        "looks": found["looks"],
        "gave": found["gave"],
        "held": found["held"],
        "liquidated": float((found["liquidated"] / values[0]) ** (1 / years) - 1),
    }


def _plain(each: Interval) -> list[float]:
    return [each.value, each.low, each.high]


def _negated(each: Interval) -> list[float]:
    """The first path less this one."""
    return [-each.value, -each.high, -each.low]


def _curves(values: Floats, days: Floats) -> dict[str, Any]:
    places = np.unique(np.linspace(0, len(days) - 1, min(POINTS, len(days))).astype(int))
    fall = values / np.maximum.accumulate(values, axis=1) - 1
    return {
        "days": [date.fromordinal(int(days[at])).isoformat() for at in places],
        "growth": [[round(float(path[at] / path[0]), 6) for at in places] for path in values],
        "fall": [[round(float(path[at]), 6) for at in places] for path in fall],
    }


def _trials(excess: Floats, names: Sequence[str]) -> dict[str, Any]:
    ratios = excess.mean(axis=1) / excess.std(axis=1, ddof=1)
    found = overfitting(excess, PARTS)
    return {
        "count": len(excess),
        "best": names[int(ratios.argmax())],
        "deflated": deflated_sharpe(excess),
        "overfitted": found.probability,
        "loss": found.loss,
        "slope": found.slope,
        "splits": found.splits,
    }
