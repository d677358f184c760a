"""A file on its way in: read, judged row by row, and kept for review. Nothing is booked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from accounts.bulk import insert
from accounts.locks import holding
from accounts.models import Household, User
from holdings.importers.base import (
    AccountHint,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Severity,
    StatedLine,
    UnknownFormat,
)
from holdings.ledger.types import Kind
from holdings.models import BrokerageAccount, Import, ImportFile, ImportRow
from holdings.services.imports.drafts import hint_key, number_end, restored, stored
from holdings.services.imports.judge import BOOKABLE, Judge, Status, is_ahead, judge_of, problem, same_number
from holdings.services.imports.log import log
from holdings.services.imports.parse import can_be_mapped, recognised
from holdings.services.imports.symbols import mentions
from holdings.services.imports.trial import flag_refused

NEW = ImportRow.Status.READY
Progress = Callable[[str, float], None]


def quietly(stage: str, part: float) -> None:
    """Progress that nobody watches."""


def new_import(
    household: Household, account: BrokerageAccount | None, user: User, file_name: str, content: bytes
) -> Import:
    """An import that is not stored yet."""
    digest = hashlib.sha256(content).hexdigest()
    return Import(household=household, account=account, file_name=file_name[:200], file_hash=digest, user=user)


def preview(*, account: BrokerageAccount, user: User, file_name: str, content: bytes) -> Import:
    """Read a file and keep what it says, row by row, without booking anything.

    A file of no known format waits with the status `mapping` until its columns are named.
    Raises holdings.importers.base.ImportFailed when it is no file that can be read.
    """
    batch = new_import(account.household, account, user, file_name, content)
    take_in(batch, content)
    return batch


def take_in(
    batch: Import, content: bytes, progress: Progress = quietly, close: Callable[[], None] = lambda: None
) -> None:
    """Read the content of an import, or put it by until somebody names its columns. Ends with `close`."""
    try:
        said = recognised(batch, content)
    except UnknownFormat as unknown:
        if not can_be_mapped(content):
            raise ImportFailed(str(unknown)) from unknown
        _wait_for_columns(batch, content, close)
    else:
        keep(batch, said, content, progress, close)


def _wait_for_columns(batch: Import, content: bytes, close: Callable[[], None]) -> None:
    with holding(batch.household):
        batch.status = Import.Status.MAPPING
        batch.save()
        ImportFile.objects.update_or_create(batch=batch, defaults={"content": content})
        log(batch, batch.user, "import.uploaded")
        close()


def keep(
    batch: Import,
    parsed: ParsedFile,
    content: bytes,
    progress: Progress = quietly,
    close: Callable[[], None] = lambda: None,
) -> None:
    """Judge the rows of a file and store them with their import, in one change that ends with `close`."""
    batch.format = parsed.importer
    batch.has_statements = bool(parsed.positions or parsed.lots or parsed.gains)
    batch.problems = [problem(said) for said in parsed.problems]
    batch.accounts = _accounts(batch, parsed)
    rows = [_row(draft, batch.household) for draft in [*parsed.rows, *openings(parsed)]]
    progress("Check", 0.4)
    judge_all(batch, rows)
    progress("Keep", 0.8)
    with holding(batch.household):
        batch.status = Import.Status.PREVIEW
        batch.save()
        ImportFile.objects.update_or_create(batch=batch, defaults={"content": content})
        batch.rows.all().delete()
        for row in rows:
            row.batch = batch
        insert(rows)
        log(batch, batch.user, "import.previewed")
        close()


def judge_all(batch: Import, rows: Sequence[ImportRow]) -> None:
    """Account, status and problems of every row, as far as the ledger and earlier imports are concerned too."""
    judge = judge_of(batch, rows)
    judge.number(rows)
    for row in rows:
        judge.row(row)
    batch.symbols = said_or_unsaid(batch, judge, rows)
    flag_refused(rows, judge.resolver)


def said_or_unsaid(batch: Import, judge: Judge, rows: Iterable[ImportRow]) -> dict[str, Any]:
    """The decisions about symbols, and None for each that waits for one."""
    known = {key: decision for key, decision in batch.symbols.items() if decision is not None}
    bookable = [restored(row) for row in rows if row.status in {*BOOKABLE, Status.CONFIRMS}]
    named = {mention.key: mention for draft in bookable for mention in mentions(draft)}
    return known | {key: None for key, mention in named.items() if judge.is_unsaid(mention)}


def _row(draft: DraftRow, household: Household) -> ImportRow:
    fields = stored(draft)
    if draft.problems:
        fields["problems"] = [problem(said) for said in draft.problems]
    chosen = not is_ahead(draft, household) and not any(said.field == UNDATED for said in draft.problems)
    return ImportRow(number=min(draft.rows), raw=dict(draft.raw), draft=fields, status=NEW, chosen=chosen)


UNDATED = "Date acquired"


def openings(parsed: ParsedFile) -> Iterator[DraftRow]:
    """Of a file of positions alone: lots of unknown date, and its cash, which may be opened and are not ticked."""
    if parsed.rows or parsed.as_of is None:
        return
    for line in parsed.positions:
        if line.quantity > 0:
            yield _opening(line, parsed)


def _opening(line: StatedLine, parsed: ParsedFile) -> DraftRow:
    said = RowProblem(
        min(line.rows),
        UNDATED,
        "The file says what is held, not when it was acquired." if line.symbol else "The file says the cash alone.",
        "Import the history instead, or tick the row to begin with what is stated; the lot is flagged.",
        Severity.WARNING,
    )
    common: dict[str, Any] = {"rows": line.rows, "raw": line.raw, "trade_date": parsed.as_of, "currency": line.currency}
    common |= {"account": line.account, "description": line.description, "problems": (said,)}
    if not line.symbol:
        return DraftRow(kind=Kind.DEPOSIT, cash=line.quantity, **common)
    return DraftRow(
        kind=Kind.OPENING,
        symbol=line.symbol,
        quantity=line.quantity,
        basis=line.basis,
        acquired=line.acquired,
        security=line.security,
        **common,
    )


def _accounts(batch: Import, parsed: ParsedFile) -> dict[str, str | None]:
    """Each account that the file names -> uuid of the account here, None where a person has to say it."""
    keys = list(dict.fromkeys(hint_key(hint) for hint in _hints(parsed) if hint))
    if len(keys) == 1 and batch.account:
        return {keys[0]: str(batch.account.uuid)}
    own = list(batch.household.brokerage_accounts.all())
    return {key: batch.accounts.get(key) or _match(key, own) for key in keys}


def _hints(parsed: ParsedFile) -> Iterable[AccountHint | None]:
    yield from parsed.accounts
    yield from (row.account for row in parsed.rows)
    yield from (line.account for line in (*parsed.positions, *parsed.lots, *parsed.gains))


def _match(key: str, own: Sequence[BrokerageAccount]) -> str | None:
    """The one account with these last digits, or else of this name."""
    tail = number_end(key)
    same = [each for each in own if tail and each.number_tail and same_number(tail, each.number_tail)]
    same = same or [each for each in own if each.name.casefold() == key.partition(" …")[0].casefold()]
    return str(same[0].uuid) if len(same) == 1 else None
