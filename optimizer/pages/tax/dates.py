"""Dates to watch: when something may be bought again, when losses count again, and when lots turn long-term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import day, money, quantity
from holdings import selectors as holdings
from holdings.ledger.types import ZERO
from holdings.models import TaxLot
from holdings.tax.us.windows import DoNotBuy, DoNotSellAtALoss, do_not_buy, do_not_sell_at_a_loss
from optimizer.pages.tax.windows import Opened

AHEAD = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Dated:
    """What is free, or changes, from a day on, and why."""

    day: dt.date
    symbols: str
    what: str
    why: str


def dates(household: Household, found: Opened) -> list[Dated]:
    """By day. Of lots, those of taxed accounts that turn within 90 days."""
    rows = [
        *(_buy(found, each) for each in do_not_buy(found.windows)),
        *(_sell(found, each) for each in do_not_sell_at_a_loss(found.windows)),
        *_turning(household),
    ]
    return sorted(rows, key=lambda row: (row.day, row.symbols, row.what))


def _buy(found: Opened, each: DoNotBuy) -> Dated:
    days = sorted({sale.sold for sale in each.losses})
    shares = quantity(_total(sale.quantity for sale in each.losses))
    why = f"{shares} shares sold at a loss on {_listed(days)}. A purchase in any account until then would undo it."
    return Dated(each.free_from, found.names.get(each.group, ""), "may be bought again", why)


def _sell(found: Opened, each: DoNotSellAtALoss) -> Dated:
    days = sorted({bought.acquired for bought in each.purchases})
    shares = quantity(_total(bought.quantity for bought in each.purchases))
    why = f"{shares} shares bought on {_listed(days)} would replace as many of other lots sold at a loss until then."
    return Dated(each.free_from, found.names.get(each.group, ""), "losses count again", why)


def _turning(household: Household) -> Iterator[Dated]:
    as_of = household.as_of
    soon = TaxLot.objects.filter(account__household=household, long_from__gt=as_of, long_from__lte=as_of + AHEAD)
    lots = [lot for lot in soon.select_related("account", "instrument") if lot.account.is_taxable]
    quotes = holdings.quotes_in_base(household, {lot.instrument_id for lot in lots}, as_of) if lots else {}
    for lot in lots:
        quote = quotes.get(lot.instrument_id)
        gain = None if quote is None or lot.basis is None else lot.quantity * quote.close - lot.basis
        if lot.long_from:
            what = f"{_shares(lot.quantity)} long-term"
            yield Dated(lot.long_from, lot.instrument.symbol, what, _standing(household, lot, gain))


def _shares(number: Decimal) -> str:
    return "· 1 share turns" if number == 1 else f"· {quantity(number)} shares turn"


def _standing(household: Household, lot: TaxLot, gain: Decimal | None) -> str:
    bought = f"{lot.account.name}, bought {day(lot.acquired)}" if lot.acquired else lot.account.name
    if gain is None:
        return f"{bought}."
    word = "gain" if gain >= 0 else "loss"
    return f"{bought}. A {word} of {money(abs(gain), household.base_currency)} now is short-term until then."


def _listed(days: Iterable[dt.date]) -> str:
    return " and ".join(day(each) for each in days)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
