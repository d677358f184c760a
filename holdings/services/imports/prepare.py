"""All of an import's booking but the writing: rows restored, numbered, drafted, replayed and compared meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max

from accounts.bulk import set_keys
from accounts.models import User
from holdings.importers.base import DraftRow
from holdings.models import FillConfirmation, Import, ImportFile, ImportRow, Transaction
from holdings.services import ledger, records
from holdings.services.imports import statements
from holdings.services.imports.drafts import new_transaction, restored
from holdings.services.imports.facts import by_account, facts
from holdings.services.imports.judge import Status
from holdings.services.imports.log import log
from holdings.services.imports.symbols import Mention, Resolver, mentions, remember, resolver
from holdings.services.imports.trial import RECEIVER, SENDER, transaction_of, would_book
from holdings.services.ledger import BookingRefused, NewTransaction, Tell


class Moved(Exception):
    """What a booking was prepared from has changed since; nothing is written."""


@dataclasses.dataclass(frozen=True, slots=True)
class Booking:
    """An import that is ready to be written: the rows that it books, and what follows from them."""

    batch: Import
    base: tuple[Any, ...]
    rows: Sequence[ImportRow]
    named: Iterable[Mention]
    found: Resolver
    entries: ledger.Prepared | None
    stated: Sequence[statements.Stated]

    def write(self, user: User | None) -> None:
        """Inside the caller's change, which holds the household. Raises Moved and BookingRefused."""
        if _base(self.batch) != self.base or not self.found.add_new():
            raise Moved
        made = self.entries.write() if self.entries else []
        set_keys(ImportRow, "transaction", {row.pk: each.pk for row, each in zip(self.rows, made, strict=True)})
        for row, each in zip(self.rows, made, strict=True):
            if RECEIVER in row.edits:
                _send(row, each, user)
        _confirm_fills(self.batch)
        statements.keep(self.stated)
        for mention in self.named:
            remember(self.batch, self.found, mention)
        ImportFile.objects.filter(batch=self.batch).delete()
        log(self.batch, user, "import.confirmed")


def prepare(batch: Import, tell: Tell) -> Booking:
    """The booking of the rows that are ready and ticked. Raises BookingRefused when the ledger cannot take them."""
    tell("Check")
    base = _base(batch)
    rows = [row for row in _rows(batch) if would_book(row)]
    drafts = {row.pk: restored(row) for row in rows}
    named = {mention for draft in drafts.values() for mention in mentions(draft)}
    file = statements.said(batch)
    found = resolver(batch, named | statements.mentioned(file) if file else named)
    _number(rows)
    rows = [row for row in rows if row.draft["occurrence"]]
    news = _news(rows, drafts, found)
    bookings = [(row.account, news[row.pk]) for row in rows if row.account]
    return Booking(
        batch=batch,
        base=base,
        rows=rows,
        named=named,
        found=found,
        entries=ledger.prepare(bookings=bookings, tell=tell) if bookings else None,
        stated=statements.drafted(batch, file, found) if file else (),
    )


def _base(batch: Import) -> tuple[Any, ...]:
    """What a booking rests on beside the import itself, whose rows stand still while a run books them."""
    confirmed = FillConfirmation.objects.filter(transaction__account__household=batch.household_id)
    newest = confirmed.aggregate(count=Count("pk"), newest=Max("pk"))
    return *ledger.edition(batch.household), newest["count"], newest["newest"]


def _rows(batch: Import) -> list[ImportRow]:
    """The rows, with one object for each account."""
    accounts = {each.pk: each for each in batch.household.brokerage_accounts.select_related("household")}
    rows = list(batch.rows.all())
    for row in rows:
        row.account = accounts[row.account_id] if row.account_id else None
    return rows


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


def _news(rows: Sequence[ImportRow], drafts: Mapping[int, DraftRow], found: Resolver) -> dict[int, NewTransaction]:
    """What would be booked, by the id of the row."""
    news: dict[int, NewTransaction] = {}
    for row in sorted(rows, key=lambda row: SENDER in row.edits):
        draft = drafts[row.pk]
        named = [found.make(mention) for mention in mentions(draft)]
        own = named[0] if draft.symbol else None
        new = new_transaction(row, draft, own, named[-1] if draft.other else None)
        news[row.pk] = _linked(row, new, news) if SENDER in row.edits else new
    return news


def _linked(row: ImportRow, new: NewTransaction, news: Mapping[int, NewTransaction]) -> NewTransaction:
    """A transfer in with the transfer out whose lots it receives: a row of the same file, or a booked one."""
    kind, _, key = row.edits[SENDER].partition(":")
    sender: NewTransaction | Transaction | None
    if kind == "row":
        sender = news.get(int(key))
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
