"""The rows and columns of one program, gathered sparse."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.netting import Piece
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import REACH, Cone, Index, Problem

if TYPE_CHECKING:
    from optimizer.engine.rebalance.model import Model

LIMITS = ((1.0, -np.inf), (-1.0, np.inf))


class Rows:
    """Rows of a sparse matrix with their two sides, in the order in which they are added."""

    def __init__(self) -> None:
        self.count = 0
        self.parts: list[tuple[Index, Index, Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []

    def add(self, row: Index, column: Index, value: Floats, low: Floats, high: Floats) -> None:
        """A block of as many rows as `low` is long, its entries by row of the block."""
        self.parts.append((row + self.count, column, value))
        self.count += len(low)
        self.low.append(low)
        self.high.append(high)

    def block(self, matrix: sparse.spmatrix, own: Index, sign: float, low: Floats, high: Floats) -> None:
        """Rows of a matrix whose columns come first, plus `sign` times one column of each row's own."""
        made = matrix.tocoo()
        each = np.arange(len(own), dtype=np.intp)
        entries = np.concatenate((made.data, np.full(len(own), sign)))
        self.add(np.concatenate((made.row, each)), np.concatenate((made.col, own)), entries, low, high)

    def line(self, entries: Mapping[int, float], low: float, high: float) -> None:
        columns = np.fromiter(entries, dtype=np.intp, count=len(entries))
        values = np.fromiter(entries.values(), dtype=float, count=len(entries))
        self.add(np.zeros_like(columns), columns, values, np.array([low]), np.array([high]))

    def matrix(self, width: int) -> sparse.csr_matrix:
        row, column, value = (np.concatenate(each) for each in zip(*self.parts, strict=True))
        return sparse.csr_matrix((value, (row, column)), shape=(self.count, width))

    def sides(self) -> tuple[Floats, Floats]:
        return np.concatenate(self.low), np.concatenate(self.high)


class Table:
    """Where each column stands, and the program over them. `elastic`: rows that may give, each by a slack of its own.

    Factors that are not few against the assets would only add columns: then Sigma stands whole on the deviations.
    """

    def __init__(self, model: "Model", elastic: list[str]) -> None:
        self.model = model
        self.trades, self.assets = model.trades, len(model.book.risky)
        count = model.risk.loadings.shape[1]
        self.factors = count if 2 * count <= self.assets else 0
        self.first = self.trades + self.assets  # of the factors
        self.short = self.first + self.factors
        self.long, self.tax, self.idle = self.short + 1, self.short + 2, self.short + 3
        self.slack = {row: self.idle + 1 + j for j, row in enumerate(elastic)}
        self.width = self.idle + 1 + len(elastic)

    def problem(self, piece: Piece, costs: Floats) -> Problem:
        rows = Rows()
        self._deviations(rows)
        self._gains(rows)
        self._limits(rows)
        self._taxes(rows, piece)
        low, high = rows.sides()
        free = np.full(self.assets + self.factors, np.inf)
        none, rest = np.zeros(self.trades), np.zeros(len(self.slack))
        idle = float(self.model.book.snapshot.policy.idle_cash_rate)
        return Problem(
            P=self._curvature(),
            q=np.concatenate((self.model.linear, 0 * free.clip(0, 0), [0.0, 0.0, 1.0, idle], costs)),
            A=rows.matrix(self.width),
            low=low,
            high=high,
            lower=np.concatenate((none, -free, [-REACH, -REACH, -np.inf, 0.0], rest)),
            upper=np.concatenate((self.model.upper, free, [REACH, REACH, np.inf, np.inf], rest + np.inf)),
            cones=self._cones(),
            defined=self._defined(),
        )

    def _defined(self) -> tuple[tuple[Index, Index], ...]:
        """The factors, deviations and gains, and their rows, which come first."""
        rows = np.arange(self.assets + self.factors + 2, dtype=np.intp)
        e, y, gains = np.split(rows, [self.assets, self.assets + self.factors])
        return (y + self.trades, y), (e + self.trades, e), (gains + self.trades, gains)

    def _curvature(self) -> sparse.csc_matrix:
        gamma, risk = float(self.model.book.snapshot.policy.risk_aversion), self.model.risk
        none = sparse.csc_matrix((self.trades, self.trades))
        rest = sparse.csc_matrix((self.width - self.short, self.width - self.short))
        curve = sparse.diags(gamma * risk.own) if self.factors else sparse.csc_matrix(gamma * risk.covariance)
        common = gamma * sparse.identity(self.factors)
        return sparse.block_diag([part for part in (none, curve, common, rest) if part.shape[0]], format="csc")

    def _deviations(self, rows: Rows) -> None:
        model = self.model
        own = np.arange(self.trades, self.first, dtype=np.intp)
        rows.block(-model.effect, own, 1.0, model.drift, model.drift)
        if self.factors:
            made = sparse.coo_matrix(model.risk.loadings.T)
            shifted = sparse.coo_matrix((-made.data, (made.row, made.col + self.trades)), (self.factors, self.first))
            none = np.zeros(self.factors)
            rows.block(shifted, np.arange(self.first, self.short, dtype=np.intp), 1.0, none, none)

    def _gains(self, rows: Rows) -> None:
        book = self.model.book
        made = sparse.csr_matrix(-np.vstack(self.model.gains))
        start = np.array([book.short, book.long])
        rows.block(made, np.array([self.short, self.long], dtype=np.intp), 1.0, start, start)
        rows.line({**_entries(-self.model.cash_move), self.idle: 1.0}, self.model.idle_start, np.inf)

    def _limits(self, rows: Rows) -> None:
        """A row that gives is two rows: its slack eases the side that it breaks. A soft row without slack is none."""
        for j, row in enumerate(self.model.rows):
            if not self._binds(row.id, row.cost):
                continue
            coefficients = _entries_of(self.model.limits, j)
            low, high = row.low - row.start, row.high - row.start
            if row.id not in self.slack:
                if np.isfinite(low) or np.isfinite(high):
                    rows.line(coefficients, low, high)
                continue
            slack = self.slack[row.id]
            if np.isfinite(low):
                rows.line({**coefficients, slack: 1.0}, low, np.inf)
            if np.isfinite(high):
                rows.line({**coefficients, slack: -1.0}, -np.inf, high)

    def _binds(self, row: str, cost: float | None) -> bool:
        return cost is None or row in self.slack

    def _taxes(self, rows: Rows, piece: Piece) -> None:
        for a, b, c in piece.domain:
            rows.line({self.short: a, self.long: b}, -c, np.inf)
        for a, b, c in piece.lines:
            rows.line({self.short: -a, self.long: -b, self.tax: 1.0}, c, np.inf)
        limit = self.model.tax_limit
        if limit is not None and self._binds(limit[0], limit[2]):
            slack = {self.slack[limit[0]]: -1.0} if limit[0] in self.slack else {}
            for a, b, c in piece.due:
                rows.line({self.short: a, self.long: b, **slack}, -np.inf, limit[1] - c)

    def _cones(self) -> tuple[Cone, ...]:
        limit = self.model.error_limit
        if limit is None:
            return ()
        head = {self.slack[limit[0]]: 1.0} if limit[0] in self.slack else {}
        return (Cone(self.deviation_root(self.model.risk.own), limit[1], head),)

    def deviation_root(self, own: Floats) -> sparse.csr_matrix:
        """A matrix over all columns whose product with them has the norm of (F F' + diag(own))^1/2 e."""
        common = self.model.risk.loadings.T
        e = np.arange(self.trades, self.first, dtype=np.intp)
        left = sparse.csr_matrix((common.shape[0], self.trades)), sparse.csr_matrix((self.assets, self.trades))
        right = self.width - self.first
        blocks = [
            [left[0], sparse.csr_matrix(common), sparse.csr_matrix((common.shape[0], right))],
            [left[1], sparse.diags(np.sqrt(own)), sparse.csr_matrix((len(e), right))],
        ]
        return sparse.bmat(blocks, format="csr")


def _entries(values: Floats) -> dict[int, float]:
    return {int(j): float(values[j]) for j in np.flatnonzero(values)}


def _entries_of(matrix: sparse.csr_matrix, row: int) -> dict[int, float]:
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    return dict(zip(matrix.indices[start:end].tolist(), matrix.data[start:end].tolist(), strict=True))
