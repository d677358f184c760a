"""Least tax: the lots of a sale chosen once, when it is booked, with the whole year judged."""

from __future__ import annotations

import dataclasses

from holdings.ledger.types import Entry, Kind, Relief
from holdings.market.fx import rate_on
from holdings.models import BrokerageAccount, Instrument, Transaction
from holdings.services.ledger import NewTransaction
from holdings.services.ledger.entries import ReliefBook
from holdings.tax.jurisdiction import UnknownYear, UnsupportedHistory
from holdings.tax.questions.relief import least_tax
from holdings.taxation.situation import NotComputed, situated

SALE = "to be booked"
NOTE = "Lots chosen for the least tax of the year."


def with_least_tax(account: BrokerageAccount, draft: NewTransaction) -> NewTransaction:
    """The draft with the lots that add the least tax to the year, where the account asks for it and names none.

    As it is where the whole cannot be judged, so that the ledger chooses lot by lot: a sale of an earlier tax year, one
    that something came after, a year that is not computed, an unknown exchange rate.
    """
    instrument = draft.instrument
    if draft.kind != Transaction.Kind.SELL or draft.picks or instrument is None or not instrument.pk:
        return draft
    if ReliefBook(account.household).on(account.pk, instrument.pk, draft.trade_date) is not Relief.MIN_TAX:
        return draft
    try:
        return _judged(account, instrument, draft)
    except (NotComputed, UnknownYear, UnsupportedHistory, ValueError):
        return draft


def _judged(account: BrokerageAccount, instrument: Instrument, draft: NewTransaction) -> NewTransaction:
    household, day = account.household, draft.trade_date
    found = situated(household, [instrument.pk], day, account)
    situation = found.situation
    sale = _entry(account, instrument, draft)
    is_of_this_year = household.as_of in situation.year
    is_last = all(entry.trade_date <= day for entry in situation.history.entries)
    if sale is None or not (is_of_this_year and is_last and situation.rules.lot_choice_allowed):
        return draft
    place = (sale.account, sale.instrument)
    lots = [lot for lot in situation.matching.lots if (lot.account, lot.instrument) == place]
    return dataclasses.replace(draft, picks=least_tax(situation, sale, lots), note=draft.note or NOTE)


def _entry(account: BrokerageAccount, instrument: Instrument, draft: NewTransaction) -> Entry | None:
    """None where the rate of its currency is unknown."""
    base, currency = account.household.base_currency, draft.currency or account.currency
    rate = draft.rate or rate_on(base=base, currency=currency, day=draft.trade_date)
    if rate is None:
        return None
    return Entry(
        id=SALE,
        account=str(account.uuid),
        kind=Kind.SELL,
        trade_date=draft.trade_date,
        instrument=str(instrument.uuid),
        quantity=draft.quantity,
        cash=draft.cash,
        price=draft.price,
        fees=draft.fees,
        currency=currency,
        rate=rate,
    )
