"""Booking: transactions in, projections out, in one change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from accounts.bulk import Insertion, insert, ready
from accounts.doorbell import ring
from accounts.locks import holding
from accounts.models import Household, User
from holdings.ledger.state import LABEL
from holdings.models import BrokerageAccount, ImportRow, LotPick, Transaction, Void
from holdings.services.ledger.batches import BATCH
from holdings.services.ledger.drafts import Booking, NewTransaction, draft_of, drafted
from holdings.services.ledger.projection import Change, Projection, Tell, project, quietly, renamed
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

    Raises BookingRefused as `book` does; then nothing is changed in any of the accounts. Raises ValueError where an
    account or a sender is of another household.
    """
    if not bookings:
        return []
    with holding(bookings[0][0].household):
        return prepare(bookings=bookings).write()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A booking that is ready to be written, as long as the household's ledger stands as it did: see `edition`."""

    change: Change
    rows: Insertion
    picks: Insertion
    projection: Projection

    def write(self) -> list[Transaction]:
        """Inside the caller's change, which holds the household."""
        self.rows.run()
        self.picks.run()
        _settle(self.change, self.projection)
        return list(self.change.booked)


def prepare(*, bookings: Sequence[Booking], tell: Tell = quietly) -> Prepared:
    """Do all of `book_all` but the writing, which may then wait. There is at least one booking; raises as it does."""
    household = bookings[0][0].household
    _check_household(household, bookings)
    tell("Prepare")
    made = drafted(bookings, household.base_currency)
    change = Change(booked=made.rows, picks=made.picks)
    return Prepared(change, ready(made.rows), ready(made.picks), project(household, change, tell=tell))


def edition(household: Household) -> tuple[Any, ...]:
    """What a booking is prepared from: as long as it is equal, nothing has changed that the booking rests on."""
    own = Household.objects.values_list("base_currency").get(pk=household.pk)
    accounts = BrokerageAccount.objects.filter(household=household).order_by("pk")
    return *own, *accounts.values_list("pk", "currency", "revision", "projection")


def void(*, rows: Iterable[Transaction], reason: str, user: User | None) -> None:
    """Take transactions of one household out of the ledger. Raises BookingRefused when others depend on them."""
    voided = list(rows)
    if not voided:
        return
    household = voided[0].account.household
    with holding(household):
        Void.objects.bulk_create((Void(transaction=row, reason=reason, user=user) for row in voided), batch_size=BATCH)
        change = Change(voided=voided)
        _settle(change, project(household, change))


def correct(*, row: Transaction, draft: NewTransaction, reason: str, user: User | None) -> Transaction:
    """Void a transaction and book another in its place, in one change; the new row.

    Start from `draft_of(row)`. The replacement keeps fingerprint and occurrence, so that importing the file again finds
    it, and takes the import row over. Later sales that took the lot which `row` opened take that of the replacement.

    Raises BookingRefused when the ledger would not hold together; nothing is changed then.
    """
    kept = dataclasses.replace(draft, fingerprint=row.fingerprint, occurrence=row.occurrence)
    household = row.account.household
    with holding(household):
        new = drafted([(row.account, kept)], household.base_currency)
        insert(new.rows)
        insert(new.picks)
        (made,) = new.rows
        Void.objects.create(transaction=row, reason=reason, user=user, replaced_by=made)
        change = Change(booked=new.rows, voided=[row], picks=new.picks, taken_over=_take_over(row, made))
        _settle(change, project(household, change))
    return made


def link(*, received: Transaction, sender: Transaction, user: User | None) -> Transaction:
    """Say that a booked transfer in received the lots of a transfer out of another own account; the new row."""
    draft = dataclasses.replace(draft_of(received), sender=sender, basis=None, acquired=None)
    return correct(row=received, draft=draft, reason="Linked with the transfer out that sent it.", user=user)


def unlink(*, received: Transaction, user: User | None) -> Transaction:
    """Take a link back: the transfer in has the basis and the day that it had before; the new row."""
    before = Transaction.objects.filter(void__replaced_by=received).first()
    own = {"basis": before.basis, "acquired": before.acquired} if before else {}
    draft = dataclasses.replace(draft_of(received), sender=None, **own)
    return correct(row=received, draft=draft, reason="The transfer out that sent it was taken back.", user=user)


def project_again(*, account: BrokerageAccount, since: dt.date) -> None:
    """Write lots, gains and cash anew after the account's relief method has changed from a day on."""
    with holding(account.household):
        projection = project(account.household, Change(), whole=[account.pk])
        projection.write()
        _mark_stale(projection.moved, since)


def bring_up_to_date(*, household: Household) -> None:
    """Write anew what an older version of the replay wrote. A second call finds nothing to do."""
    with holding(household):
        projection = project(household, Change())
        projection.write()
        for account in BrokerageAccount.objects.filter(pk__in=projection.moved):
            ledger_changed.send(BrokerageAccount, account=account)


def _check_household(household: Household, bookings: Sequence[Booking]) -> None:
    senders = (draft.sender.account for _, draft in bookings if isinstance(draft.sender, Transaction))
    accounts = {*(account for account, _ in bookings), *senders}
    if any(account.household_id != household.pk for account in accounts):
        raise ValueError("One change is of one household.")


def _settle(change: Change, projection: Projection) -> None:
    projection.write()
    _mark_stale(projection.moved, min(row.trade_date for row in change.rows))


def _mark_stale(accounts: Collection[int], since: dt.date) -> None:
    """Valuations from a day on are out of date, and whoever keeps something of the ledger is told."""
    for account in BrokerageAccount.objects.filter(pk__in=accounts).order_by("pk"):
        account.stale_from = min(since, account.stale_from) if account.stale_from else since
        BrokerageAccount.objects.filter(pk=account.pk).update(stale_from=account.stale_from, revision=F("revision") + 1)
        ledger_changed.send(BrokerageAccount, account=account, since=since)
        ring("holdings.revalue", account.pk)


def _take_over(row: Transaction, made: Transaction) -> dict[str, str]:
    """What hung on a corrected transaction hangs on its replacement: import row, receiver, picks of its lots.

    Pieces that its loss made are named by the beginning of its id, and are so again.
    Returns the steps of lot keys that have changed, new -> old.
    """
    ImportRow.objects.filter(transaction=row).update(transaction=made)
    Transaction.objects.active().filter(counterpart=row).update(counterpart=made)
    old, new = str(row.uuid), str(made.uuid)
    paths = {old: new, old[:LABEL]: new[:LABEL]}
    named = LotPick.objects.filter(transaction__account__household=row.account.household_id)
    by_lot = Q(lot_key__startswith=old) | Q(lot_key__contains=f".{old[:LABEL]}")
    picks = list(named.filter(by_lot | Q(piece__startswith=old[:LABEL])))
    for pick in picks:
        pick.lot_key, pick.piece = renamed(pick.lot_key, paths), pick.piece and renamed(pick.piece, paths)
    LotPick.objects.bulk_update(picks, ["lot_key", "piece"], batch_size=BATCH)
    return {after: before for before, after in paths.items()}
