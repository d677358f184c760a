"""Booking: transactions in, projections out, in one change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import F

from accounts.doorbell import ring
from accounts.fields import round_to_field
from accounts.locks import holding
from accounts.models import User
from holdings.ledger.replay import replay
from holdings.ledger.types import Ledger, Problem, ProblemCode
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    ImportRow,
    Instrument,
    Lot,
    LotPick,
    RealisedGain,
    Transaction,
    Void,
)
from holdings.services.ledger.drafts import Booking, NewTransaction, draft_of, store
from holdings.services.ledger.entries import entries
from holdings.services.ledger.refusal import BookingRefused
from holdings.signals import ledger_changed


def book(*, account: BrokerageAccount, drafts: Iterable[NewTransaction]) -> list[Transaction]:
    """Book transactions in an account and project its lots, gains and cash anew.

    Sales without picks get those that the account's relief method gives, once and for all.

    Raises
    ------
    BookingRefused
        A booked transaction would leave the ledger broken (shares sold that are not held); nothing is changed.
    """
    return book_all(bookings=[(account, draft) for draft in drafts])


def book_all(*, bookings: Sequence[Booking]) -> list[Transaction]:
    """Book transactions in several accounts of one household in one change; rows in the order of the drafts.

    Raises BookingRefused as `book` does; then nothing is changed in any of the accounts.
    """
    if not bookings:
        return []
    household = bookings[0][0].household
    with holding(household):
        rows = store(bookings, household.base_currency)
        _project_all(rows, {str(row.uuid) for row in rows})
    return rows


def void(*, rows: Iterable[Transaction], reason: str, user: User | None) -> None:
    """Take transactions of one household out of the ledger. Raises BookingRefused when others depend on them."""
    voided = list(rows)
    if not voided:
        return
    with holding(voided[0].account.household):
        Void.objects.bulk_create(Void(transaction=row, reason=reason, user=user) for row in voided)
        _project_all(voided, None)


def correct(*, row: Transaction, draft: NewTransaction, reason: str, user: User | None) -> Transaction:
    """Void a transaction and book another in its place, in one change; the new row.

    Start from `draft_of(row)`. The replacement keeps fingerprint and occurrence, so that importing the file again finds
    it, and takes the import row over. Later sales that took the lot which `row` opened take that of the replacement.

    Raises BookingRefused when the ledger would not hold together; nothing is changed then.
    """
    kept = dataclasses.replace(draft, fingerprint=row.fingerprint, occurrence=row.occurrence)
    with holding(row.account.household):
        (made,) = store([(row.account, kept)], row.account.household.base_currency)
        Void.objects.create(transaction=row, reason=reason, user=user, replaced_by=made)
        ImportRow.objects.filter(transaction=row).update(transaction=made)
        _project_all([row, made], None)
    return made


def link(*, received: Transaction, sender: Transaction, user: User | None) -> Transaction:
    """Say that a booked transfer in received the lots of a transfer out of another own account; the new row."""
    draft = dataclasses.replace(draft_of(received), sender=sender, basis=None, acquired=None)
    return correct(row=received, draft=draft, reason="Linked with the transfer out that sent it.", user=user)


def project_again(*, account: BrokerageAccount, since: dt.date) -> None:
    """Write lots, gains and cash anew after the account's relief method has changed from a day on."""
    with holding(account.household):
        _project(account, set())
        _mark_stale(account, since)


def _project_all(rows: Sequence[Transaction], booked: set[str] | None) -> None:
    days: dict[BrokerageAccount, list[dt.date]] = defaultdict(list)
    for row in rows:
        days[row.account].append(row.trade_date)
    for account, dates in days.items():
        _project(account, booked)
        _mark_stale(account, min(dates))


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


def _mark_stale(account: BrokerageAccount, since: dt.date) -> None:
    current = BrokerageAccount.objects.only("stale_from").get(pk=account.pk).stale_from
    BrokerageAccount.objects.filter(pk=account.pk).update(
        stale_from=min(since, current) if current else since, revision=F("revision") + 1
    )
    ledger_changed.send(BrokerageAccount, account=account)
    ring("holdings.revalue", account.pk)
