"""Booking: transactions in, projections out, in one change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from accounts.doorbell import ring
from accounts.fields import round_to_field
from accounts.models import User
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Ledger, Pick, Problem, ProblemCode
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    Instrument,
    Lot,
    LotPick,
    RealisedGain,
    Transaction,
    Void,
)
from holdings.signals import ledger_changed


class BookingRefused(Exception):
    """The ledger would not hold together; nothing was booked. The message is for the user."""


@dataclass(frozen=True, slots=True)
class NewTransaction:
    """A transaction to book; fields as in `holdings.models.Transaction`."""

    kind: str
    trade_date: dt.date
    source: str
    instrument: Instrument | None = None
    trade_time: dt.time | None = None
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    fees: Decimal = Decimal(0)
    cash: Decimal = Decimal(0)
    basis: Decimal | None = None
    acquired: dt.date | None = None
    disallowed: Decimal | None = None
    occurrence: int = 1
    fingerprint: str = ""
    note: str = ""
    picks: Sequence[Pick] = field(default=())


def book(*, account: BrokerageAccount, drafts: Iterable[NewTransaction]) -> list[Transaction]:
    """Book transactions in an account and project its lots, gains and cash anew.

    Sales without picks get the ones that first in, first out gives, once and for all.

    Raises
    ------
    BookingRefused
        A booked transaction would leave the ledger broken (shares sold that are not held); nothing is changed.
    """
    with transaction.atomic():
        _lock(account)
        booked = [_store(account, draft) for draft in drafts]
        _project(account, {str(row.uuid) for row in booked})
        _mark_stale(account, min((row.trade_date for row in booked), default=None))
    return booked


def void(*, rows: Iterable[Transaction], reason: str, user: User | None) -> None:
    """Take transactions of one account out of the ledger. Raises BookingRefused when others depend on them."""
    voided = list(rows)
    if not voided:
        return
    account = voided[0].account
    with transaction.atomic():
        _lock(account)
        Void.objects.bulk_create(Void(transaction=row, reason=reason, user=user) for row in voided)
        _project(account, None)
        _mark_stale(account, min(row.trade_date for row in voided))


def entries(account: BrokerageAccount) -> list[Entry]:
    """The account's active transactions as the replay reads them."""
    rows = account.transactions.active().select_related("instrument").prefetch_related("picks")
    return [entry(row, str(account.uuid)) for row in rows]


def _lock(account: BrokerageAccount) -> None:
    BrokerageAccount.objects.select_for_update().only("id").get(pk=account.pk)


def _store(account: BrokerageAccount, draft: NewTransaction) -> Transaction:
    row = Transaction.objects.create(
        account=account,
        kind=draft.kind,
        instrument=draft.instrument,
        trade_date=draft.trade_date,
        trade_time=draft.trade_time,
        quantity=draft.quantity,
        price=draft.price,
        fees=draft.fees,
        cash=draft.cash,
        currency=account.currency,
        base_amount=draft.cash,
        basis=draft.basis,
        acquired=draft.acquired,
        disallowed=draft.disallowed,
        occurrence=draft.occurrence,
        fingerprint=draft.fingerprint,
        source=draft.source,
        note=draft.note,
    )
    LotPick.objects.bulk_create(
        LotPick(transaction=row, lot_key=pick.lot, quantity=pick.quantity) for pick in draft.picks
    )
    return row


def entry(row: Transaction, account: str) -> Entry:
    """A stored transaction as the replay reads it; `account` is the account's UUID as text."""
    return Entry(
        id=str(row.uuid),
        account=account,
        kind=Kind(row.kind),
        trade_date=row.trade_date,
        instrument=str(row.instrument.uuid) if row.instrument else None,
        quantity=row.quantity,
        cash=row.cash,
        price=row.price,
        fees=row.fees,
        currency=row.currency,
        trade_time=row.trade_time,
        occurrence=row.occurrence,
        basis=row.basis,
        acquired=row.acquired,
        disallowed=row.disallowed,
        picks=tuple(Pick(pick.lot_key, pick.quantity) for pick in row.picks.all()),
    )


def _project(account: BrokerageAccount, booked: set[str] | None) -> None:
    """Write what the replay gives. `booked` limits the refusal to faults of new rows; None refuses every fault."""
    ledger = replay(entries(account))
    faults = [p for p in ledger.problems if booked is None or p.entry in booked or p.code is ProblemCode.OVERSOLD]
    if faults:
        raise BookingRefused(_in_words(faults[0]))
    _fix_picks(ledger, account)
    _write_projection(ledger, account)


def _in_words(problem: Problem) -> str:
    instrument = Instrument.objects.filter(uuid=problem.instrument).first() if problem.instrument else None
    name = f"{instrument.symbol}: " if instrument else ""
    return f"{name}{problem.message} ({problem.day:%-d %b %Y})"


def _fix_picks(ledger: Ledger, account: BrokerageAccount) -> None:
    """Store the picks that the replay chose for sales that named none."""
    unpicked = {
        str(row.uuid): row
        for row in account.transactions.active().filter(kind=Transaction.Kind.SELL, picks__isnull=True)
    }
    LotPick.objects.bulk_create(
        LotPick(transaction=unpicked[gain.sale], lot_key=gain.lot, quantity=gain.quantity)
        for gain in ledger.realised
        if gain.sale in unpicked and gain.lot
    )


def _write_projection(ledger: Ledger, account: BrokerageAccount) -> None:
    rows = {str(row.uuid): row for row in account.transactions.active()}
    instruments = {str(i.uuid): i for i in Instrument.objects.filter(uuid__in={x.instrument for x in ledger.lots})}
    instruments |= {str(i.uuid): i for i in Instrument.objects.filter(uuid__in={g.instrument for g in ledger.realised})}
    account.lots.all().delete()
    account.realised_gains.all().delete()
    account.cash_balances.all().delete()
    Lot.objects.bulk_create(
        Lot(
            account=account,
            instrument=instruments[lot.instrument],
            opening=rows[lot.opened_by],
            key=lot.key,
            quantity=lot.quantity,
            basis=None if lot.basis is None else round_to_field(lot.basis),
            acquired=lot.acquired,
            disallowed=lot.disallowed,
        )
        for lot in ledger.lots
    )
    RealisedGain.objects.bulk_create(
        RealisedGain(
            account=account,
            instrument=instruments[gain.instrument],
            sale=rows[gain.sale],
            lot_key=gain.lot or "",
            quantity=gain.quantity,
            proceeds=round_to_field(gain.proceeds),
            basis=None if gain.basis is None else round_to_field(gain.basis),
            gain=None if gain.gain is None else round_to_field(gain.gain),
            acquired=gain.acquired,
            sold=gain.sold,
            term=gain.term or "",
        )
        for gain in ledger.realised
    )
    CashBalance.objects.bulk_create(
        CashBalance(account=account, currency=currency, amount=round_to_field(amount))
        for (_, currency), amount in ledger.cash.items()
    )


def _mark_stale(account: BrokerageAccount, since: dt.date | None) -> None:
    if since is None:
        return
    current = BrokerageAccount.objects.only("stale_from").get(pk=account.pk).stale_from
    BrokerageAccount.objects.filter(pk=account.pk).update(
        stale_from=min(since, current) if current else since, revision=F("revision") + 1
    )
    ledger_changed.send(BrokerageAccount, account=account)
    ring("holdings.revalue", account.pk)
