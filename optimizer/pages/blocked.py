"""What not to buy for now, in any account: a purchase within 30 days would void a loss (the wash sale rule)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from accounts.models import Household
from accounts.templatetags.formats import day, quantity
from holdings import selectors as holdings
from holdings.models import TaxState
from holdings.tax.us import LossSale
from holdings.tax.us.wash import WINDOW
from holdings.taxation import windows
from optimizer.models import Order, Side


@dataclass(frozen=True, slots=True)
class Blocked:
    """An identity group that may be bought again on `free_from`; `why` names the losses."""

    symbols: str
    free_from: dt.date
    why: list[str]


@dataclass(frozen=True, slots=True)
class Cause:
    group: str
    free_from: dt.date
    words: str


def blocked(household: Household, open_orders: Iterable[Order]) -> list[Blocked]:
    """Groups blocked by losses realised in the last 30 days and by open sales at a loss, in taxable accounts.

    A constant number of queries. An open sale counts as made on the day that its proposal was made for.
    """
    state = TaxState.objects.filter(household=household).first()
    sold = windows.read(household, state, windows.recent_sales(household)).loss_sales.items()
    causes = [cause for group, sales in sold for cause in _past_sales(group, sales)]
    orders = [order for order in open_orders if _sells_at_a_loss(order)]
    if orders:
        classes = holdings.classifications(household)
        for order in orders:
            group = holdings.identity_group(order.instrument, classes.get(order.instrument_id))
            causes.append(_open_sale(group, order))
    return _by_group(household, causes)


def _sells_at_a_loss(order: Order) -> bool:
    gain = order.trade.gain
    return order.side == Side.SELL and order.account.is_taxable and gain is not None and gain < 0


def _open_sale(group: str, order: Order) -> Cause:
    sold = order.trade.proposal.trade_date
    words = f"Order {order.number} would sell at a loss; the date counts from a sale on {day(sold)}."
    return Cause(group, sold + WINDOW + dt.timedelta(days=1), words)


def _past_sales(group: str, sales: Iterable[LossSale]) -> Iterator[Cause]:
    """One cause a day, however many fills and lots it had."""
    for sold, own in groupby(sorted(sales, key=lambda sale: sale.sold), key=lambda sale: sale.sold):
        same_day = list(own)
        shares = quantity(sum((sale.quantity for sale in same_day), Decimal(0)))
        yield Cause(group, same_day[0].free_from, f"{shares} shares sold at a loss on {day(sold)}.")


def _by_group(household: Household, causes: Iterable[Cause]) -> list[Blocked]:
    found: dict[str, list[Cause]] = defaultdict(list)
    for cause in causes:
        found[cause.group].append(cause)
    names = holdings.group_symbols(household, found)
    rows = [
        Blocked(names.get(group, ""), max(cause.free_from for cause in own), [cause.words for cause in own])
        for group, own in found.items()
    ]
    return sorted(rows, key=lambda row: (row.free_from, row.symbols))
