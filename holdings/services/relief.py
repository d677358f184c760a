"""Lots of a sale chosen once, when it is booked, out of what the tax rules say of them."""

from __future__ import annotations

import dataclasses

from holdings.ledger.types import Entry, Kind, Relief
from holdings.market.fx import rate_on
from holdings.models import BrokerageAccount, Instrument, Transaction
from holdings.services.ledger import NewTransaction
from holdings.services.ledger.entries import ReliefBook
from holdings.tax.jurisdiction import UnknownYear, UnsupportedHistory
from holdings.tax.questions.relief import highest_basis, least_tax
from holdings.taxation.facts import no_lot_choice
from holdings.taxation.situation import NotComputed, situated

SALE = "to be booked"
LEAST_TAX = "Lots chosen for the least tax of the year."
HIGHEST = "Lots chosen by the highest tax basis."
AS_PAID = "Lots chosen by the highest basis as paid; losses deferred into them were not counted."


def with_lots(account: BrokerageAccount, draft: NewTransaction) -> NewTransaction:
    """The draft with the lots that the account's method takes, where that looks at taxes and the draft names none.

    Least tax: those that add the least to the year. Highest basis first: by the tax basis, deferred losses included.
    Where the tax of the sale is not known the ledger chooses lot by lot, on what was paid, and the note of a sale by
    highest basis says so: nothing is computed yet, something came after the sale, an unknown exchange rate; for least
    tax also a sale of an earlier tax year.
    """
    instrument = draft.instrument
    if draft.kind != Transaction.Kind.SELL or draft.picks or instrument is None or not instrument.pk:
        return draft
    relief = ReliefBook(account.household).on(account.pk, instrument.pk, draft.trade_date)
    if relief not in {Relief.MIN_TAX, Relief.HIFO} or no_lot_choice(account.household):
        return draft
    try:
        found = _chosen(account, instrument, draft, relief)
    except (NotComputed, UnknownYear, UnsupportedHistory, ValueError):
        found = None
    if found is None and relief is Relief.HIFO:
        return dataclasses.replace(draft, note=draft.note or AS_PAID)
    return found or draft


def _chosen(
    account: BrokerageAccount, instrument: Instrument, draft: NewTransaction, relief: Relief
) -> NewTransaction | None:
    """None where the sale cannot be judged as the last event of its identity group."""
    household, day = account.household, draft.trade_date
    situation = situated(household, [instrument.pk], day, account).situation
    sale = _entry(account, instrument, draft)
    is_last = all(entry.trade_date <= day for entry in situation.history.entries)
    if sale is None or not is_last:
        return None
    lots = [lot for lot in situation.matching.lots if (lot.account, lot.instrument) == (sale.account, sale.instrument)]
    if relief is Relief.HIFO:
        picks, note = highest_basis(lots, -sale.quantity), HIGHEST
    elif household.as_of in situation.year:
        picks, note = least_tax(situation, sale, lots), LEAST_TAX
    else:
        return None
    return dataclasses.replace(draft, picks=picks, note=draft.note or note)


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
