"""The continuous plan: the preferred piece of the tax, and one side for each group that holds a loss.

Within 30 days of a loss sale nothing of its identity group may be bought, in any account, so a plan sells the group's
losses or buys the group, never both. Programs are first solved with all sides open; groups that came out on both sides
are given the side of their net trade, and each such choice is then turned over once to see whether the other is better.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.engine.errors import SolverFailed
from optimizer.engine.rebalance.book import Index
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.score import Score, score
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable

LossSide = Literal["sell losses", "buy"]
DUST = 1e-7
FLIPS = 10


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A continuous plan: money by column, its score, the sides taken, and the bounds it was solved under."""

    trades: Floats
    score: Score
    sides: Mapping[str, LossSide]


def solve_sides(model: Model, upper: Floats, solver: Solver, sides: Mapping[str, LossSide] | None = None) -> Relaxed:
    """The continuous plan under these upper bounds. Raises Unsolvable when no piece has one."""
    groups = loss_groups(model)
    best = _solve(model, upper, dict(sides or {}), groups, solver)
    while conflicts := {group: side for group, side in _both(best, groups).items() if group not in best.sides}:
        best = _solve(model, upper, {**best.sides, **conflicts}, groups, solver)
    for group in list(best.sides)[:FLIPS] if sides is None else ():
        best = _turned(model, upper, best, group, groups, solver)
    return best


def loss_groups(model: Model) -> dict[str, tuple[Index, Index]]:
    """Identity group -> columns of its loss lots and of its buys, for groups that have both."""
    book = model.book
    found: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for k, item in enumerate(book.sells):
        if item.term is not None and (item.gain < 0 or item.void):
            found[book.assets[book.sell_asset[k]].identity][0].append(k)
    for j, i in enumerate(book.buy_asset):
        found[book.assets[i].identity][1].append(len(book.sells) + j)
    return {
        group: (np.array(losses, dtype=np.intp), np.array(buys, dtype=np.intp))
        for group, (losses, buys) in sorted(found.items())
        if losses and buys
    }


def barred(upper: Floats, sides: Mapping[str, LossSide], groups: Mapping[str, tuple[Index, Index]]) -> Floats:
    """Upper bounds with the closed side of each group at zero."""
    bounds = upper.copy()
    for group, side in sides.items():
        losses, buys = groups[group]
        bounds[buys if side == "sell losses" else losses] = 0.0
    return bounds


def _solve(
    model: Model,
    upper: Floats,
    sides: dict[str, LossSide],
    groups: Mapping[str, tuple[Index, Index]],
    solver: Solver,
) -> Relaxed:
    """The preferred of the reachable pieces, judged by the objective itself; one that no solver does is left out."""
    bounds = barred(upper, sides, groups)
    found, failed = [], list[SolverFailed]()
    for piece in model.pieces():
        try:
            x = solver.solve(model.problem(piece, bounds), f"rebalance: {piece.name}")
        except Unsolvable:
            continue
        except SolverFailed as failure:
            failed.append(failure)
            continue
        trades = np.where(x[: model.trades] < DUST, 0.0, x[: model.trades])
        found.append(Relaxed(trades, score(model, trades), sides))
    if not found:
        raise failed[0] if failed else Unsolvable("rebalance")
    return min(found, key=lambda plan: plan.score.total)


def _both(plan: Relaxed, groups: Mapping[str, tuple[Index, Index]]) -> dict[str, LossSide]:
    """Groups that the plan both sells at a loss and buys, with the side of their net trade."""
    sides: dict[str, LossSide] = {}
    for group, (losses, buys) in groups.items():
        sold, bought = plan.trades[losses].sum(), plan.trades[buys].sum()
        if sold > 0 and bought > 0:
            sides[group] = "buy" if bought > sold else "sell losses"
    return sides


def _turned(
    model: Model,
    upper: Floats,
    plan: Relaxed,
    group: str,
    groups: Mapping[str, tuple[Index, Index]],
    solver: Solver,
) -> Relaxed:
    """The plan with the group on its other side, if that is better and opens no new conflict."""
    other: LossSide = "buy" if plan.sides[group] == "sell losses" else "sell losses"
    try:
        turned = _solve(model, upper, {**plan.sides, group: other}, groups, solver)
    except Unsolvable:
        return plan
    clash = set(_both(turned, groups)) - set(turned.sides)
    return turned if turned.score.total < plan.score.total and not clash else plan
