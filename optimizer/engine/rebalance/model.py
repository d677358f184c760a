"""The lot-level household rebalance as quadratic programs, one for each convex piece of the tax.

Columns: money sold of each lot, money bought of each pair, the deviation e of each risky asset from its target, the
common factors y of those deviations, the year's net gains S and L, the tax t, idle cash u, and one slack for each
elastic row; all in fractions of V. Minimised, also in fractions of V:

    gamma/2 (y'y + e'De) + spreads and fees + fund costs + t - lambda sum(gain x sold) + idle rate x u + soft limits

with Sigma = F F' + D and y = F'e. lambda is the later tax that realising a gain removes, and realising a loss adds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.groups import Group, loss_groups
from optimizer.engine.rebalance.impact import Impact, impact_of
from optimizer.engine.rebalance.netting import Piece, reachable, tax
from optimizer.engine.rebalance.risk_rows import CURVED, TAILS, RiskLimit, beta_rows, risk_limits
from optimizer.engine.rebalance.rows import (
    RESERVE,
    SHORT_OF_RESERVE,
    TradeRow,
    band_rows,
    cash_effect,
    reserve_row,
    trade_rows,
    wash_rows,
    weight_effect,
    without_room,
)
from optimizer.engine.rebalance.table import Table
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.problem import Index, Problem
from optimizer.engine.types import ConstraintInput

Elastic = Mapping[str, float]  # row id -> cost of a unit outside


@dataclass(frozen=True)
class Model:
    """`target`: weight by asset. `risk`: of the book's risky assets. `ignored`: ids of rows to leave out.

    `cuts`: rows that limits on risk have made so far. `counting`: the groups that sell losses beyond what recent
    purchases replace; None: not decided.
    """

    book: Book
    target: Floats
    risk: RiskModel
    ignored: frozenset[str] = frozenset()
    cuts: tuple[TradeRow, ...] = ()
    counting: frozenset[str] | None = None

    @property
    def trades(self) -> int:
        return len(self.book.sells) + len(self.book.buys)

    @cached_property
    def rows(self) -> tuple[TradeRow, ...]:
        risk = (*beta_rows(self.book, self.risk), *self.cuts)
        washes, reserve = wash_rows(self.book, self.counting), reserve_row(self.book)
        kept = () if reserve is None else (reserve,)
        made = (*trade_rows(self.book), *band_rows(self.book, self.target), *washes, *kept, *risk)
        return tuple(row for row in made if row.id not in self.ignored)

    @cached_property
    def risk_limits(self) -> tuple[RiskLimit, ...]:
        """All but the hard limit on tracking error, which stands by itself."""
        made = risk_limits(self.book, self.ignored)
        return tuple(limit for limit in made if limit.kind != "tracking_error" or limit.cost is not None)

    @cached_property
    def limits(self) -> sparse.csr_matrix:
        """The coefficients of `rows` as one matrix."""
        made = [row.coefficients for row in self.rows]
        return sparse.csr_matrix(np.array(made)) if made else sparse.csr_matrix((0, self.trades))

    @cached_property
    def sides(self) -> tuple[Floats, Floats, Floats]:
        """What the trades of each row start from, and its two limits."""
        rows = [(row.start, row.low, row.high) for row in self.rows]
        start, low, high = np.array(rows, dtype=float).reshape(-1, 3).T
        return start, low, high

    @cached_property
    def costs(self) -> tuple[Floats, Floats]:
        """Cost of a unit outside by row, 0 for hard ones; and 1 for hard ones, 0 for soft."""
        soft = np.array([row.cost or 0.0 for row in self.rows])
        return soft, np.array([float(row.cost is None) for row in self.rows])

    def outside(self, trades: Floats) -> Floats:
        """How far each row is broken."""
        start, low, high = self.sides
        value = self.limits @ trades + start
        gap: Floats = np.maximum(0.0, np.maximum(low - value, value - high))
        return gap

    @cached_property
    def exact(self) -> Floats:
        """1 for rows that are a limit, 0 for cuts, which only say what a limit on risk comes to here or there."""
        return np.array([float(row.kind not in CURVED | TAILS) for row in self.rows])

    @cached_property
    def effect(self) -> sparse.csr_matrix:
        """Change of each risky asset's weight by trade."""
        return weight_effect(self.book)[self.book.risky]

    @cached_property
    def place(self) -> Index:
        """The row among the risky assets of each trade's asset."""
        book = self.book
        return np.searchsorted(book.risky, np.concatenate((book.sell_asset, book.buy_asset)))

    @cached_property
    def signed(self) -> Floats:
        """What a dollar of each trade adds to the weight of its asset."""
        book = self.book
        return np.concatenate((-book.location[book.sell_account], book.location[book.buy_account]))

    @property
    def covariance(self) -> Floats:
        return self.risk.covariance

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
        """Cost by trade: spread and fees, a year of fund costs, and the later tax that a gain realised now removes."""
        book = self.book
        later = np.concatenate((book.later, np.zeros(len(book.buys))))
        total: Floats = book.trade_cost + book.running - later
        return total

    @cached_property
    def impact(self) -> Impact:
        """What trades move prices against themselves."""
        return impact_of(self.book, self.target)

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
        """Most of each trade that the hard rows leave room for."""
        return without_room(self.rows, self.whole)

    @cached_property
    def whole(self) -> Floats:
        """Most of each trade: the lot, or all that the account can pay where the target or a floor wants the asset."""
        wanted = self.target > 1e-9
        for row in self.book.rows:
            if row.low > 0:
                wanted = wanted | (row.mask > 0)
        most = self.book.payable[self.book.buy_account]
        return np.concatenate((self.book.sell_value, wanted[self.book.buy_asset] * most))

    @cached_property
    def groups(self) -> dict[str, Group]:
        """The identity groups that sell losses or buy, never both."""
        return loss_groups(self.book, self.upper)

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
    def reserve(self) -> tuple[int, float] | None:
        """Which row is the cash that the added tax stays in, and what cash those accounts keep anyway."""
        place = next((j for j, row in enumerate(self.rows) if row.kind == RESERVE), None)
        if place is None:
            return None
        taxed = {account.id for account in self.book.accounts if account.taxed}
        kept = [max([row.low for row in self.book.cash_rows if row.account == each], default=0.0) for each in taxed]
        return place, sum(kept)

    def not_reserved(self, cash: Floats, short: Floats, long: Floats) -> Floats:
        """What cash of the taxed accounts lacks of their own floors and the tax added (any one shape)."""
        added = tax(short, long, self.book.this_year) - self.book.tax_before
        lacking: Floats = np.maximum(0.0, (self.reserve or (0, 0.0))[1] + added - cash) * (added > 0)
        return lacking

    @cached_property
    def error_limit(self) -> tuple[str, float] | None:
        """Id and annual tracking error of the tightest hard limit on it."""
        rows = [row for row in self._limits("tracking_error") if row.hard]
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
        costs |= {limit.id: limit.cost for limit in self.risk_limits if limit.is_cone and limit.cost is not None}
        if self.tax_limit is not None and self.tax_limit[2] is not None:
            costs[self.tax_limit[0]] = self.tax_limit[2]
        if self.reserve is not None:
            costs[RESERVE] = SHORT_OF_RESERVE
        return costs

    def pieces(self) -> list[Piece]:
        """Pieces of the tax that some plan reaches."""
        bounds = []
        for gain, start in zip(self.gains, (self.book.short, self.book.long), strict=True):
            moved = gain * self.upper
            bounds.append((start + moved.clip(max=0).sum(), start + moved.clip(min=0).sum()))
        return reachable(self.book.rates, bounds[0], bounds[1])

    @cached_property
    def table(self) -> Table:
        return Table(self, self.soft)

    @cached_property
    def _programs(self) -> dict[str, Problem]:
        return {}

    def problem(self, piece: Piece, upper: Floats, lower: Floats | None = None) -> Problem:
        """The program of one piece, trades bounded by `upper`, and from below by `lower` where there is one."""
        if piece.name not in self._programs:
            self._programs[piece.name] = self.table.problem(piece)
        made = self._programs[piece.name]
        least = np.zeros(self.trades) if lower is None else lower
        return replace(
            made,
            lower=np.concatenate((least, made.lower[self.trades :])),
            upper=np.concatenate((upper, made.upper[self.trades :])),
        )

    def elastic(self, piece: Piece, give: Elastic) -> Problem:
        """The same limits where only the rows in `give` are elastic, at that cost, and nothing else is minimised."""
        upper = without_room([row for row in self.rows if row.id not in give], self.whole)
        made = Table(self, give).problem(piece)
        kept = len(made.q) - len(give)
        return replace(
            made,
            P=sparse.csc_matrix(made.P.shape),
            q=np.concatenate((np.zeros(kept), made.q[kept:])),
            upper=np.concatenate((upper, made.upper[self.trades :])),
        )
