"""Whole shares: every ticket is rounded, then moved one share at a time while the objective itself falls."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy import sparse

from optimizer.engine.rebalance.fees import reserve
from optimizer.engine.rebalance.impact import Flow
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import tax
from optimizer.engine.rebalance.rows import SHORT_OF_RESERVE
from optimizer.engine.rebalance.score import BROKEN
from optimizer.engine.rebalance.tickets import Ticket
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.problem import Index

MOVES = 1000
AHEAD = 20
GAIN = 1e-10
CENTS = 0.02
"""Money by which cash limits are tightened for each lot traded: value and cost are each rounded to the cent."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Shares by column of the model."""

    shares: dict[int, Decimal]

    def trades(self, model: Model) -> Floats:
        """Money by column, fractions of V."""
        book, made = model.book, np.zeros(model.trades)
        where = np.concatenate((book.sell_asset, book.buy_asset))
        for column, shares in self.shares.items():
            made[column] = float(shares * book.assets[where[column]].price / book.value)
        return made


def whole_shares(model: Model, wanted: list[tuple[Ticket, Decimal]]) -> Filled:
    """Allowed totals for every ticket near the wanted ones: a local minimum of the objective under one-share moves."""
    descent = _Descent(model, [ticket for ticket, _ in wanted], [ticket.start(shares) for ticket, shares in wanted])
    descent.run()
    filled = dict[int, Decimal]()
    for ticket, shares in zip(descent.tickets, descent.totals, strict=True):
        filled.update(ticket.fill(shares))
    return Filled(filled)


class _Descent:
    """Moves 2j and 2j + 1 take ticket j to its next smaller and next larger total.

    A ticket is of one asset, so a move is a few numbers: what it adds to the asset's weight, to both gains, to the
    linear costs, to idle cash and to each row. The objective of every move follows from those, exactly.
    """

    def __init__(self, model: Model, tickets: list[Ticket], totals: list[Decimal]) -> None:
        self.model, self.tickets, self.totals = model, tickets, list(totals)
        self.start, self.low, self.high = model.sides
        self.columns = model.limits.tocsc()
        cash = np.array([row.kind in ("cash", "minimum_cash") for row in model.rows], dtype=float)
        lots = [c for ticket in tickets for c in ticket.columns]
        self.low = self.low + cash * np.asarray((self.columns[:, lots] != 0).sum(axis=1)).ravel() * CENTS / model.book.v
        fees = np.array([reserve(model.book, ticket.columns) for ticket in tickets])
        touched = (self.columns[:, [ticket.columns[0] for ticket in tickets]] != 0) @ fees
        self.low = self.low + cash * touched
        self._spend(cash)
        self.asset = np.repeat(np.array([model.place[t.columns[0]] for t in tickets], dtype=np.intp), 2)
        trades = Filled({c: s for t, q in zip(tickets, totals, strict=True) for c, s in t.fill(q)}).trades(model)
        self.now = self._numbers(np.arange(model.trades), trades)
        self.now[:4] += np.array([0.0, model.book.short, model.book.long, model.idle_start])
        self.now[4:] += self.start
        for j, total in enumerate(totals):
            self._push(j, float(total * tickets[j].price / model.book.value))
        self.e = model.drift + model.effect @ trades
        self.pull = model.covariance @ self.e
        self.target: list[Decimal | None] = [None] * (2 * len(tickets))
        self.moves = np.zeros((4 + len(self.start), 2 * len(tickets)))
        self.weight = np.zeros(2 * len(tickets))
        for j in range(len(tickets)):
            self._prepare(j)

    def _spend(self, cash: Floats) -> None:
        """Which account each ticket pays out of, and which rows (`cash`: 1 for those of cash) that account's cash."""
        book = self.model.book
        account = np.concatenate((book.sell_account, book.buy_account))
        first = [ticket.columns[0] for ticket in self.tickets]
        self.flow = Flow(self.model.impact, account[first].tolist(), self.model.impact.push[first].tolist())
        of_account = sparse.csr_matrix(
            (np.ones(len(account)), (np.arange(len(account)), account)), shape=(len(account), len(book.accounts))
        )
        self.pays = cash[:, None] * ((self.columns != 0) @ of_account > 0).toarray()

    def _push(self, j: int, money: float) -> None:
        """So much more of ticket j is traded."""
        if self.flow.pushes[j] >= 0:
            self.now += self._pushed(j, money)
            self.flow.add(j, money)

    def _pushed(self, j: int, money: float) -> Floats:
        """What so much more of ticket j adds by its impact: to the cost, and to the cash of all who pay for it."""
        added, paid = np.zeros(4 + len(self.start)), self.flow.change(j, money)
        added[0], added[4:] = paid.sum(), -self.pays @ paid
        return added

    def run(self) -> None:
        for _ in range(MOVES if self.tickets else 0):
            change = self._changes()
            best = int(np.argmin(change))
            if change[best] < -GAIN:
                self._take(best)
            elif not self._mend(change):
                return

    def _mend(self, change: Floats) -> bool:
        """Two moves at once, where a limit is broken that no single one mends without breaking another."""
        if self._broken(self.now[:, None], np.array([float(self.e @ self.pull)]))[0] < GAIN:
            return False
        for first in np.argsort(change, kind="stable")[:AHEAD]:
            if not np.isfinite(change[first]):
                return False
            before = self.totals[first // 2]
            self._take(int(first))
            then = self._changes()
            if change[first] + then.min() < -GAIN:
                self._take(int(np.argmin(then)))
                return True
            self._put(int(first) // 2, before)
        return False

    def _take(self, move: int) -> None:
        total = self.target[move]
        if total is not None:
            self._put(move // 2, total)

    def _put(self, j: int, total: Decimal) -> None:
        added, weight = self._between(j, self.totals[j], total)
        asset = self.asset[2 * j]
        self.now += added
        self._push(j, float((total - self.totals[j]) * self.tickets[j].price / self.model.book.value))
        self.e[asset] += weight
        self.pull = self.pull + weight * self.model.covariance[:, asset]
        self.totals[j] = total
        for other in self.flow.with_(j):
            self._prepare(other)

    def _prepare(self, j: int) -> None:
        """What both moves of ticket j would change."""
        ticket, now = self.tickets[j], self.totals[j]
        for move, total in ((2 * j, ticket.below(now)), (2 * j + 1, ticket.above(now))):
            self.target[move] = total
            then = now if total is None else total
            self.moves[:, move], self.weight[move] = self._between(j, now, then)
            if self.flow.pushes[j] >= 0:
                self.moves[:, move] += self._pushed(j, float((then - now) * ticket.price / self.model.book.value))

    def _between(self, j: int, one: Decimal, other: Decimal) -> tuple[Floats, float]:
        """What ticket j adds on the way from one total to another: all but the weight, and the weight."""
        ticket = self.tickets[j]
        steps = dict.fromkeys(ticket.columns, 0.0)
        for sign, total in ((-1, one), (1, other)):
            for column, shares in ticket.fill(total):
                steps[column] += sign * float(shares * ticket.price / self.model.book.value)
        columns, money = np.array(list(steps), dtype=np.intp), np.array(list(steps.values()))
        return self._numbers(columns, money), float(self.model.signed[columns] @ money)

    def _numbers(self, columns: Index, money: Floats) -> Floats:
        """Linear cost, short and long gain, idle cash, and the rows, of money in these columns."""
        model = self.model
        lines = (model.linear, *model.gains, model.cash_move)
        return np.concatenate(([line[columns] @ money for line in lines], self.columns[:, columns] @ money))

    def _changes(self) -> Floats:
        """Change of the objective by move; infinite where there is no such move."""
        model, gamma = self.model, float(self.model.book.snapshot.policy.risk_aversion)
        own = np.diag(model.covariance)[self.asset]
        more = 2 * self.weight * self.pull[self.asset] + self.weight**2 * own
        variance = float(self.e @ self.pull)
        then = self._rest(self.now[:, None] + self.moves, variance + more)
        change: Floats = gamma / 2 * more + then - self._rest(self.now[:, None], np.array([variance]))
        change[[total is None for total in self.target]] = np.inf
        return change

    def _rest(self, numbers: Floats, variance: Floats) -> Floats:
        """The objective but for risk, by column of `numbers`."""
        book, limit = self.model.book, self.model.tax_limit
        linear, short, long, idle = numbers[:4]
        total = linear + tax(short, long, book.rates)
        total += float(book.snapshot.policy.idle_cash_rate) * np.maximum(0, idle)
        total += self.model.costs[0] @ self._outside(numbers) + BROKEN * self._broken(numbers, variance)
        if limit is not None and limit[2] is not None:
            total += limit[2] * self._overspent(numbers, limit[1])
        if self.model.reserve is not None:
            cash = numbers[4 + self.model.reserve[0]]
            total += SHORT_OF_RESERVE * self.model.not_reserved(cash, short, long)
        objective: Floats = total
        return objective

    def _broken(self, numbers: Floats, variance: Floats) -> Floats:
        """How far hard limits are broken in sum, by column of `numbers`."""
        limits = self.model.tax_limit, self.model.error_limit
        broken: Floats = self.model.costs[1] @ self._outside(numbers)
        if limits[0] is not None and limits[0][2] is None:
            broken = broken + self._overspent(numbers, limits[0][1])
        if limits[1] is not None:
            broken = broken + np.maximum(0, np.sqrt(np.maximum(variance, 0)) - limits[1][1])
        return broken

    def _overspent(self, numbers: Floats, allowed: float) -> Floats:
        over: Floats = np.maximum(0, tax(numbers[1], numbers[2], self.model.book.this_year) - allowed)
        return over

    def _outside(self, numbers: Floats) -> Floats:
        values = numbers[4:]
        gap: Floats = np.maximum(0, np.maximum(self.low[:, None] - values, values - self.high[:, None]))
        return gap
