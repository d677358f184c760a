"""Orders and fills: what was traded becomes a transaction of the ledger, once."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from holdings.models import Transaction
from holdings.services.ledger import NewTransaction, book
from optimizer import selectors
from optimizer.models import Fill, Order, Side
from optimizer.services import reinvestment

CENT = Decimal("0.01")
PRICE_STEP = Decimal("0.0001")
MOST = Decimal(10) ** 18


class FillRefused(Exception):
    """The fill was not recorded; the message says why and what to do."""


def record_fill(
    *,
    order: Order,
    user: User | None,
    key: uuid.UUID,
    date: dt.date,
    quantity: Decimal,
    price: Decimal,
    fees: Decimal = Decimal(0),
) -> Fill:
    """Record that shares of an order were traded, whole or in part, at any price. The same key records once.

    Raises
    ------
    FillRefused
        The order is closed, or fewer shares are left than the fill names.
    BookingRefused
        The ledger cannot take it (the lot is gone); nothing is changed.
    """
    with holding(order.household):
        order = Order.objects.select_related("account", "instrument", "household", "trade__proposal").get(pk=order.pk)
        if known := Fill.objects.filter(idempotency_key=key).first():
            return _of_same_order(known, order)
        _check(order, quantity, price)
        _check_date(order, date)
        booked = book(account=order.account, drafts=[_draft(order, date, quantity, price, fees)])[0]
        fill = Fill.objects.create(
            order=order,
            transaction=booked,
            idempotency_key=key,
            date=date,
            quantity=quantity,
            price=price,
            fees=fees,
            user=user,
        )
        _advance(order, quantity)
        reinvestment.sold(order, date)
        activity.record(household=order.household, user=user, verb="order.filled", subject=order)
    return fill


def _of_same_order(known: Fill, order: Order) -> Fill:
    if known.order_id != order.pk:
        raise FillRefused("This key has recorded a fill of another order. Send a new key.")
    return known


def _check(order: Order, quantity: Decimal, price: Decimal) -> None:
    left = order.quantity - order.filled
    if not order.is_open:
        raise FillRefused(f"Order {order.number} is {order.get_status_display().lower()}. Nothing was recorded.")
    if not 0 < quantity <= left:
        raise FillRefused(f"Order {order.number} has {left} shares left; the fill names {quantity}.")
    if price <= 0:
        raise FillRefused("The price of a fill must be above zero.")
    if quantity * price >= MOST:
        raise FillRefused("The fill is worth more than can be recorded. Its price has too many digits.")


def _check_date(order: Order, date: dt.date) -> None:
    proposal = order.trade.proposal
    first, last = proposal.as_of, max(order.household.as_of, proposal.trade_date)
    if not first <= date <= last:
        raise FillRefused(f"The trade date lies between {first:%-d %b %Y} and {last:%-d %b %Y}.")


def _draft(order: Order, date: dt.date, quantity: Decimal, price: Decimal, fees: Decimal) -> NewTransaction:
    amount = (quantity * price).quantize(CENT, ROUND_HALF_EVEN)
    selling = order.side == Side.SELL
    return NewTransaction(
        kind=Transaction.Kind.SELL if selling else Transaction.Kind.BUY,
        trade_date=date,
        source=Transaction.Source.FILL,
        instrument=order.instrument,
        quantity=-quantity if selling else quantity,
        price=price,
        fees=fees,
        cash=amount - fees if selling else -amount - fees,
        picks=[order.pick(quantity)] if selling else [],
        order=str(order.uuid),
        note=f"order {order.number}",
    )


def _advance(order: Order, quantity: Decimal) -> None:
    order.filled += quantity
    done = order.filled == order.quantity
    order.status = Order.Status.FILLED if done else Order.Status.PARTIAL
    order.closed_at = timezone.now() if done else None
    order.save(update_fields=["filled", "status", "closed_at"])


def fill_paper(*, household: Household, user: User) -> int:
    """Fill every open order of a paper household at the proposal's price less its spread; the number filled.

    All or none. Sales come first. Dated on the day that the proposal was made for.
    """
    if not household.is_paper:
        raise FillRefused("Only a paper household fills its own orders. Record what your broker reports.")
    with holding(household):
        open_orders = selectors.sells_first(selectors.open_orders(household))
        for order in open_orders:
            record_fill(
                order=order,
                user=user,
                key=uuid.uuid5(order.uuid, str(order.filled)),
                date=order.trade.proposal.trade_date,
                quantity=order.quantity - order.filled,
                price=paper_price(order),
                fees=paper_fee(order),
            )
    return len(open_orders)


def paper_price(order: Order) -> Decimal:
    """The proposal's price moved against the household by the half-spread and impact that it counted as cost."""
    part = (order.trade.cost - order.trade.fee) / order.trade.value
    factor = 1 - part if order.side == Side.SELL else 1 + part
    price: Decimal = order.limit_price * factor
    return price.quantize(PRICE_STEP, ROUND_HALF_EVEN)


def paper_fee(order: Order) -> Decimal:
    """The proposal's fee for the part of the trade that is still to be filled."""
    fee: Decimal = order.trade.fee * (order.quantity - order.filled) / order.trade.quantity
    return fee.quantize(CENT, ROUND_HALF_EVEN)


def mark_placed(*, household: Household, user: User, orders: list[uuid.UUID]) -> int:
    """Note that orders were given to the broker; the number that moved."""
    with holding(household):
        rows = Order.objects.filter(household=household, uuid__in=orders, status=Order.Status.APPROVED)
        chosen = list(rows)
        moved = rows.update(status=Order.Status.PLACED)
        for order in chosen:
            activity.record(household=household, user=user, verb="order.placed", subject=order)
    return moved


def cancel(*, order: Order, user: User) -> None:
    """Close an open order; its lot or cash is free again, what was filled stays."""
    with holding(order.household):
        closed = Order.objects.filter(pk=order.pk, status__in=selectors.OPEN_ORDER).update(
            status=Order.Status.CANCELLED, closed_at=timezone.now()
        )
        if not closed:
            raise FillRefused(f"Order {order.number} is closed already. Nothing was changed.")
        activity.record(household=order.household, user=user, verb="order.cancelled", subject=order)
