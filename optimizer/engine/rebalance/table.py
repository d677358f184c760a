"""The rows and columns of one program, gathered sparse."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.netting import Piece
from optimizer.engine.rebalance.risk_rows import RiskLimit
from optimizer.engine.rebalance.rows import RESERVE
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.duality import REACH
from optimizer.engine.solvers.problem import Cone, Defined, Index, Problem

if TYPE_CHECKING:
    from optimizer.engine.rebalance.model import Model


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

    def line(self, values: Floats, entries: Mapping[int, float], low: float, high: float) -> None:
        """One row: the values of the first columns, and further entries by column."""
        first = np.flatnonzero(values)
        columns = np.concatenate((first, np.fromiter(entries, dtype=np.intp, count=len(entries))))
        rest = np.fromiter(entries.values(), dtype=float, count=len(entries))
        value = np.concatenate((values[first], rest))
        self.add(np.zeros_like(columns), columns, value, np.array([low]), np.array([high]))

    def copy(self) -> "Rows":
        """The same rows, to which others may be added."""
        made = Rows()
        made.count, made.parts, made.low, made.high = self.count, list(self.parts), list(self.low), list(self.high)
        return made

    def matrix(self, width: int) -> sparse.csr_matrix:
        row, column, value = (np.concatenate(each) for each in zip(*self.parts, strict=True))
        return sparse.csr_matrix((value, (row, column)), shape=(self.count, width))

    def sides(self) -> tuple[Floats, Floats]:
        return np.concatenate(self.low), np.concatenate(self.high)


class Table:
    """Where each column stands, and the programs over them. `elastic`: the cost of a slack by row that may give.

    Factors that are not few against the assets would only add columns: then Sigma stands whole on the deviations.
    """

    def __init__(self, model: "Model", elastic: Mapping[str, float]) -> None:
        self.model, self.elastic = model, elastic
        self.trades, self.assets = model.trades, len(model.book.risky)
        count = model.risk.loadings.shape[1]
        self.factors = count if 2 * count <= self.assets else 0
        self.first = self.trades + self.assets  # of the factors
        self.short = self.first + self.factors
        self.long, self.tax, self.idle = self.short + 1, self.short + 2, self.short + 3
        self.impact = self.idle + 1  # of the pushes
        slack = self.impact + model.impact.count
        self.slack = {row: slack + j for j, row in enumerate(elastic)}
        self.width = slack + len(elastic)

    def problem(self, piece: Piece) -> Problem:
        rows = self._shared.copy()
        self._taxes(rows, piece)
        low, high = rows.sides()
        lower, upper = self._box
        return Problem(
            P=self._curvature,
            q=self._linear,
            A=rows.matrix(self.width),
            low=low,
            high=high,
            lower=lower,
            upper=upper,
            cones=self._cones,
            defined=self._defined,
        )

    @cached_property
    def _shared(self) -> Rows:
        """The rows of every piece."""
        rows = Rows()
        self._deviations(rows)
        self._gains(rows)
        self._impacts(rows)
        self._limits(rows)
        return rows

    @cached_property
    def _box(self) -> tuple[Floats, Floats]:
        free = np.full(self.assets + self.factors, np.inf)
        none, rest = np.zeros(self.trades), np.zeros(self.width - self.impact)
        lower = np.concatenate((none, -free, [-REACH, -REACH, -np.inf, 0.0], rest))
        return lower, np.concatenate((self.model.upper, free, [REACH, REACH, np.inf, np.inf], rest + np.inf))

    @cached_property
    def _linear(self) -> Floats:
        idle, none = float(self.model.book.snapshot.policy.idle_cash_rate), np.zeros(self.assets + self.factors)
        pushes = np.ones(self.model.impact.count)
        return np.concatenate((self.model.linear, none, [0.0, 0.0, 1.0, idle], pushes, list(self.elastic.values())))

    @cached_property
    def _defined(self) -> tuple[Defined, ...]:
        """The factors, deviations and gains by their rows, which come first."""
        rows = np.arange(self.assets + self.factors + 2, dtype=np.intp)
        e, y, gains = np.split(rows, [self.assets, self.assets + self.factors])
        return tuple(Defined(part + self.trades, part) for part in (y, e, gains))

    @cached_property
    def _curvature(self) -> sparse.csc_matrix:
        gamma, risk = float(self.model.book.snapshot.policy.risk_aversion), self.model.risk
        diagonal = np.zeros(self.width)
        diagonal[self.first : self.short] = gamma
        if self.factors:
            diagonal[self.trades : self.first] = gamma * risk.own
            return sparse.diags(diagonal, format="csc")
        row, column = np.indices((self.assets, self.assets)).reshape(2, -1) + self.trades
        return sparse.csc_matrix((gamma * risk.covariance.ravel(), (row, column)), shape=(self.width, self.width))

    def _deviations(self, rows: Rows) -> None:
        model, each = self.model, np.arange(self.assets, dtype=np.intp)
        column = np.concatenate((np.arange(self.trades, dtype=np.intp), each + self.trades))
        value = np.concatenate((-model.signed, np.ones(self.assets)))
        rows.add(np.concatenate((model.place, each)), column, value, model.drift, model.drift)
        if self.factors:
            factor, asset = np.indices((self.factors, self.assets)).reshape(2, -1)
            own, none = np.arange(self.factors, dtype=np.intp), np.zeros(self.factors)
            value = np.concatenate((-model.risk.loadings.T.ravel(), np.ones(self.factors)))
            column = np.concatenate((asset + self.trades, own + self.first))
            rows.add(np.concatenate((factor, own)), column, value, none, none)

    def _gains(self, rows: Rows) -> None:
        book = self.model.book
        for column, gain, start in zip((self.short, self.long), self.model.gains, (book.short, book.long), strict=True):
            rows.line(-gain, {column: 1.0}, start, start)
        rows.line(-self.model.cash_move, {self.idle: 1.0}, self.model.idle_start, np.inf)

    def _impacts(self, rows: Rows) -> None:
        """The cost of each push is above its tangents."""
        impact = self.model.impact
        slopes, heights = impact.lines
        for push in range(impact.count):
            pushing = (impact.push == push).astype(float)
            for slope, height in zip(slopes[push], heights[push], strict=True):
                rows.line(-slope * pushing, {self.impact + push: 1.0}, float(height), np.inf)

    def _limits(self, rows: Rows) -> None:
        """A row that gives is two rows: its slack eases the side that it breaks. A soft row without slack is none."""
        for row in self.model.rows:
            if not self._binds(row.id, row.cost):
                continue
            low, high = row.low - row.start, row.high - row.start
            if row.id not in self.slack:
                if np.isfinite(low) or np.isfinite(high):
                    rows.line(row.coefficients, {}, low, high)
                continue
            slack = self.slack[row.id]
            if np.isfinite(low):
                rows.line(row.coefficients, {slack: 1.0}, low, np.inf)
            if np.isfinite(high):
                rows.line(row.coefficients, {slack: -1.0}, -np.inf, high)

    def _binds(self, row: str, cost: float | None) -> bool:
        return cost is None or row in self.slack

    def _taxes(self, rows: Rows, piece: Piece) -> None:
        none = np.zeros(0)
        for a, b, c in piece.domain:
            rows.line(none, {self.short: a, self.long: b}, -c, np.inf)
        for a, b, c in piece.lines:
            rows.line(none, {self.short: -a, self.long: -b, self.tax: 1.0}, c, np.inf)
        limit = self.model.tax_limit
        if limit is not None and self._binds(limit[0], limit[2]):
            slack = {self.slack[limit[0]]: -1.0} if limit[0] in self.slack else {}
            for a, b, c in piece.due:
                rows.line(none, {self.short: a, self.long: b, **slack}, -np.inf, limit[1] - c)
        if self.model.reserve is not None and RESERVE in self.slack:
            self._reserve(rows, piece, *self.model.reserve)

    def _reserve(self, rows: Rows, piece: Piece, place: int, floor: float) -> None:
        """Cash of the taxed accounts is no less than their floors and the tax added."""
        cash, before = self.model.rows[place], self.model.book.tax_before
        for a, b, c in piece.due:
            entries = {self.short: -a, self.long: -b, self.slack[RESERVE]: 1.0}
            rows.line(cash.coefficients, entries, floor + c - before - cash.start, np.inf)

    @cached_property
    def _cones(self) -> tuple[Cone, ...]:
        limit = self.model.error_limit
        others = [each for each in self.model.risk_limits if each.is_cone and self._binds(each.id, each.cost)]
        if limit is None and not others:
            return ()
        root = self.deviation_root(self.model.risk.own)
        own = () if limit is None else (Cone(root, limit[1], self._head(limit[0])),)
        return (*own, *(self._cone(each, root) for each in others))

    def _cone(self, limit: RiskLimit, root: sparse.csr_matrix) -> Cone:
        """Tracking error is of the deviations; volatility is of them and the target."""
        if limit.kind == "tracking_error":
            return Cone(root, limit.high, self._head(limit.id))
        around, risk = self.model.target[self.model.book.risky], self.model.risk
        offset = np.concatenate((risk.loadings.T @ around, np.sqrt(risk.own) * around))
        return Cone(root, limit.high, self._head(limit.id), offset)

    def _head(self, row: str) -> dict[int, float]:
        return {self.slack[row]: 1.0} if row in self.slack else {}

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
