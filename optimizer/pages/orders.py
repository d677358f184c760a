"""Orders by account in the sequence to place them, with their fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from holdings.models import BrokerageAccount
from optimizer import selectors
from optimizer.forms.fill import FillForm
from optimizer.models import Fill, Order

TONES = {Order.Status.PLACED: "accent", Order.Status.PARTIAL: "accent", Order.Status.FILLED: "gain"}


@dataclass(frozen=True, slots=True)
class FillLine:
    fill: Fill
    confirmed: bool
    difference: Decimal | None  # imported price less recorded price; None while no import confirmed it


@dataclass(frozen=True, slots=True)
class OrderLine:
    place: int  # as in the order file: by account, sales first
    order: Order
    tone: str
    fills: list[FillLine]
    form: FillForm | None
    is_opened: bool = False

    @property
    def left(self) -> Decimal:
        left: Decimal = self.order.quantity - self.order.filled
        return left

    @property
    def value(self) -> Decimal:
        value: Decimal = self.left * self.order.limit_price
        return value


@dataclass(frozen=True, slots=True)
class AccountOrders:
    account: BrokerageAccount
    lines: list[OrderLine]


def by_account(orders: Iterable[Order], refused: FillForm | None = None) -> list[AccountOrders]:
    """Open orders with a form each; the refused form keeps its place, its values and its errors."""
    placed = enumerate(selectors.sells_first(orders), start=1)
    lines = [_open_line(place, order, refused) for place, order in placed]
    groups = groupby(lines, key=lambda line: line.order.account_id)
    return [_account(list(own)) for _, own in groups]


def _account(lines: list[OrderLine]) -> AccountOrders:
    return AccountOrders(lines[0].order.account, lines)


def _open_line(place: int, order: Order, refused: FillForm | None) -> OrderLine:
    is_refused = refused is not None and refused.order.pk == order.pk
    form = refused if is_refused else FillForm(order=order)
    return OrderLine(place, order, tone(order), fills(order), form, is_refused)


def closed(orders: Iterable[Order]) -> list[OrderLine]:
    return [OrderLine(0, order, tone(order), fills(order), None) for order in orders]


def tone(order: Order) -> str:
    return TONES.get(Order.Status(order.status), "")


def fills(order: Order) -> list[FillLine]:
    return [_fill(fill) for fill in order.fills.all()]


def _fill(fill: Fill) -> FillLine:
    confirmation = getattr(fill.transaction, "confirmation", None)
    return FillLine(fill, confirmation is not None, confirmation.price_difference if confirmation else None)
