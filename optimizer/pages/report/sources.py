"""Whose prices a household's figures rest on."""

from __future__ import annotations

import datetime as dt

from accounts.models import Household
from holdings.models import HouseholdPrice, Price, PriceSource, Transaction
from holdings.selectors import RECENT


def sentence(household: Household, until: dt.date) -> str:
    """The sources of the closes of two weeks until a day, of all that the household has traded. Two queries."""
    traded = Transaction.objects.active().filter(account__household=household).order_by().values("instrument")
    closes = {"instrument__in": traded, "date__gt": until - RECENT, "date__lte": until}
    market = Price.objects.filter(**closes)
    found = PriceSource.objects.filter(pk__in=market.values("source")).order_by("name")
    named = [_named(source) for source in found]
    if HouseholdPrice.objects.filter(household=household, **closes).exists():
        named.append("prices that the household set itself")
    if not named:
        return "No price of what was traded is stored for the two weeks until then."
    return f"Prices at close: {'; '.join(named)}."


def _named(source: PriceSource) -> str:
    label = f", {source.label}" if source.label else ""
    return f"{source.name} ({source.licence}{label})"
