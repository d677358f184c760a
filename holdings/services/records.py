"""Transactions by hand: add, correct, void, link and adjust. Nothing is updated; each keeps its reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts import activity
from accounts.locks import holding
from accounts.models import User
from holdings.ledger.types import ZERO, Pick
from holdings.models import BrokerageAccount, Instrument, Lot, Transaction
from holdings.reconcile.history import shares_of
from holdings.services import ledger
from holdings.services.ledger import BookingRefused, NewTransaction
from holdings.services.relief import with_lots


@dataclass(frozen=True, slots=True)
class Effect:
    """What a booking would change: cash by currency, shares by symbol, lots, the gain it would realise.

    opened: lots that are added. replaced: lots that stand in the place of others, as when their purchase is corrected.
    gain: None where a basis is unknown, and where nothing is sold.
    """

    cash: Mapping[str, tuple[Decimal, Decimal]]
    shares: Mapping[str, tuple[Decimal, Decimal]]
    opened: int
    replaced: int
    sold: bool
    gain: Decimal | None


def record(*, account: BrokerageAccount, user: User, draft: NewTransaction) -> Transaction:
    """Book one transaction by hand. Raises BookingRefused, with nothing changed, where the ledger cannot take it."""
    with holding(account.household):
        (row,) = ledger.book(account=account, drafts=[with_lots(account, _named(draft))])
        activity.record(household=account.household, user=user, verb="transaction.added", subject=row)
    return row


def correct(*, row: Transaction, user: User, draft: NewTransaction, reason: str) -> Transaction:
    """Void a transaction and book another in its place. Raises BookingRefused with nothing changed."""
    household = row.account.household
    with holding(household):
        _refuse_voided(row)
        made = ledger.correct(row=row, draft=_named(draft), reason=reason, user=user)
        activity.record(household=household, user=user, verb="transaction.corrected", subject=row)
    return made


def void(*, row: Transaction, user: User, reason: str) -> None:
    """Take a transaction out of the ledger. A second call does nothing.

    Raises BookingRefused where later transactions rest on it; nothing is changed then.
    """
    household = row.account.household
    with holding(household):
        if not Transaction.objects.active().filter(pk=row.pk).exists():
            return
        ledger.void(rows=[row], reason=reason, user=user)
        activity.record(household=household, user=user, verb="transaction.voided", subject=row)


def _refuse_voided(row: Transaction) -> None:
    if not Transaction.objects.active().filter(pk=row.pk).exists():
        raise BookingRefused("The transaction was taken out already. Look at what stands in its place.")


MOST_SHARES, MOST_MONEY = Decimal(10) ** 10, Decimal(10) ** 16


def _named(draft: NewTransaction) -> NewTransaction:
    """The draft with its instruments stored: a symbol that nobody used before is added, without a price."""
    _refuse_what_no_column_holds(draft)
    return dataclasses.replace(
        draft, instrument=_stored(draft.instrument), other_instrument=_stored(draft.other_instrument)
    )


def _refuse_what_no_column_holds(draft: NewTransaction) -> None:
    shares = (draft.quantity, draft.price, draft.other_quantity, draft.rate)
    money = (draft.cash, draft.fees, draft.other_cash, draft.basis, draft.fair_value)
    if any(abs(value or ZERO) >= MOST_SHARES for value in shares) or any(
        abs(value or ZERO) >= MOST_MONEY for value in money
    ):
        raise BookingRefused("A number is larger than any account's. Check for a decimal sign that was left out.")


def _stored(instrument: Instrument | None) -> Instrument | None:
    if instrument is None or instrument.pk:
        return instrument
    given = {"kind": instrument.kind, "name": instrument.name}
    return Instrument.objects.get_or_create(symbol=instrument.symbol, currency=instrument.currency, defaults=given)[0]


def would(*, account: BrokerageAccount, draft: NewTransaction, instead: Transaction | None = None) -> Effect:
    """What booking a draft, perhaps instead of a transaction, would change; nothing is kept.

    Raises BookingRefused where the ledger could not take it.
    """
    with transaction.atomic():
        before = _standing(account)
        if instead is None:
            (row,) = ledger.book(account=account, drafts=[with_lots(account, _named(draft))])
        else:
            row = ledger.correct(row=instead, draft=_named(draft), reason="preview", user=None)
        effect = _effect(before, _standing(account), row)
        transaction.set_rollback(True)
    return effect


@dataclass(frozen=True, slots=True)
class _Standing:
    cash: Mapping[str, Decimal]
    shares: Mapping[str, Decimal]
    lots: frozenset[str]


def _standing(account: BrokerageAccount) -> _Standing:
    shares: dict[str, Decimal] = defaultdict(Decimal)
    lots = Lot.objects.filter(account=account).select_related("instrument")
    for lot in lots:
        shares[lot.instrument.symbol] += lot.quantity
    cash = {row.currency: row.amount for row in account.cash_balances.all()}
    return _Standing(cash, shares, frozenset(lot.key for lot in lots))


def _effect(before: _Standing, after: _Standing, row: Transaction) -> Effect:
    gains = [gain.gain for gain in row.account.realised_gains.filter(sale=row)]
    known = [gain for gain in gains if gain is not None]
    added, gone = len(after.lots - before.lots), len(before.lots - after.lots)
    return Effect(
        cash=_changed(before.cash, after.cash),
        shares=_changed(before.shares, after.shares),
        opened=max(added - gone, 0),
        replaced=min(added, gone),
        sold=bool(gains),
        gain=sum(known, ZERO) if gains and len(known) == len(gains) else None,
    )


def _changed(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> dict[str, tuple[Decimal, Decimal]]:
    pairs = {name: (before.get(name, ZERO), after.get(name, ZERO)) for name in sorted({*before, *after})}
    return {name: (was, now) for name, (was, now) in pairs.items() if was != now}


def held_before(account: BrokerageAccount, instrument: Instrument, day: dt.date) -> Decimal:
    """Shares held when a day began."""
    effect, owner = shares_of(str(instrument.uuid)), str(account.uuid)
    own = (entry for entry in ledger.entries(account) if entry.account == owner and entry.trade_date < day)
    return sum((effect(entry) for entry in own), ZERO)


@dataclass(frozen=True, slots=True)
class LotChange:
    """What a lot should say; None leaves it. `basis` is the total of the lot as it stands on that day."""

    day: dt.date
    quantity: Decimal | None = None
    basis: Decimal | None = None
    acquired: dt.date | None = None


def adjust_lot(*, lot: Lot, user: User, change: LotChange, reason: str) -> Transaction:
    """Correct a lot by an adjustment with its reason. Raises BookingRefused with nothing changed."""
    more = ZERO if change.quantity is None else change.quantity - lot.quantity
    draft = NewTransaction(
        kind=Transaction.Kind.ADJUST,
        trade_date=change.day,
        source=Transaction.Source.MANUAL,
        instrument=lot.instrument,
        quantity=more,
        basis=change.basis,
        acquired=change.acquired,
        picks=(Pick(lot.key, more),),
        note=reason,
    )
    return record(account=lot.account, user=user, draft=draft)


LINK_DAYS = dt.timedelta(days=14)


def could_be_linked(row: Transaction) -> list[Transaction]:
    """Transfers of other own accounts that may be the other side of this one, nearest day first."""
    if row.kind not in {Transaction.Kind.TRANSFER_IN, Transaction.Kind.TRANSFER_OUT} or _is_linked(row):
        return []
    sent = row.kind == Transaction.Kind.TRANSFER_OUT
    rows = Transaction.objects.active().filter(
        account__household=row.account.household,
        kind=Transaction.Kind.TRANSFER_IN if sent else Transaction.Kind.TRANSFER_OUT,
        instrument=row.instrument,
        trade_date__range=(row.trade_date - LINK_DAYS, row.trade_date + LINK_DAYS),
    )
    found = rows.exclude(account=row.account).select_related("account__household", "instrument")
    free = [each for each in found if (each.quantity, each.cash) == (-row.quantity, -row.cash) and not _is_linked(each)]
    return sorted(free, key=lambda each: abs(each.trade_date - row.trade_date))


def _is_linked(row: Transaction) -> bool:
    return row.counterpart_id is not None or Transaction.objects.active().filter(counterpart=row).exists()


def link(*, row: Transaction, other: Transaction, user: User | None) -> Transaction:
    """Say that a transfer out and a transfer in are one, so that the lots travel with their basis and dates.

    The transfer in is replaced by one that names its sender; that one is returned. Raises BookingRefused, with nothing
    changed, where the two do not match or the ledger cannot take it.
    """
    sender, received = (row, other) if row.kind == Transaction.Kind.TRANSFER_OUT else (other, row)
    with holding(row.account.household):
        if sender not in could_be_linked(received):
            raise BookingRefused(
                "These two transfers do not match in shares, cash and days. Correct one of them first."
            )
        made = ledger.link(received=received, sender=sender, user=user)
        activity.record(household=row.account.household, user=user, verb="transaction.linked", subject=made)
    return made
