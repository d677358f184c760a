"""The lot-level household rebalance as quadratic programs, one for each convex piece of the tax.

Columns: money sold of each lot, money bought of each pair, the deviation e of each risky asset from its target, the tax
t, idle cash u, and one slack for each elastic row; all in fractions of V. Minimised, also in fractions of V:

    gamma/2 e'Sigma e + spreads + t - lambda sum(gain x sold) + idle rate x u + soft limits

lambda is the later tax that realising a gain removes, and that realising a loss adds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.netting import Piece, reachable
from optimizer.engine.rebalance.rows import TradeRow, band_rows, cash_effect, trade_rows, weight_effect
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Cone, Problem
from optimizer.engine.types import ConstraintInput

Elastic = Mapping[str, float]  # row id -> cost of a unit outside


@dataclass(frozen=True)
class Model:
    """`target`: weight by asset. `covariance`: of the book's risky assets. `ignored`: ids of rows to leave out."""

    book: Book
    target: Floats
    covariance: Floats
    ignored: frozenset[str] = frozenset()

    @property
    def trades(self) -> int:
        return len(self.book.sells) + len(self.book.buys)

    @cached_property
    def rows(self) -> tuple[TradeRow, ...]:
        made = (*trade_rows(self.book), *band_rows(self.book, self.target))
        return tuple(row for row in made if row.id not in self.ignored)

    @cached_property
    def effect(self) -> Floats:
        """Change of each risky asset's weight by trade."""
        return weight_effect(self.book)[self.book.risky]

    @cached_property
    def drift(self) -> Floats:
        """Deviation from the target before trades, by risky asset."""
        deviation: Floats = (self.book.held - self.target)[self.book.risky]
        return deviation

    @cached_property
    def gains(self) -> tuple[Floats, Floats]:
        """Short and long gain by trade and money."""
        book, none = self.book, np.zeros(len(self.book.buys))
        short = np.concatenate((book.is_short * book.sell_gain, none))
        return short, np.concatenate((book.is_long * book.sell_gain, none))

    @cached_property
    def linear(self) -> Floats:
        """Cost by trade: spread, and the later tax that a gain realised now removes."""
        book = self.book
        later = -book.deferral * (book.is_short + book.is_long) * book.sell_gain
        return np.concatenate((book.spread[book.sell_asset] + later, book.spread[book.buy_asset]))

    @cached_property
    def cash_move(self) -> Floats:
        """Change of the household's cash by trade, accounts by their weight."""
        move: Floats = self.book.location @ cash_effect(self.book)
        return move

    @cached_property
    def idle_start(self) -> float:
        return float(self.book.location @ self.book.cash) + self.book.pending_cash - self.book.cash_target

    @cached_property
    def upper(self) -> Floats:
        """Most of each trade: the lot, or for a buy all of V where the target or a floor wants the asset."""
        wanted = self.target > 1e-9
        for row in self.book.rows:
            if row.low > 0:
                wanted = wanted | (row.mask > 0)
        return np.concatenate((self.book.sell_value, wanted[self.book.buy_asset].astype(float)))

    @cached_property
    def tax_limit(self) -> tuple[str, float, float | None] | None:
        """Id of the tightest tax budget, the tax of the year it allows, and its cost if soft."""
        budgets = self._limits("tax_budget")
        if not budgets:
            return None
        row = min(budgets, key=lambda row: row.high or 0)
        allowed = max(float(row.high or 0) / self.book.v, self.book.tax_done)
        return row.id, self.book.tax_before + allowed, None if row.hard else 1.0

    @cached_property
    def error_limit(self) -> tuple[str, float] | None:
        """Id and annual tracking error of the tightest hard limit on it."""
        rows = [
            r for r in self.book.snapshot.constraints if r.kind == "tracking_error" and r.high is not None and r.hard
        ]
        if not rows:
            return None
        row = min(rows, key=lambda row: row.high or 0)
        return row.id, float(row.high or 0)

    def _limits(self, kind: str) -> list[ConstraintInput]:
        rows = [row for row in self.book.snapshot.constraints if row.id not in self.ignored]
        return [row for row in rows if row.kind == kind and row.high is not None]

    @cached_property
    def soft(self) -> dict[str, float]:
        costs = {row.id: row.cost for row in self.rows if row.cost is not None}
        if self.tax_limit is not None and self.tax_limit[2] is not None:
            costs[self.tax_limit[0]] = self.tax_limit[2]
        return costs

    def pieces(self) -> list[Piece]:
        """Pieces of the tax that some plan reaches."""
        bounds = []
        for gain, start in zip(self.gains, (self.book.short, self.book.long), strict=True):
            moved = gain * self.upper
            bounds.append((start + moved.clip(max=0).sum(), start + moved.clip(min=0).sum()))
        return reachable(self.book.rates, bounds[0], bounds[1])

    @cached_property
    def _programs(self) -> dict[str, Problem]:
        return {}

    def problem(self, piece: Piece, upper: Floats) -> Problem:
        """The program of one piece, trades bounded by `upper`."""
        if piece.name not in self._programs:
            self._programs[piece.name] = _Table(self, list(self.soft)).problem(
                piece, np.array(list(self.soft.values()))
            )
        made = self._programs[piece.name]
        return replace(made, upper=np.concatenate((upper, made.upper[self.trades :])))

    def elastic(self, piece: Piece, upper: Floats, give: Elastic) -> Problem:
        """The same limits where only the rows in `give` are elastic, at that cost, and nothing else is minimised."""
        made = _Table(self, list(give)).problem(piece, np.array(list(give.values())))
        kept = len(made.q) - len(give)
        return replace(
            made,
            P=sparse.csc_matrix(made.P.shape),
            q=np.concatenate((np.zeros(kept), made.q[kept:])),
            upper=np.concatenate((upper, made.upper[self.trades :])),
        )


class _Table:
    """Rows as they are added, each over all columns."""

    def __init__(self, model: Model, elastic: list[str]) -> None:
        self.model = model
        self.m, self.k = len(model.book.risky), model.trades
        self.t = self.k + self.m
        self.slack = {row: self.t + 2 + j for j, row in enumerate(elastic)}
        self.width = self.t + 2 + len(elastic)
        self.rows: list[Floats] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def problem(self, piece: Piece, costs: Floats) -> Problem:
        self._deviations()
        self._limits()
        self._taxes(piece)
        self._line(-self.model.cash_move, {self.t + 1: 1.0}, self.model.idle_start, np.inf)
        policy, free = self.model.book.snapshot.policy, np.full(self.m, np.inf)
        rest = self.width - self.t
        curve = sparse.csc_matrix(float(policy.risk_aversion) * self.model.covariance)
        return Problem(
            P=sparse.block_diag((sparse.csc_matrix((self.k, self.k)), curve, sparse.csc_matrix((rest, rest))), "csc"),
            q=np.concatenate((self.model.linear, np.zeros(self.m), [1.0, float(policy.idle_cash_rate)], costs)),
            A=sparse.csc_matrix(np.array(self.rows)),
            low=np.array(self.low),
            high=np.array(self.high),
            lower=np.concatenate((np.zeros(self.k), -free, [-np.inf], np.zeros(rest - 1))),
            upper=np.concatenate((self.model.upper, free, np.full(rest, np.inf))),
            cone=self._cone(),
        )

    def _deviations(self) -> None:
        for i, drift in enumerate(self.model.drift):
            self._line(-self.model.effect[i], {self.k + i: 1.0}, drift, drift)

    def _limits(self) -> None:
        """A row that gives is two rows: its slack eases the side that it breaks. A soft row without slack is none."""
        for row in self.model.rows:
            for low, high, sign in ((row.low, np.inf, 1.0), (-np.inf, row.high, -1.0)):
                if self._binds(row.id, row.cost) and (np.isfinite(low) or np.isfinite(high)):
                    entries = {self.slack[row.id]: sign} if row.id in self.slack else {}
                    self._line(row.coefficients, entries, low - row.start, high - row.start)

    def _binds(self, row: str, cost: float | None) -> bool:
        return cost is None or row in self.slack

    def _taxes(self, piece: Piece) -> None:
        book = self.model.book
        short, long = self.model.gains
        for a, b, c in piece.domain:
            self._line(a * short + b * long, {}, -(a * book.short + b * book.long + c), np.inf)
        for a, b, c in piece.lines:
            self._line(-a * short - b * long, {self.t: 1.0}, a * book.short + b * book.long + c, np.inf)
        if self.model.tax_limit is not None and self._binds(self.model.tax_limit[0], self.model.tax_limit[2]):
            self._budget(piece, *self.model.tax_limit[:2])

    def _budget(self, piece: Piece, row: str, allowed: float) -> None:
        book = self.model.book
        short, long = self.model.gains
        entries = {self.slack[row]: -1.0} if row in self.slack else {}
        for a, b, c in piece.due:
            self._line(a * short + b * long, entries, -np.inf, allowed - a * book.short - b * book.long - c)

    def _cone(self) -> Cone | None:
        if self.model.error_limit is None:
            return None
        row, radius = self.model.error_limit
        root = np.linalg.cholesky(self.model.covariance + 1e-12 * np.eye(self.m)).T
        matrix = sparse.hstack(
            (sparse.csr_matrix((self.m, self.k)), root, sparse.csr_matrix((self.m, self.width - self.t))), format="csc"
        )
        return Cone(matrix, radius, self.slack.get(row))

    def _line(self, trades: Floats, entries: Mapping[int, float], low: float, high: float) -> None:
        row = np.zeros(self.width)
        row[: self.k] = trades
        for column, value in entries.items():
            row[column] = value
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)
