"""From preview into the ledger, once; and out of it again as a whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.bulk import set_keys
from accounts.locks import holding
from accounts.models import User
from holdings.models import FillConfirmation, Import, ImportFile, ImportRow, Statement, Transaction
from holdings.services import reconcile, records
from holdings.services.imports import statements
from holdings.services.imports.drafts import new_transaction, restored
from holdings.services.imports.facts import by_account, facts
from holdings.services.imports.judge import Status
from holdings.services.imports.log import log
from holdings.services.imports.symbols import Resolver, mentions, remember, resolver
from holdings.services.imports.trial import RECEIVER, SENDER, transaction_of, would_book
from holdings.services.ledger import BookingRefused, NewTransaction, book_all, unlink, void

WAITING = [Import.Status.PREVIEW, Import.Status.BOOKING]


def confirm(*, batch: Import, user: User | None) -> Import:
    """Book the rows that are ready and ticked. A second call finds them booked and does nothing.

    Raises BookingRefused when the ledger cannot take the rows; nothing is changed then.
    """
    with holding(batch.household):
        moved = Import.objects.filter(pk=batch.pk, status__in=WAITING).update(
            status=Import.Status.CONFIRMED, confirmed_at=timezone.now(), user=user
        )
        if moved:
            batch.refresh_from_db()
            _book(batch, user)
    batch.refresh_from_db()
    return batch


def _book(batch: Import, user: User | None) -> None:
    rows = [row for row in batch.rows.select_related("account__household") if would_book(row)]
    drafts = {row.pk: restored(row) for row in rows}
    found = resolver(batch, [mention for draft in drafts.values() for mention in mentions(draft)])
    _number(rows)
    rows = [row for row in rows if row.draft["occurrence"]]
    for row, made in zip(rows, _write(rows, drafts, found), strict=True):
        if RECEIVER in row.edits:
            _send(row, made, user)
    _confirm_fills(batch)
    statements.keep(batch)
    for mention in {mention for draft in drafts.values() for mention in mentions(draft)}:
        remember(batch, found, mention)
    ImportFile.objects.filter(batch=batch).delete()
    log(batch, user, "import.confirmed")


def _number(rows: Sequence[ImportRow]) -> None:
    """Rows booked since are left out (occurrence 0); duplicates that were ticked get the next number."""
    for account, own in by_account(rows).items():
        if account is None:
            continue
        fact = facts([account])[account.pk]
        for row in own:
            same = (row.fingerprint, row.draft["occurrence"]) in fact.known
            if row.status == Status.DUPLICATE:
                row.draft["occurrence"] = fact.next_occurrence(row.fingerprint)
            elif same:
                row.draft["occurrence"] = 0


def _write(rows: Sequence[ImportRow], drafts: dict[int, Any], found: Resolver) -> list[Transaction]:
    bookings: dict[int, NewTransaction] = {}
    for row in sorted(rows, key=lambda row: SENDER in row.edits):
        draft = drafts[row.pk]
        named = [found.make(mention) for mention in mentions(draft)]
        own = named[0] if draft.symbol else None
        new = new_transaction(row, draft, own, named[-1] if draft.other else None)
        bookings[row.pk] = _linked(row, new, bookings) if SENDER in row.edits else new
    booked = book_all(bookings=[(row.account, bookings[row.pk]) for row in rows if row.account])
    set_keys(ImportRow, "transaction", {row.pk: made.pk for row, made in zip(rows, booked, strict=True)})
    return booked


def _linked(row: ImportRow, new: NewTransaction, bookings: dict[int, NewTransaction]) -> NewTransaction:
    """A transfer in with the transfer out whose lots it receives: a row of the same file, or a booked one."""
    kind, _, key = row.edits[SENDER].partition(":")
    sender: NewTransaction | Transaction | None
    if kind == "row":
        sender = bookings.get(int(key))
    else:
        sent = Transaction.objects.active().filter(account__household=row.batch.household)
        sender = sent.filter(uuid=key).first()
    if sender is None:
        raise BookingRefused(f"Line {row.number}: the transfer out that it was linked with would not be booked.")
    return dataclasses.replace(new, sender=sender, basis=None, acquired=None)


def _send(row: ImportRow, made: Transaction, user: User | None) -> None:
    """The booked transfer in that a transfer out was linked with receives its lots."""
    active = Transaction.objects.active().filter(account__household=row.batch.household).select_related("account")
    if (other := active.filter(uuid=transaction_of(row.edits[RECEIVER])).first()) is None:
        raise BookingRefused(f"Line {row.number}: the transfer in that it was linked with has changed. Link it anew.")
    records.link(row=made, other=other, user=user)


def _confirm_fills(batch: Import) -> None:
    for row in batch.rows.filter(status=Status.CONFIRMS, chosen=True):
        recorded = Transaction.objects.active().filter(
            pk=row.draft["fill"], account=row.account, confirmation__isnull=True
        )
        if (fill := recorded.first()) is None:
            raise BookingRefused(f"Line {row.number}: the fill it confirmed has changed. Upload the file again.")
        FillConfirmation.objects.create(
            transaction=fill, row=row, price_difference=Decimal(row.draft["price_difference"])
        )


def undo(*, batch: Import, user: User, reason: str) -> Import:
    """Take all that an import booked, corrected since or not, out of the ledger again. A second call does nothing.

    Raises BookingRefused when later transactions rest on it; nothing is changed then.
    """
    with holding(batch.household):
        moved = Import.objects.filter(pk=batch.pk, status=Import.Status.CONFIRMED).update(
            status=Import.Status.UNDONE, undone_at=timezone.now()
        )
        if moved:
            stated = {each.account for each in Statement.objects.filter(batch=batch).select_related("account")}
            Statement.objects.filter(batch=batch).delete()
            booked = Transaction.objects.active().filter(import_rows__batch=batch)
            for received in Transaction.objects.active().filter(counterpart__in=booked).exclude(pk__in=booked):
                unlink(received=received, user=user)
            void(rows=booked.select_related("account__household"), reason=reason or "import undone", user=user)
            FillConfirmation.objects.filter(row__batch=batch).delete()
            for account in stated:
                reconcile.compare(account=account)
            log(batch, user, "import.undone")
    batch.refresh_from_db()
    return batch


def discard(*, batch: Import, user: User) -> None:
    """Put a file aside before it is booked; nothing of it was."""
    standing = [Import.Status.READING, Import.Status.MAPPING, Import.Status.PREVIEW, Import.Status.FAILED]
    with holding(batch.household):
        if Import.objects.filter(pk=batch.pk, status__in=standing).update(status=Import.Status.DISCARDED):
            ImportFile.objects.filter(batch=batch).delete()
            log(batch, user, "import.discarded")
