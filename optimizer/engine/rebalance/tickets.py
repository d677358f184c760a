"""Tickets: what is traded of one asset in one account on one side, and the order in which its lots go."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import numpy as np

from optimizer.engine.rebalance.groups import barred
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import marginal
from optimizer.engine.rebalance.orders import age, gain_of
from optimizer.engine.rebalance.score import gains_after
from optimizer.engine.rebalance.search import Relaxed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import ZERO, AssetInput
from optimizer.engine.year import oldest_go

FRACTION = Decimal("0.001")
SOLD_OUT = 1 - 1e-6
NEARLY = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Ticket:
    """`columns` are trades in the order in which they fill; `room` is the shares that each can take (None: no end)."""

    columns: tuple[int, ...]
    room: tuple[Decimal | None, ...]
    price: Decimal
    step: Decimal
    least: Decimal  # shares of the smallest trade worth its effort

    @property
    def most(self) -> Decimal | None:
        return None if None in self.room else sum((r for r in self.room if r is not None), ZERO)

    def fill(self, shares: Decimal) -> list[tuple[int, Decimal]]:
        """Shares by column for a total."""
        filled = []
        for column, room in zip(self.columns, self.room, strict=True):
            part = shares if room is None else min(shares, room)
            shares -= part
            if part > 0:
                filled.append((column, part))
        return filled

    def above(self, shares: Decimal) -> Decimal | None:
        """The next larger total, None at the end. Selling out may end on a fraction."""
        following = self.least if shares == 0 else shares + self.step
        if self.most is None or following <= self.most:
            return following
        return self.most if shares < self.most else None

    def below(self, shares: Decimal) -> Decimal | None:
        """The next smaller total: nothing once it would fall under the smallest trade."""
        if shares == 0:
            return None
        whole = (shares / self.step).to_integral_value(ROUND_CEILING) * self.step - self.step
        return whole if whole >= self.least else ZERO

    def start(self, shares: Decimal) -> Decimal:
        """An allowed total near `shares`: sales to the nearest, buys down, which leaves cash for the first moves."""
        if self.most is not None and shares >= self.most * Decimal(SOLD_OUT):
            return self.most
        to = ROUND_FLOOR if self.most is None else ROUND_HALF_EVEN
        rounded = (shares / self.step).to_integral_value(to) * self.step
        if rounded < self.least:
            rounded = self.least if 2 * shares >= self.least else ZERO
        return rounded if self.most is None else min(rounded, self.most)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A plan without the tickets that are not worth their effort. `needed`: those that a hard limit needs all the same.

    `upper`, `lower`: the bounds that it was solved under.
    """

    plan: Relaxed
    upper: Floats
    needed: frozenset[tuple[int, ...]] = frozenset()
    lower: Floats | None = None


def small_tickets(model: Model, plan: Relaxed, needed: Collection[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Tickets under the minimum, the smallest first, that are neither needed nor a whole position to be sold out."""
    minimum = float(model.book.snapshot.policy.minimum_trade) / model.book.v
    sizes = {columns: float(plan.trades[list(columns)].sum()) for columns in model.book.orders}
    small = [
        columns
        for columns, size in sizes.items()
        if 0 < size < minimum * NEARLY and columns not in needed and not _all_small(model, columns, minimum)
    ]
    return sorted(small, key=lambda columns: (sizes[columns], columns))


def tickets(model: Model, trimmed: Trimmed) -> list[tuple[Ticket, Decimal]]:
    """The plan's tickets with the shares that it wants, unrounded. A group that is bought sells no loss."""
    plan, needed, groups = trimmed.plan, trimmed.needed, model.groups
    bought = [name for name, group in groups.items() if plan.trades[group.buys].sum() > 0]
    room = barred(model.upper, {**plan.sides, **dict.fromkeys(bought, "buy")}, groups)
    return [
        _ticket(model, plan, columns, room, columns in needed)
        for columns in model.book.orders
        if plan.trades[list(columns)].sum() > 0
    ]


def _ticket(
    model: Model, plan: Relaxed, columns: tuple[int, ...], room: Floats, needed: bool
) -> tuple[Ticket, Decimal]:
    book, asset = model.book, _asset(model, columns)
    sells = len(book.sells)
    step = Decimal(1) if book.whole_shares(book.accounts[_account(model, columns)].id, asset) else FRACTION
    floor = ZERO if needed else book.snapshot.policy.minimum_trade / asset.price
    least = max(step, (floor / step).to_integral_value(ROUND_CEILING) * step)
    least = min(least, _position(model, columns) or least)
    order = fill_order(model, plan, [column for column in columns if room[column] > 0])
    if columns[0] < sells and not needed:
        least = max(least, shares_to_lose(model, plan, order, step))
    rooms = tuple(book.sells[column].quantity if column < sells else None for column in order)
    wanted = Decimal(float(plan.trades[list(columns)].sum())) * book.value / asset.price
    return Ticket(tuple(order), rooms, asset.price, step, least), wanted


def shares_to_lose(model: Model, plan: Relaxed, order: list[int], step: Decimal) -> Decimal:
    """Shares by which a ticket that sells at a loss realises the smallest loss worth it; zero where none is set."""
    least, shares = least_loss(model), ZERO
    if not least or not any(plan.trades[column] > 0 and loss_of(model, column) for column in order):
        return ZERO
    for column in order:
        item, loss = model.book.sells[column], loss_of(model, column)
        if loss >= least:
            return shares + (item.quantity * least / loss / step).to_integral_value(ROUND_CEILING) * step
        shares, least = shares + item.quantity, least - loss
    return ZERO


def loss_of(model: Model, column: int) -> Decimal:
    """What selling all of a lot would lose, washed or not; zero for a gain, and where gains are not taxed."""
    item, price = model.book.sells[column], model.book.assets[int(model.book.sell_asset[column])].price
    return ZERO if item.term is None else max(ZERO, -gain_of(item.lot, item.quantity, price))


def least_loss(model: Model) -> Decimal:
    """The largest of the hard thresholds under which no loss is realised."""
    rows = [row for row in model.book.snapshot.constraints if row.kind == "harvest_least" and row.hard]
    return max((row.low or ZERO for row in rows), default=ZERO)


def fill_order(model: Model, plan: Relaxed, columns: list[int]) -> list[int]:
    """Lots as the plan sells them: whole ones, parts, the rest; among equals by tax on a dollar, then the oldest.

    Before them what is replaced and sold as a whole, which all that it sells beyond rests on. Where the law says which
    lots go, the oldest do.
    """
    if columns and columns[0] >= len(model.book.sells):
        return columns
    if oldest_go(model.book.snapshot.tax):
        return sorted(columns, key=lambda column: age(model.book.sells[column].lot))
    slope = marginal(*gains_after(model, plan.trades), model.book.rates)
    short, long = model.gains
    rate = slope[0] * short + slope[1] * long + model.linear

    def rank(column: int) -> tuple[int, float, str, str]:
        part, item = plan.trades[column] / model.upper[column], model.book.sells[column]
        sold = -1 if item.void and part > 0.999 else int(part < 0.999) + int(part < 0.001)
        return sold, round(float(rate[column]), 9), str(item.lot.acquired), item.lot.key

    return sorted(columns, key=rank)


def _all_small(model: Model, columns: tuple[int, ...], minimum: float) -> bool:
    position = _position(model, columns)
    return position is not None and float(position * _asset(model, columns).price) / model.book.v < minimum


def _asset(model: Model, columns: tuple[int, ...]) -> AssetInput:
    book, first = model.book, columns[0]
    return book.assets[int(np.concatenate((book.sell_asset, book.buy_asset))[first])]


def _account(model: Model, columns: tuple[int, ...]) -> int:
    return int(np.concatenate((model.book.sell_account, model.book.buy_account))[columns[0]])


def _position(model: Model, columns: tuple[int, ...]) -> Decimal | None:
    """Shares of the position that a sell ticket could sell out; None for a buy, or where part of it must stay."""
    book = model.book
    if columns[0] >= len(book.sells):
        return None
    lot = book.sells[columns[0]].lot
    held = book.standing.held[lot.account, lot.asset]
    return held if sum(book.sells[column].quantity for column in columns) == held else None
