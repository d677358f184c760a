"""The perspective relaxation: how much of each loss group sells and how much buys, as one cone program of a piece.

A group sells losses or buys, z = 1 or 0. With z anywhere between, the deviation e of an asset of the group splits into
a part eS of the selling side and a part eB of the buying side, and its own risk D e^2 into D (eS^2/z + eB^2/(1-z)), the
tightest convex function below both (Frangioni and Gentile 2006):

    minimise  the piece's objective with D (p + q) in place of D e^2
    subject to  the piece's rows,  e = eS + eB,  z + w = 1,  p z >= eS^2,  q w >= eB^2
                eS = drift z - losses sold - (others sold - r),  losses sold <= lot z,  purchases <= most w
                others sold - r <= others z,  r <= others w

Losses are sold on the selling side alone. Lots at a gain and lots that are not taxed, the others, may go on both: r is
what of them an asset sells on the buying side. (A column of its own for each lot and side is tighter only where z is
not whole, by less than it costs.) Where z is whole this is the piece's quadratic program itself, so its optimum is a
bound for every choice.
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
from optimizer.engine.solvers import Solver
from optimizer.engine.solvers.duality import bound
from optimizer.engine.solvers.problem import Cone, Defined, Index, Problem, Products

UNIT = 0.01
"""eS and eB are in hundredths of V, p and q in their squares, so that all are of order one."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """`bound`: no plan of the piece is below it. `selling`: z by group."""

    bound: float
    selling: Mapping[str, float]


def relax(model: Model, piece: Piece, upper: Floats, open_groups: Collection[Group], solver: Solver) -> Relaxation:
    """The relaxation with these groups on no side yet. Raises Unsolvable, SolverFailed."""
    sides = _Sides(model, list(open_groups))
    problem = sides.problem(model.problem(piece, upper))
    answer = solver.answer(sides.opened(problem), f"bound: {piece.name}")
    selling = {group.name: float(answer.x[column]) for group, column in zip(open_groups, sides.z, strict=True)}
    return Relaxation(bound(problem, answer), selling)


class _Sides:
    """The columns that the sides add behind those of the piece: r, eS, eB, p, q by asset, z and w by group."""

    def __init__(self, model: Model, groups: list[Group]) -> None:
        self.model = model
        self.losses, self.of_loss = _flat([group.losses for group in groups])
        self.others, _ = _flat([group.others for group in groups])
        self.buys, self.of_buy = _flat([group.buys for group in groups])
        self.assets, self.of_asset = _flat([group.assets for group in groups])
        counts = [*[len(self.assets)] * 5, len(groups), len(groups)]
        ends = model.table.width + np.cumsum([0, *counts])
        spans = [np.arange(a, b, dtype=np.intp) for a, b in pairwise(ends)]
        self.rest, self.sold, self.bought, self.p, self.q, self.z, self.w = spans
        self.width = int(ends[-1])

    def problem(self, piece: Problem) -> Problem:
        matrix, low, high = self._rows(piece)
        return Problem(
            P=self._curvature(piece),
            q=self._linear(piece),
            A=matrix,
            low=low,
            high=high,
            lower=self._box(piece.lower, (0.0, -np.inf, -np.inf, 0.0, 0.0, 0.0, 0.0)),
            upper=self._box(piece.upper, (1.0, np.inf, np.inf, np.inf, np.inf, 1.0, 1.0)),
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
        for columns in (self.losses, self.buys, self.rest, self.z, self.w):
            upper[columns] = np.inf
        return replace(problem, upper=upper)

    def _defined(self, piece: Problem) -> tuple[Defined, ...]:
        """Factors, then both parts of the deviations by the first rows behind those of the piece, then the rest."""
        first = len(piece.low) + np.arange(len(self.assets), dtype=np.intp)
        factors, *rest = piece.defined
        parts = Defined(self.bought, first, -1.0), Defined(self.sold, first + len(self.assets))
        return factors, *parts, *rest

    def _box(self, piece: Floats, rest: tuple[float, ...]) -> Floats:
        spans = (self.rest, self.sold, self.bought, self.p, self.q, self.z, self.w)
        return np.concatenate((piece, *(np.full(len(s), v) for s, v in zip(spans, rest, strict=True))))

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
        none = np.zeros(3 * len(self.assets))
        return np.concatenate((piece.q, none, half, half, np.zeros(len(self.z) + len(self.w))))

    def _rows(self, piece: Problem) -> tuple[sparse.csr_matrix, Floats, Floats]:
        rows, made = Rows(), piece.A.tocoo()
        rows.add(made.row, made.col, made.data, piece.low, piece.high)
        self._parts(rows)
        self._shared(rows, piece)
        self._switch(rows, self.losses, self.z[self.of_loss], piece.upper[self.losses])
        self._switch(rows, self.buys, self.w[self.of_buy], piece.upper[self.buys])
        pair, one = np.arange(len(self.z), dtype=np.intp), np.ones(len(self.z))
        rows.add(np.tile(pair, 2), np.concatenate((self.z, self.w)), np.tile(one, 2), one, one)
        return rows.matrix(self.width), *rows.sides()

    def _place(self, columns: Index) -> Index:
        """Which of the assets with sides each trade is of."""
        place = np.zeros(len(self.model.drift), dtype=np.intp)
        place[self.assets] = np.arange(len(self.assets))
        return place[self.model.place[columns]]

    def _parts(self, rows: Rows) -> None:
        """e = eS + eB, and eS = drift z + the effect of what the selling side sells."""
        model, sales = self.model, np.concatenate((self.losses, self.others))
        each, e = np.arange(len(self.assets), dtype=np.intp), model.trades + self.assets
        one, none = np.ones(len(each)), np.zeros(len(each))
        parts = np.concatenate((one / UNIT, -one, -one))
        rows.add(np.tile(each, 3), np.concatenate((e, self.sold, self.bought)), parts, none, none)
        row = np.concatenate((each, each, each, self._place(sales)))
        column = np.concatenate((self.sold, self.z[self.of_asset], self.rest, sales))
        shares = np.concatenate((-model.drift[self.assets], -one, -model.signed[sales])) / UNIT
        rows.add(row, column, np.concatenate((one, shares)), none, none)

    def _shared(self, rows: Rows, piece: Problem) -> None:
        """0 <= others sold - r <= others z, and r <= others w."""
        place, weight = self._place(self.others), -self.model.signed[self.others]
        count = len(self.assets)
        most = np.bincount(place, weight * piece.upper[self.others], minlength=count).astype(float)
        each, one = np.arange(count, dtype=np.intp), np.ones(count)
        row, column = np.concatenate((place, each)), np.concatenate((self.others, self.rest))
        value = np.concatenate((weight, -one))
        rows.add(row, column, value, np.zeros(count), np.full(count, np.inf))
        rows.add(
            np.concatenate((row, each)),
            np.concatenate((column, self.z[self.of_asset])),
            np.concatenate((value, -most)),
            np.full(count, -np.inf),
            np.zeros(count),
        )
        self._switch(rows, self.rest, self.w[self.of_asset], most)

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
