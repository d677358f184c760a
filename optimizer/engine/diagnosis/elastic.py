"""Elastic programs: laws stay hard, chosen policy rows give at a price, and the least that they must give is found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from optimizer.engine.diagnosis.limits import Limit
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import Piece
from optimizer.engine.rebalance.risk_rows import new_cuts
from optimizer.engine.rebalance.rows import TradeRow
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.solvers.problem import Problem

TOLERANCE = 1e-6
CUTS = 40
Stretch = dict[str, float]  # row id -> how far it gives, in its row's unit
Found = tuple[list[float], Stretch, Floats]  # totals by class, stretch, trades


@dataclass(frozen=True, slots=True)
class Elastic:
    """The programs over one model. `limits`: the rows that may give or be left out, by id; `upper`: of the trades."""

    model: Model
    limits: Mapping[str, Limit]
    solver: Solver
    upper: Floats | None = None
    cuts: list[TradeRow] = field(default_factory=list)

    def stretch(self, rows: Collection[str], give: Collection[str]) -> Stretch:
        """The least stretch of `give` that lets `rows` hold, others left out. Raises Unsolvable when none does."""
        return self._least(rows, [sorted(give)])

    def feasible(self, rows: Collection[str]) -> bool:
        try:
            return max(self.stretch(rows, rows).values(), default=0.0) <= TOLERANCE
        except Unsolvable:
            return False

    def needed(self, row: str, rows: Collection[str]) -> float | None:
        """How far a row must give alone; None where no size of it helps."""
        try:
            return self.stretch(rows, [row])[row]
        except Unsolvable:
            return None

    def by_priority(self) -> Stretch:
        """The least stretch of the most important class, then, with that kept, of the next. Raises Unsolvable."""
        ranks = sorted({limit.priority for limit in self.limits.values()})
        classes = [sorted(row for row, limit in self.limits.items() if limit.priority == rank) for rank in ranks]
        return self._least(self.limits, classes)

    def _least(self, rows: Collection[str], classes: Sequence[Sequence[str]]) -> Stretch:
        """Lexicographic over the classes; of the tax pieces the one whose totals come first in that order."""
        ignored = frozenset(self.limits) - frozenset(rows)
        found = [each for piece in self.model.pieces() if (each := self._cut(ignored, piece, classes)) is not None]
        if not found:
            raise Unsolvable("diagnosis")
        return min(found, key=lambda each: each[0])[1]

    def _cut(self, ignored: frozenset[str], piece: Piece, classes: Sequence[Sequence[str]]) -> Found | None:
        """With the cuts that limits on risk turn out to need; they are kept for the next program."""
        for _ in range(CUTS):
            model = replace(self.model, ignored=ignored, cuts=tuple(self.cuts))
            found = self._on(model, piece, classes)
            if found is None:
                return None
            more = new_cuts(model, found[2], found[1])
            if not more:
                return found
            self.cuts.extend(more)
        return found

    def _on(self, model: Model, piece: Piece, classes: Sequence[Sequence[str]]) -> Found | None:
        give = [row for each in classes for row in each]
        costs = np.array([1 / self.limits[row].unit for row in give])
        problem = self._bounded(model.elastic(piece, dict.fromkeys(give, 0.0)))
        first, totals, x = len(problem.q) - len(give), list[float](), np.zeros(0)
        at = 0
        for each in classes or [[]]:
            q = np.zeros(len(problem.q))
            q[first + at : first + at + len(each)] = costs[at : at + len(each)]
            try:
                x = self._solve(replace(problem, q=q), f"diagnosis: {piece.name}")
            except Unsolvable:
                return None
            totals.append(round(float(q @ x), 9))
            problem = _frozen(problem, q, totals[-1] + TOLERANCE / 10)
            at += len(each)
        return totals, dict(zip(give, map(float, x[first:]), strict=True)), x[: model.trades]

    def _bounded(self, problem: Problem) -> Problem:
        if self.upper is None:
            return problem
        upper = problem.upper.copy()
        upper[: len(self.upper)] = np.minimum(upper[: len(self.upper)], self.upper)
        return replace(problem, upper=upper)

    def _solve(self, problem: Problem, purpose: str) -> Floats:
        return self.solver.solve(problem if problem.conic else replace(problem, P=None), purpose)


def _frozen(problem: Problem, q: Floats, total: float) -> Problem:
    """The problem where q'x is no more than it was."""
    return replace(
        problem,
        A=sparse.vstack((problem.A, sparse.csr_matrix(q)), format="csr"),
        low=np.append(problem.low, -np.inf),
        high=np.append(problem.high, total),
    )
