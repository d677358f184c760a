"""The perspective relaxation: how much of each loss group sells and how much buys, as one cone program of a piece.

A group sells losses or buys, z = 1 or 0. With z anywhere between, the deviation e of an asset of the group splits into
a part eS of the selling side and a part eB of the buying side, and its own risk D e^2 into D (eS^2/z + eB^2/(1-z)), the
tightest convex function below both (Frangioni and Gentile 2006):

    minimise  the piece's objective with D (p + q) in place of D e^2
    subject to  the piece's rows,  e = eS + eB,  z + w = 1,  p z >= eS^2,  q w >= eB^2
                eS = drift z - what the selling side sells,  sales of the selling side <= lot z
                sales of the buying side <= lot w,  purchases <= most w

Losses are sold on the selling side alone; lots at a gain and lots that are not taxed may go on both, and have a column
for each. Where z is whole this is the piece's quadratic program itself, so its optimum is a bound for every choice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.groups import Group
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import Piece
from optimizer.engine.rebalance.table import Rows
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Cone, Defined, Index, Problem, Products, Solver, bound

UNIT = 0.01
"""eS and eB are in hundredths of V, p and q in their squares, so that all are of order one."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """`bound`: no plan of the piece is below it. `selling`: z by group."""

    bound: float
    selling: Mapping[str, float]
    trades: Floats


def relax(model: Model, piece: Piece, upper: Floats, open_groups: Collection[Group], solver: Solver) -> Relaxation:
    """The relaxation with these groups on no side yet. Raises Unsolvable, SolverFailed."""
    sides = _Sides(model, list(open_groups))
    problem = sides.problem(model.problem(piece, upper))
    answer = solver.answer(sides.opened(problem), f"bound: {piece.name}")
    trades = answer.x[: model.trades].copy()
    trades[sides.both] += answer.x[sides.copy]
    selling = {group.name: float(answer.x[column]) for group, column in zip(open_groups, sides.z, strict=True)}
    return Relaxation(bound(problem, answer), selling, trades)


class _Sides:
    """The columns that the sides add behind those of the piece: copies of sales, eS, eB, p, q, z and w."""

    def __init__(self, model: Model, groups: list[Group]) -> None:
        self.model = model
        self.losses, self.of_loss = _flat([group.losses for group in groups])
        self.both, self.of_both = _flat([group.others for group in groups])
        self.buys, self.of_buy = _flat([group.buys for group in groups])
        self.assets, self.of_asset = _flat([group.assets for group in groups])
        counts = [len(self.both), *[len(self.assets)] * 4, len(groups), len(groups)]
        ends = model.table.width + np.cumsum([0, *counts])
        spans = [np.arange(a, b, dtype=np.intp) for a, b in pairwise(ends)]
        self.copy, self.sold, self.bought, self.p, self.q, self.z, self.w = spans
        self.width = int(ends[-1])

    def problem(self, piece: Problem) -> Problem:
        matrix, low, high = self._rows(piece)
        return Problem(
            P=self._curvature(piece),
            q=self._linear(piece),
            A=matrix,
            low=low,
            high=high,
            lower=self._box(piece.lower, piece.lower[self.both], (-np.inf, -np.inf, 0.0, 0.0, 0.0, 0.0)),
            upper=self._box(piece.upper, piece.upper[self.both], (np.inf, np.inf, np.inf, np.inf, 1.0, 1.0)),
            cones=self._cones(piece.cones),
            defined=self._defined(piece),
            products=Products(
                np.concatenate((self.p, self.q)),
                np.concatenate((self.z[self.of_asset], self.w[self.of_asset])),
                np.concatenate((self.sold, self.bought)),
            ),
        )

    def opened(self, problem: Problem) -> Problem:
        """The same program without the upper bounds that the switches imply: fewer rows for the solver."""
        upper = problem.upper.copy()
        for columns in (self.losses, self.both, self.buys, self.copy, self.z, self.w):
            upper[columns] = np.inf
        return replace(problem, upper=upper)

    def _defined(self, piece: Problem) -> tuple[Defined, ...]:
        """Factors, then both parts of the deviations by the first rows behind those of the piece, then the rest."""
        first = len(piece.low) + np.arange(len(self.assets), dtype=np.intp)
        factors, *rest = piece.defined
        parts = Defined(self.bought, first, -1.0), Defined(self.sold, first + len(self.assets))
        return factors, *parts, *rest

    def _box(self, piece: Floats, copies: Floats, rest: tuple[float, ...]) -> Floats:
        spans = (self.sold, self.bought, self.p, self.q, self.z, self.w)
        return np.concatenate((piece, copies, *(np.full(len(s), v) for s, v in zip(spans, rest, strict=True))))

    @property
    def _own(self) -> Floats:
        own: Floats = self.model.risk.own[self.assets]
        return own

    def _curvature(self, piece: Problem) -> sparse.csc_matrix:
        """The piece's, without the own risk of assets that have two sides."""
        gamma, made = float(self.model.book.snapshot.policy.risk_aversion), piece.P.tocoo()
        e = self.model.trades + self.assets
        row, column = np.concatenate((made.row, e)), np.concatenate((made.col, e))
        value = np.concatenate((made.data, -gamma * self._own))
        return sparse.csc_matrix((value, (row, column)), shape=(self.width, self.width))

    def _linear(self, piece: Problem) -> Floats:
        half = float(self.model.book.snapshot.policy.risk_aversion) / 2 * self._own * UNIT**2
        none = np.zeros(2 * len(self.assets))
        return np.concatenate((piece.q, piece.q[self.both], none, half, half, np.zeros(len(self.z) + len(self.w))))

    def _rows(self, piece: Problem) -> tuple[sparse.csr_matrix, Floats, Floats]:
        rows = Rows()
        self._widened_rows(rows, piece)
        self._parts(rows)
        most, sales = np.concatenate((piece.upper, piece.upper[self.both])), self._sales
        switch = self.z[np.concatenate((self.of_loss, self.of_both))]
        for columns, switches, top in (
            (sales, switch, most[sales]),
            (self.copy, self.w[self.of_both], most[self.both]),
            (self.buys, self.w[self.of_buy], most[self.buys]),
        ):
            self._switch(rows, columns, switches, top)
        pair, one = np.arange(len(self.z), dtype=np.intp), np.ones(len(self.z))
        rows.add(np.tile(pair, 2), np.concatenate((self.z, self.w)), np.tile(one, 2), one, one)
        return rows.matrix(self.width), *rows.sides()

    @property
    def _sales(self) -> Index:
        """Columns of the sales of the selling side."""
        return np.concatenate((self.losses, self.both))

    def _widened_rows(self, rows: Rows, piece: Problem) -> None:
        """The rows of the piece, in which the copies count as what they are copies of."""
        made = piece.A.tocoo()
        copy_of = np.full(len(piece.q), -1, dtype=np.intp)
        copy_of[self.both] = self.copy
        copied = copy_of[made.col] >= 0
        row, column = (
            np.concatenate((made.row, made.row[copied])),
            np.concatenate((made.col, copy_of[made.col[copied]])),
        )
        rows.add(row, column, np.concatenate((made.data, made.data[copied])), piece.low, piece.high)

    def _parts(self, rows: Rows) -> None:
        """e = eS + eB, and eS = drift z + the effect of the sales of the selling side."""
        model, sales = self.model, self._sales
        each, e = np.arange(len(self.assets), dtype=np.intp), model.trades + self.assets
        one, none = np.ones(len(each)), np.zeros(len(each))
        parts = np.concatenate((one / UNIT, -one, -one))
        rows.add(np.tile(each, 3), np.concatenate((e, self.sold, self.bought)), parts, none, none)
        place = np.zeros(len(model.drift), dtype=np.intp)
        place[self.assets] = each
        row = np.concatenate((each, each, place[model.place[sales]]))
        column = np.concatenate((self.sold, self.z[self.of_asset], sales))
        shares = np.concatenate((-model.drift[self.assets], -model.signed[sales])) / UNIT
        rows.add(row, column, np.concatenate((one, shares)), none, none)

    def _switch(self, rows: Rows, columns: Index, switch: Index, most: Floats) -> None:
        """columns <= most x switch."""
        each, count = np.arange(len(columns), dtype=np.intp), len(columns)
        value = np.concatenate((np.ones(count), -most))
        rows.add(np.tile(each, 2), np.concatenate((columns, switch)), value, np.full(count, -np.inf), np.zeros(count))

    def _cones(self, cones: tuple[Cone, ...]) -> tuple[Cone, ...]:
        tightest = self.model.error_limit
        if tightest is None:
            return tuple(replace(cone, matrix=self._widened(cone.matrix)) for cone in cones)
        rest = tuple(replace(cone, matrix=self._widened(cone.matrix)) for cone in cones[1:])
        return (self._error(max(tightest[1], 1e-6)), *rest)

    def _error(self, radius: float) -> Cone:
        """Tracking error with D (p + q) in place of D e^2: norm(w)^2 <= radius (radius - D (p + q) / radius)."""
        own = self.model.risk.own.copy()
        own[self.assets] = 0.0
        root = 2 * self._widened(self.model.table.deviation_root(own))
        shares = np.tile(-self._own * UNIT**2 / radius, 2)
        columns = np.concatenate((self.p, self.q))
        last = sparse.csr_matrix((shares, (np.zeros_like(columns), columns)), shape=(1, self.width))
        head = dict(zip(columns.tolist(), shares.tolist(), strict=True))
        return Cone(sparse.vstack((root, last), format="csr"), 2 * radius, head)

    def _widened(self, matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        rest = sparse.csr_matrix((matrix.shape[0], self.width - matrix.shape[1]))
        return sparse.hstack((matrix, rest), format="csr")


def _flat(parts: list[Index]) -> tuple[Index, Index]:
    """All columns in one, and the group of each."""
    whole = np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp)
    return whole.astype(np.intp), np.repeat(np.arange(len(parts), dtype=np.intp), [len(part) for part in parts])
