"""What a person decides before booking: corrected rows, ticks, accounts, symbols and linked transfers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Q

from accounts.locks import holding
from accounts.models import User
from holdings.ledger.types import Kind
from holdings.models import Import, ImportRow
from holdings.services.imports.again import judge_again, keeping
from holdings.services.imports.background import JUDGE, ask, has_many_rows, standing
from holdings.services.imports.check import Fault, faults
from holdings.services.imports.drafts import restored
from holdings.services.imports.judge import is_ahead, judge_of
from holdings.services.imports.log import log
from holdings.services.imports.rows import update
from holdings.services.imports.symbols import mentions
from holdings.services.imports.trial import RECEIVER, SENDER, SHORT, flag_refused

EDITABLE = ("kind", "trade_date", "symbol", "quantity", "price", "fees", "cash", "currency", "basis", "acquired")
"""Fields of a draft that a person may correct."""

Status = ImportRow.Status


class EditRefused(Exception):
    """The row could not be booked like that; nothing was kept. `faults` are fields and what is wrong with them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(message for _, message in faults))
        self.faults = list(faults)


class NotWaiting(Exception):
    """The import is booked, undone or put aside: its rows stand as they are."""


def edit_row(*, batch: Import, row: ImportRow, user: User, values: Mapping[str, Any]) -> ImportRow:
    """Correct fields of a row, and judge it anew with all rows of its instrument.

    values: by name of `EDITABLE`, as typed or as plain Python values; None empties a field. What the file said stays
    in the draft's `read`. Raises EditRefused where the row could not be booked like that, NotWaiting after booking.
    """
    with _changing(batch):
        before = restored(row)
        changed = {name: text for name in values if (text := _text(values[name])) != row.draft.get(name)}
        row.draft["read"] = {name: row.draft.get(name) for name in changed} | row.draft.get("read", {})
        row.draft |= changed
        row.edits |= {name: text or "" for name, text in changed.items()}
        try:
            wrong = list(faults(restored(row)))
        except ValueError as error:
            raise EditRefused([("", str(error))]) from error
        if wrong:
            raise EditRefused(wrong)
        row.chosen = not is_ahead(restored(row), batch.household)
        _judge_again(batch, [row], {before.symbol, restored(row).symbol})
        log(batch, user, "import.row_edited", fields=changed)
    return row


def take_back(*, batch: Import, row: ImportRow, user: User) -> ImportRow:
    """Put a row back to what the file says."""
    with _changing(batch):
        symbol = restored(row).symbol
        row.draft |= row.draft.pop("read", {})
        row.edits = {}
        row.chosen = row.chosen and not is_ahead(restored(row), batch.household)
        _judge_again(batch, [row], {symbol, restored(row).symbol})
        log(batch, user, "import.row_restored")
    return row


def book_as_short(*, batch: Import, row: ImportRow, user: User) -> ImportRow:
    """Book a sale of what is not held as a short one: kept apart, flagged, and out of proposals and tax."""
    return edit_row(batch=batch, row=row, user=user, values={"kind": Kind.SHORT})


def offers_short(row: ImportRow) -> bool:
    """Whether the ledger refused the row as a sale of nothing that is held."""
    return any(each.get("offer") == SHORT for each in row.problems)


def linked(row: ImportRow) -> str:
    """The other side of a transfer as `link` takes it; empty where none was said."""
    return str(row.edits.get(SENDER) or row.edits.get(RECEIVER) or "")


def choose(*, batch: Import, user: User, ticks: Mapping[int, bool]) -> None:
    """Tick or untick rows, by their id; a duplicate that is ticked would be booked once more."""
    with _changing(batch):
        rows = [row for row in batch.rows.filter(pk__in=ticks) if row.chosen != ticks[row.pk]]
        for row in rows:
            row.chosen = ticks[row.pk]
        if rows:
            _judge_again(batch, rows, {restored(row).symbol for row in rows})
            log(batch, user, "import.rows_chosen")


def map_accounts(*, batch: Import, user: User, accounts: Mapping[str, str | None]) -> None:
    """Say which account each account of the file is, by uuid; empty leaves its rows out."""
    with _changing(batch):
        batch.accounts = {key: accounts.get(key, before) for key, before in batch.accounts.items()}
        batch.save(update_fields=["accounts"])
        _judge_all(batch, user)
        log(batch, user, "import.accounts_mapped")


def decide_symbols(*, batch: Import, user: User, symbols: Mapping[str, Any]) -> None:
    """Say what symbols stand for: an instrument's uuid, a new one's symbol, name and kind, or empty: left out."""
    with _changing(batch):
        batch.symbols = batch.symbols | dict(symbols)
        batch.save(update_fields=["symbols"])
        _judge_all(batch, user)
        log(batch, user, "import.symbols_decided")


def link(*, batch: Import, row: ImportRow, user: User, other: str) -> None:
    """Say what the other side of a transfer is, so that its lots travel; empty takes the link back.

    other: `row:` and the id of a transfer out in the same file, or `transaction:` and the uuid of one that is booked.
    """
    with _changing(batch):
        for side in (SENDER, RECEIVER):
            row.edits.pop(side, None)
        if other:
            row.edits[RECEIVER if row.draft["kind"] == Kind.TRANSFER_OUT else SENDER] = other
        row.save(update_fields=["edits"])
        _judge_again(batch, [row], {restored(row).symbol})
        log(batch, user, "import.transfer_linked")


@contextmanager
def _changing(batch: Import) -> Iterator[None]:
    with holding(batch.household):
        batch.refresh_from_db(fields=["status", "accounts", "symbols"])
        if standing(batch) != Import.Status.PREVIEW:
            raise NotWaiting("This import does not wait for review any more. Its rows stand as they are.")
        yield
        Import.objects.filter(pk=batch.pk).update(outcome=None)


def _judge_all(batch: Import, user: User) -> None:
    """At once, or as a run when the import is long."""
    if has_many_rows(batch):
        ask(batch, user, JUDGE)
    else:
        judge_again(batch)


def _judge_again(batch: Import, changed: Sequence[ImportRow], symbols: Iterable[str]) -> None:
    """Judge rows that were changed, and all that have to do with the same instruments."""
    update(changed, ["draft", "edits", "chosen"])
    concerned = {symbol for symbol in symbols if symbol}
    rows = list(batch.rows.filter(_of(concerned, changed)).select_related("account__household"))
    judge = judge_of(batch, rows)
    only = {judge.resolver.name(mention) for row in rows for mention in mentions(restored(row))}

    def again() -> None:
        for row in rows:
            judge.row(row)
        flag_refused(rows, judge.resolver, only)

    keeping(rows, again)


def _of(symbols: set[str], changed: Sequence[ImportRow]) -> Q:
    return Q(draft__symbol__in=symbols) | Q(draft__other__in=symbols) | Q(pk__in=[row.pk for row in changed])


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)
