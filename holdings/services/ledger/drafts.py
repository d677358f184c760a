"""Transactions to book, and how they become rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import overload

from accounts.bulk import give_keys
from accounts.fields import canonical, round_to_field
from holdings.ledger.exact import exact
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Instrument, LotPick, Transaction
from holdings.services.ledger.rates import Rates

Kind = Transaction.Kind
BROUGHT_IN = {Kind.OPENING, Kind.TRANSFER_IN, Kind.ADJUST}


@dataclass(frozen=True, slots=True)
class NewTransaction:
    """A transaction to book; fields as in `holdings.models.Transaction`.

    currency: empty for the account's. rate: None to take the reference rate of the day, where one is known.
    sender: of a transfer in, the transfer out of another own account whose lots it receives: a row that is booked, or
    the draft of it in the same call of `book_all`.
    """

    kind: str
    trade_date: dt.date
    source: str
    instrument: Instrument | None = None
    trade_time: dt.time | None = None
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    fees: Decimal = Decimal(0)
    cash: Decimal = Decimal(0)
    currency: str = ""
    rate: Decimal | None = None
    other_instrument: Instrument | None = None
    other_quantity: Decimal = Decimal(0)
    other_currency: str = ""
    other_cash: Decimal = Decimal(0)
    basis_fraction: Decimal | None = None
    fair_value: Decimal | None = None
    origin: str = Transaction.Origin.PURCHASE
    character: str = ""
    sender: Transaction | NewTransaction | None = None
    basis: Decimal | None = None
    acquired: dt.date | None = None
    disallowed: Decimal | None = None
    order: str = ""
    occurrence: int = 1
    fingerprint: str = ""
    note: str = ""
    picks: Sequence[Pick] = field(default=())


Booking = tuple[BrokerageAccount, NewTransaction]


def draft_of(row: Transaction) -> NewTransaction:
    """A booked transaction as a draft, to be changed with `dataclasses.replace` and given to `correct`."""
    return NewTransaction(
        kind=row.kind,
        trade_date=row.trade_date,
        source=row.source,
        instrument=row.instrument,
        trade_time=row.trade_time,
        quantity=row.quantity,
        price=row.price,
        fees=row.fees,
        cash=row.cash,
        currency=row.currency,
        rate=row.rate,
        other_instrument=row.other_instrument,
        other_quantity=row.other_quantity,
        other_currency=row.other_currency,
        other_cash=row.other_cash,
        basis_fraction=row.basis_fraction,
        fair_value=row.fair_value,
        origin=row.origin,
        character=row.character,
        sender=row.counterpart,
        basis=row.basis,
        acquired=row.acquired,
        disallowed=row.disallowed,
        order=row.order,
        occurrence=row.occurrence,
        fingerprint=row.fingerprint,
        note=row.note,
        picks=[each.pick for each in row.picks.all()],
    )


@dataclass(frozen=True, slots=True)
class Drafted:
    """Rows that have their ids and are not stored yet, and the picks that their drafts named."""

    rows: Sequence[Transaction]
    picks: Sequence[LotPick]


def drafted(bookings: Sequence[Booking], base: str) -> Drafted:
    """Drafts as rows, in their order, with what their cash was worth in the base currency at the trade."""
    rates = rates_of(bookings, base)
    rows = [_row(account, draft, rate) for (account, draft), rate in zip(bookings, rates, strict=True)]
    give_keys(rows)
    made = {id(draft): row for (_, draft), row in zip(bookings, rows, strict=True)}
    picks = []
    for (_, draft), row in zip(bookings, rows, strict=True):
        if isinstance(draft.sender, NewTransaction):
            row.counterpart = made[id(draft.sender)]
        picks += [lot_pick(row.pk, pick) for pick in draft.picks]
    return Drafted(rows, picks)


def lot_pick(transaction: int, pick: Pick) -> LotPick:
    return LotPick(transaction_id=transaction, lot_key=pick.lot, piece=pick.piece, quantity=pick.quantity)


def rates_of(bookings: Sequence[Booking], base: str) -> list[Decimal | None]:
    """Base currency for a unit of each draft's own, as it is or would be booked; None where nobody knows it."""
    wanted = [(_currency(*booking), rate_day(booking[1])) for booking in bookings if _asks_rate(*booking, base)]
    stored = Rates(base, wanted)
    return [_rate(_currency(account, draft), draft, base, stored) for account, draft in bookings]


def _rate(currency: str, draft: NewTransaction, base: str, stored: Rates) -> Decimal | None:
    known = _known_rate(draft, currency, base)
    return stored.on(currency, rate_day(draft)) if known is None else known


def rate_day(draft: NewTransaction) -> dt.date | None:
    """The day whose rate fixes the cost: of the trade; for lots that are brought in, of their acquisition."""
    return draft.acquired if draft.kind in BROUGHT_IN else draft.trade_date


def _currency(account: BrokerageAccount, draft: NewTransaction) -> str:
    return draft.currency or account.currency


def _asks_rate(account: BrokerageAccount, draft: NewTransaction, base: str) -> bool:
    return _known_rate(draft, _currency(account, draft), base) is None and rate_day(draft) is not None


def _known_rate(draft: NewTransaction, currency: str, base: str) -> Decimal | None:
    """The rate where nobody has to be asked: given, of the base currency itself, or paid in an exchange with it."""
    if currency == base:
        return Decimal(1)
    if draft.rate is None and draft.kind == Kind.EXCHANGE and draft.other_currency == base and draft.cash:
        with localcontext(exact):
            return round_to_field(abs(draft.other_cash / draft.cash))
    return draft.rate


def _row(account: BrokerageAccount, draft: NewTransaction, rate: Decimal | None) -> Transaction:
    return Transaction(
        account=account,
        kind=draft.kind,
        instrument=draft.instrument,
        trade_date=draft.trade_date,
        trade_time=draft.trade_time,
        quantity=_exact(draft.quantity),
        price=_exact(draft.price),
        fees=_exact(draft.fees),
        cash=_exact(draft.cash),
        currency=_currency(account, draft),
        rate=_exact(rate),
        base_amount=_base_amount(draft.cash, rate),
        other_instrument=draft.other_instrument,
        other_quantity=_exact(draft.other_quantity),
        other_currency=draft.other_currency,
        other_cash=_exact(draft.other_cash),
        basis_fraction=_exact(draft.basis_fraction),
        fair_value=_exact(draft.fair_value),
        origin=draft.origin,
        character=draft.character,
        counterpart=draft.sender if isinstance(draft.sender, Transaction) else None,
        basis=_exact(draft.basis),
        acquired=draft.acquired,
        disallowed=_exact(draft.disallowed),
        order=draft.order,
        occurrence=draft.occurrence,
        fingerprint=draft.fingerprint,
        source=draft.source,
        note=draft.note,
    )


@overload
def _exact(value: Decimal) -> Decimal: ...
@overload
def _exact(value: Decimal | None) -> Decimal | None: ...
def _exact(value: Decimal | None) -> Decimal | None:
    """A number as the database gives it back."""
    return None if value is None else canonical(value)


def _base_amount(cash: Decimal, rate: Decimal | None) -> Decimal | None:
    if rate is None:
        return None if cash else Decimal(0)
    with localcontext(exact):
        return round_to_field(cash * rate)
