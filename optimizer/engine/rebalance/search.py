"""The continuous plan and its certificate: relax, round, flip, branch.

Each convex piece of the tax within reach is first solved with all sides open; its multipliers give a bound and a side
for each group (pricing.py). The pieces that could hold a better plan than the best so far are solved with those sides,
up to a few times as the multipliers move; where that leaves a gap, the piece is relaxed (relax.py), the sides rounded,
the doubtful ones turned over.
While the best plan is further above the least bound than the goal, the node of that bound is split on one group: it
sells losses in one child and buys in the other. Everything is capped by count, never by the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from optimizer.engine.errors import SolverFailed
from optimizer.engine.rebalance.groups import LossSide, barred
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import Piece, marginal
from optimizer.engine.rebalance.pricing import priced
from optimizer.engine.rebalance.relax import relax
from optimizer.engine.rebalance.score import Score, gains_after, score
from optimizer.engine.rebalance.washed import in_a_case, rounded
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.solvers.problem import Answer

BP = 1e-4
GOAL, FINE = 1.0 * BP, 0.25 * BP
"""Certified gap to reach, a fraction of V; the gap of one piece below which no side is turned over."""
DUST = 1e-7
FLIPS, PASSES = 10, 2
PRICINGS, FEW = 3, 0.3
DOUBT = 0.001
MANY_HOLDINGS, NODES, NODES_OF_MANY = 100, 40, 20

Sides = Mapping[str, LossSide]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A continuous plan: money by column, its score, the sides taken, and the piece it was solved in."""

    trades: Floats
    score: Score
    sides: Sides
    piece: Piece

    @property
    def value(self) -> float:
        """The objective; what limits are broken by is the solver's tolerance."""
        return self.score.total - self.score.broken


@dataclass(frozen=True, slots=True)
class Effort:
    """What the certificate rests on. `bound`: no plan is below it. `capped`: stopped at the cap, not at the goal."""

    bound: float
    goal: float
    pieces: int
    relaxations: int
    nodes: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A piece with some sides fixed. `bound` is of the node, `selling` z of the groups that are open in it."""

    piece: Piece
    fixed: Sides
    bound: float
    selling: Mapping[str, float] = field(default_factory=dict)

    def rounded(self) -> Sides:
        sides: dict[str, LossSide] = {name: "sell losses" if z >= 0.5 else "buy" for name, z in self.selling.items()}
        return {**sides, **self.fixed}


def search(model: Model, solver: Solver, goal: float = GOAL) -> tuple[Relaxed, Effort]:
    """The continuous plan, within `goal` (a fraction of V) of the best there is unless the cap stops it first.

    Raises Unsolvable when no piece has a plan, SolverFailed when no solver found one.
    """
    return _Search(model, solver, goal).run()


def with_sides(
    model: Model, piece: Piece, upper: Floats, sides: Sides, solver: Solver, lower: Floats | None = None
) -> Relaxed:
    """The best plan of a piece with these sides and bounds. Raises Unsolvable, SolverFailed."""
    return _solved(model, piece, upper, sides, solver, lower)[0]


def _solved(
    model: Model, piece: Piece, upper: Floats, sides: Sides, solver: Solver, lower: Floats | None = None
) -> tuple[Relaxed, Answer]:
    most = barred(upper, sides, model.groups)
    answer = _answer(model, piece, most, None if lower is None else np.minimum(lower, most), solver)
    sold = answer.x[: model.trades]
    trades = np.where(sold < DUST, 0.0, sold)
    return Relaxed(trades, score(model, trades), sides, piece), answer


def _answer(model: Model, piece: Piece, upper: Floats, lower: Floats | None, solver: Solver) -> Answer:
    """With every loss beside recent purchases in one of its two cases."""
    purpose = f"rebalance: {piece.name}"
    answer = solver.answer(model.problem(piece, upper, lower), purpose)
    if model.counting is not None or in_a_case(model, answer.x[: model.trades]):
        return answer
    near, *last = rounded(model, answer.x[: model.trades], upper)
    try:
        return solver.answer(model.problem(piece, near.upper, near.lower), purpose)
    except Unsolvable:
        if not last:
            raise
    return solver.answer(model.problem(piece, last[0].upper, last[0].lower), purpose)


def again(model: Model, plan: Relaxed, upper: Floats, solver: Solver, lower: Floats | None = None) -> Relaxed:
    """The plan under other bounds with its sides kept: in its own piece, in the others where that has none left.

    Raises Unsolvable, SolverFailed.
    """
    found, failed = list[Relaxed](), list[SolverFailed]()
    for piece in sorted(model.pieces(), key=lambda piece: piece.name != plan.piece.name):
        if found and found[0].piece.name == plan.piece.name:
            break
        try:
            found.append(with_sides(model, piece, upper, plan.sides, solver, lower))
        except Unsolvable:
            continue
        except SolverFailed as failure:
            failed.append(failure)
    if not found:
        raise failed[0] if failed else Unsolvable("rebalance")
    return min(found, key=lambda plan: plan.value)


class _Search:
    def __init__(self, model: Model, solver: Solver, goal: float) -> None:
        self.model, self.solver, self.goal = model, solver, goal
        self.groups, self.fine = model.groups, min(goal, FINE)
        self.start = model.book.worth_before
        self.best: Relaxed | None = None
        self.nodes: list[Node] = []
        self.relaxations = self.pieces = self.branched = 0
        self.failed: list[SolverFailed] = []

    def run(self) -> tuple[Relaxed, Effort]:
        for node in self._pieces():
            self._first(node)
        self._share_sides()
        capped = self._branch()
        if self.best is None:
            raise self.failed[0] if self.failed else Unsolvable("rebalance")
        least = float(min([self.best.value, *(node.bound for node in self.nodes)]))
        effort = Effort(least, self.goal, self.pieces, self.relaxations, self.branched, capped)
        return self.best, effort

    def _share_sides(self) -> None:
        """Try the sides of the best plan in the other pieces that may hold a better one."""
        best = self.best
        for node in self.nodes:
            if best is not None and node.piece.name != best.piece.name and node.bound < self._least():
                self._try(node.piece, best.sides)

    def _pieces(self) -> list[Node]:
        """The pieces with their bounds, the lowest first."""
        found = []
        for piece in self.model.pieces():
            problem = self.model.problem(piece, self.model.upper)
            self.pieces += 1
            try:
                answer = self.solver.answer(problem, f"rebalance: {piece.name}")
            except Unsolvable:
                continue
            except SolverFailed as failure:
                self.failed.append(failure)
                found.append(Node(piece, {}, -np.inf, dict.fromkeys(self.groups, 0.5)))
                continue
            found.append(self._at(Node(piece, {}, -np.inf), answer))
        return sorted(found, key=lambda node: node.bound)

    def _at(self, node: Node, answer: Answer) -> Node:
        """The node as the multipliers of an answer price it."""
        found = priced(self.model, self.model.problem(node.piece, self.model.upper), answer)
        return Node(node.piece, node.fixed, max(node.bound, found.bound - self.start), found.selling)

    def _first(self, node: Node) -> None:
        """Solve a piece that may hold the best plan; relax it where prices leave a gap."""
        node = self._price(node)
        if self._least() - node.bound > self.fine and self.groups:
            relaxed = self._relaxed(node)
            if relaxed is None or relaxed.bound >= self._least():
                return
            node = relaxed
            plan = self._try(node.piece, node.rounded())
            if plan is not None:
                self._turn(plan[0], node)
        if node.bound < self._least():
            self.nodes.append(node)

    def _price(self, node: Node) -> Node:
        """Solve with the sides that prices choose and price again, as long as few sides move and a gap is left."""
        for _ in range(PRICINGS):
            sides = node.rounded()
            plan = self._try(node.piece, sides) if node.bound < self._least() else None
            if plan is None:
                break
            node = self._at(node, plan[1])
            moved = sum(side != sides[name] for name, side in node.rounded().items())
            if plan[0].value - node.bound <= self.fine or not 0 < moved <= FEW * len(sides):
                break
        return node

    def _relaxed(self, node: Node) -> Node | None:
        """The node with its bound from the relaxation; None where it holds no plan, itself where no solver succeeds."""
        upper = barred(self.model.upper, node.fixed, self.groups)
        free = [group for name, group in self.groups.items() if name not in node.fixed]
        self.relaxations += 1
        try:
            found = relax(self.model, node.piece, upper, free, self.solver)
        except Unsolvable:
            return None
        except SolverFailed as failure:
            self.failed.append(failure)
            return Node(node.piece, node.fixed, node.bound, dict.fromkeys((group.name for group in free), 0.5))
        return Node(node.piece, node.fixed, max(node.bound, found.bound - self.start), found.selling)

    def _least(self) -> float:
        return np.inf if self.best is None else self.best.value

    def _try(self, piece: Piece, sides: Sides) -> tuple[Relaxed, Answer] | None:
        """The plan of these sides, kept if it is the best so far."""
        try:
            plan, answer = _solved(self.model, piece, self.model.upper, sides, self.solver)
        except Unsolvable:
            return None
        except SolverFailed as failure:
            self.failed.append(failure)
            return None
        if plan.value < self._least():
            self.best = plan
        return plan, answer

    def _turn(self, plan: Relaxed, node: Node) -> None:
        """Turn over the sides in doubt, the most doubtful first, as long as that may be worth it."""
        doubtful = [name for name, z in node.selling.items() if DOUBT < z < 1 - DOUBT]
        vain = 0
        for name in PASSES * sorted(doubtful, key=lambda name: abs(node.selling[name] - 0.5)):
            if plan.value - node.bound <= self.fine or vain >= FLIPS:
                return
            other = self._try(node.piece, {**plan.sides, name: _other(plan.sides[name])})
            if other is not None and other[0].value < plan.value:
                plan, vain = other[0], 0
            else:
                vain += 1

    def _branch(self) -> bool:
        """Split nodes until the gap is reached; whether the cap came first."""
        most = NODES if len(self.model.book.risky) <= MANY_HOLDINGS else NODES_OF_MANY
        loss, capped = self._loss_values(), False
        done: list[Node] = []
        while self.nodes:
            self.nodes = sorted((n for n in self.nodes if n.bound < self._least()), key=lambda node: node.bound)
            if not self.nodes or self._least() - self.nodes[0].bound <= self.goal:
                break
            node = self.nodes.pop(0)
            doubt = {name: min(z, 1 - z) * loss[name] for name, z in node.selling.items() if min(z, 1 - z) > 1e-6}
            if not doubt:
                done.append(node)
                continue
            if self.branched >= most:
                done.append(node)
                capped = True
                break
            self._split(node, max(doubt, key=lambda name: (doubt[name], name)))
        self.nodes += done
        return capped

    def _split(self, node: Node, name: str) -> None:
        for side in ("sell losses", "buy"):
            fixed: dict[str, LossSide] = {**node.fixed, name: side}
            self.branched += 1
            child = self._relaxed(Node(node.piece, fixed, node.bound))
            if child is not None and child.bound < self._least():
                self.nodes.append(child)
                self._try(child.piece, child.rounded())

    def _loss_values(self) -> dict[str, float]:
        """What selling all losses of each group would save, in tax now less tax later."""
        trades = np.zeros(self.model.trades) if self.best is None else self.best.trades
        slope = marginal(*gains_after(self.model, trades), self.model.book.rates)
        short, long = self.model.gains
        rate = np.maximum(0.0, -(slope[0] * short + slope[1] * long + self.model.linear)) * self.model.upper
        return {name: float(rate[group.losses].sum()) + DUST for name, group in self.groups.items()}


def _other(side: LossSide) -> LossSide:
    return "buy" if side == "sell losses" else "sell losses"
