"""Whole shares: every ticket is rounded, then moved one share at a time while the objective itself falls."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import tax
from optimizer.engine.rebalance.score import BROKEN
from optimizer.engine.rebalance.tickets import Ticket
from optimizer.engine.risk.returns import Floats

MOVES = 1000
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
    """Moves 2j and 2j + 1 take ticket j to its next smaller and next larger total."""

    def __init__(self, model: Model, tickets: list[Ticket], totals: list[Decimal]) -> None:
        self.model, self.tickets, self.totals = model, tickets, totals
        self.trades = Filled({c: s for t, q in zip(tickets, totals, strict=True) for c, s in t.fill(q)}).trades(model)
        self.coefficients = np.array([row.coefficients for row in model.rows])
        self.low = np.array([row.low for row in model.rows])
        self.high = np.array([row.high for row in model.rows])
        self.cost = np.array([BROKEN if row.cost is None else row.cost for row in model.rows])
        self.start = np.array([row.start for row in model.rows])
        cash = np.array([row.kind in ("cash", "minimum_cash") for row in model.rows])
        lots = [c for ticket in tickets for c in ticket.columns]
        self.low += cash * (self.coefficients[:, lots] != 0).sum(axis=1) * CENTS / model.book.v
        self.target: list[Decimal | None] = [None] * (2 * len(tickets))
        self.steps = np.zeros((model.trades, 2 * len(tickets)))
        self.rows = np.zeros((len(model.rows), 2 * len(tickets)))
        self.weights = np.zeros((len(model.drift), 2 * len(tickets)))
        for j in range(len(tickets)):
            self._prepare(j)

    def run(self) -> None:
        for _ in range(MOVES if self.tickets else 0):
            change = self._changes()
            best = int(np.argmin(change))
            if change[best] > -GAIN:
                return
            self._take(best)

    def _take(self, move: int) -> None:
        total = self.target[move]
        if total is not None:
            self.trades = self.trades + self.steps[:, move]
            self.totals[move // 2] = total
            self._prepare(move // 2)

    def _prepare(self, j: int) -> None:
        """What both moves of ticket j would change."""
        ticket, now = self.tickets[j], self.totals[j]
        for move, total in ((2 * j, ticket.below(now)), (2 * j + 1, ticket.above(now))):
            self.target[move] = total
            self.steps[:, move] = 0.0
            for sign, shares in ((-1, now), (1, now if total is None else total)):
                for column, part in ticket.fill(shares):
                    self.steps[column, move] += sign * float(part * ticket.price / self.model.book.value)
            self.rows[:, move] = self.coefficients @ self.steps[:, move]
            self.weights[:, move] = self.model.effect @ self.steps[:, move]

    def _changes(self) -> Floats:
        """Change of the objective by move; infinite where there is no such move."""
        now, then = self._objective(np.zeros((len(self.trades), 1)), 0), self._objective(self.steps, 1)
        change: Floats = then - now
        change[[total is None for total in self.target]] = np.inf
        return change

    def _objective(self, steps: Floats, moved: int) -> Floats:
        model, book = self.model, self.model.book
        policy = book.snapshot.policy
        trades = self.trades[:, None] + steps
        e = (model.drift + model.effect @ self.trades)[:, None] + moved * self.weights[:, : steps.shape[1]]
        variance = np.einsum("ij,ij->j", e, model.covariance @ e)
        short, long = book.short + model.gains[0] @ trades, book.long + model.gains[1] @ trades
        idle = np.maximum(0, model.idle_start + model.cash_move @ trades)
        values = (self.coefficients @ self.trades + self.start)[:, None] + moved * self.rows[:, : steps.shape[1]]
        outside = np.maximum(0, np.maximum(self.low[:, None] - values, values - self.high[:, None]))
        total = float(policy.risk_aversion) / 2 * variance + model.linear @ trades
        total += tax(short, long, book.rates) + float(policy.idle_cash_rate) * idle + self.cost @ outside
        if model.tax_limit is not None:
            _, allowed, cost = model.tax_limit
            over = np.maximum(0, tax(short, long, book.rates.this_year()) - allowed)
            total += (BROKEN if cost is None else cost) * over
        if model.error_limit is not None:
            total += BROKEN * np.maximum(0, np.sqrt(np.maximum(variance, 0)) - model.error_limit[1])
        objective: Floats = total
        return objective
