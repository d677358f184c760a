"""Losses beside purchases of the last 30 days: as many shares as were bought lose theirs, those beyond count.

The oldest lots are washed first (Reg. 1.1091-1(b)), so of each group a plan sells nothing beyond what is replaced, or
all that is replaced and some of what is beyond: two cases, each linear. Programs take their convex hull
(rows.wash_rows) and are rounded to a case here.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.rebalance.model import Model
from optimizer.engine.risk.returns import Floats

DUST = 1e-7
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Bounds:
    lower: Floats
    upper: Floats


def counting(model: Model, trades: Floats) -> frozenset[str]:
    """The groups that sell beyond what is replaced."""
    return frozenset(name for name, wash in model.book.washes.items() if trades[wash.beyond].sum() > DUST)


def in_a_case(model: Model, trades: Floats) -> bool:
    """Whether every group that sells beyond what is replaced sells all of that."""
    parts = _parts_sold(model, trades)
    return all(parts[name] >= 1 - DUST for name in counting(model, trades))


def rounded(model: Model, trades: Floats, upper: Floats) -> list[Bounds]:
    """Bounds that keep every group in a case: the nearer ones, then those that need no sale, where they differ."""
    parts = _parts_sold(model, trades)
    beyond = {name for name in counting(model, trades) if parts[name] >= HALF and _open(model, name, upper)}
    return [_bounds(model, names, upper) for names in ((beyond, set[str]()) if beyond else (set[str](),))]


def _parts_sold(model: Model, trades: Floats) -> dict[str, float]:
    """What part of what is replaced each group sells."""
    value = model.book.sell_value
    return {
        name: float(trades[wash.replaced].sum() / value[wash.replaced].sum())
        for name, wash in model.book.washes.items()
    }


def _open(model: Model, name: str, upper: Floats) -> bool:
    """Whether all that is replaced may be sold."""
    columns = model.book.washes[name].replaced
    return bool(np.all(upper[columns] >= model.book.sell_value[columns]))


def _bounds(model: Model, beyond: set[str], upper: Floats) -> Bounds:
    lower, closed = np.zeros_like(upper), upper.copy()
    for name, wash in model.book.washes.items():
        if name in beyond:
            lower[wash.replaced] = upper[wash.replaced]
        else:
            closed[wash.beyond] = 0.0
    return Bounds(lower, closed)
