"""What valuations and reports are computed from: histories, prices and rates out of the database. Worker code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from accounts.models import Household
from holdings.ledger.replay import replay
from holdings.ledger.series import AccountSeries, series_by_account
from holdings.ledger.types import Entry
from holdings.market.closes import closes
from holdings.market.fx import rates
from holdings.models import BrokerageAccount, Instrument
from holdings.services.ledger import entries
from holdings.valuations.daily import Market, joined, paid_prices, stated_rates


@dataclass(frozen=True, slots=True)
class History:
    """An account's transactions and what they made of it through time."""

    entries: Sequence[Entry]
    series: AccountSeries


def history(account: BrokerageAccount) -> History:
    key, everything = str(account.uuid), entries(account)
    own = [entry for entry in everything if entry.account == key]
    return History(own, series_by_account(replay(everything)).get(key, AccountSeries()))


def market(
    household: Household,
    histories: Iterable[History],
    first: dt.date,
    last: dt.date,
    more: Iterable[str] = (),
    account: BrokerageAccount | None = None,
) -> Market:
    """Prices and rates of everything that the histories name, and of more instruments, known from `first` to `last`.

    Closes come in the shares that `account` counts, where it lacks a split that another account has.
    """
    read = list(histories)
    named = {key for each in read for entry in each.entries for key in (entry.instrument, entry.other) if key}
    named |= {key for each in read for key in each.series.quantities} | set(more)
    instruments = Instrument.objects.filter(uuid__in=named)
    currencies = {str(row.uuid): row.currency for row in instruments}
    base, moved = household.base_currency, [entry for each in read for entry in each.entries]
    codes = {base, *currencies.values(), *(code for entry in moved for code in (entry.currency, entry.other_currency))}
    known = rates(base, codes - {""}, first, last)
    priced = Market({}, currencies, joined(stated_rates(moved, base), known))
    return replace(priced, marks=joined(paid_prices(moved, priced), closes(household, named, first, last, account)))
