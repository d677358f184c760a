"""A broker file: previewed with its problems, booked once, undone as a whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts import activity, runs
from accounts.locks import holding
from accounts.models import Household, User
from accounts.runs import Claim
from holdings.importers.base import DraftRow, ParsedFile, RowProblem, Severity
from holdings.importers.fills import FillMatch, RecordedFill, match_fill
from holdings.importers.fingerprint import IdentifiedRow, identify
from holdings.importers.registry import read
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.models import (
    BrokerageAccount,
    FillConfirmation,
    Import,
    ImportRow,
    Instrument,
    Transaction,
)
from holdings.services.ledger import BookingRefused, NewTransaction, book, entries, void

Status = ImportRow.Status
BOOKABLE = [Status.READY, Status.WARNING]


def preview(*, account: BrokerageAccount, user: User, file_name: str, content: bytes) -> Import:
    """Read a file and keep what it says, row by row, without booking anything.

    Raises holdings.importers.base.ImportFailed when it is no file that can be read.
    """
    parsed = read(content)
    rows = _judge(account, parsed)
    with holding(account.household):
        batch = Import.objects.create(
            household=account.household,
            account=account,
            format=parsed.importer,
            file_name=file_name[:200],
            file_hash=hashlib.sha256(content).hexdigest(),
            problems=[_problem(problem) for problem in parsed.problems],
            user=user,
        )
        for row in rows:
            row.batch = batch
            row.account = account
        ImportRow.objects.bulk_create(rows)
        _log(batch, user, "import.previewed")
    return batch


def confirm(*, batch: Import, user: User | None) -> Import:
    """Book the rows that are ready. A second call finds it booked and does nothing.

    Raises BookingRefused when the ledger cannot take the rows; nothing is changed then.
    """
    with holding(batch.household):
        moved = Import.objects.filter(pk=batch.pk, status=Import.Status.PREVIEW).update(
            status=Import.Status.CONFIRMED, confirmed_at=timezone.now(), user=user
        )
        if moved:
            _book_rows(batch)
            _confirm_fills(batch)
            _log(batch, user, "import.confirmed")
    batch.refresh_from_db()
    return batch


def work(claim: Claim) -> None:
    """Book an import as a run: its rows and the end of the run in one change, or nothing.

    Raises accounts.runs.CannotFinish in words, LeaseLost and CancelRequested.
    """
    run = claim.run
    batch = Import.objects.get(household=run.household, uuid=run.subject)
    runs.advance(claim, "Check", 0.0)
    try:
        with holding(run.household):
            confirm(batch=batch, user=run.user)
            runs.finish(claim)
    except BookingRefused as refusal:
        raise runs.CannotFinish(str(refusal)) from refusal


def undo(*, batch: Import, user: User, reason: str) -> Import:
    """Take everything that an import booked out of the ledger again. A second call does nothing.

    Raises BookingRefused when later transactions rest on it; nothing is changed then.
    """
    with holding(batch.household):
        moved = Import.objects.filter(pk=batch.pk, status=Import.Status.CONFIRMED).update(
            status=Import.Status.UNDONE, undone_at=timezone.now()
        )
        if moved:
            booked = Transaction.objects.active().filter(import_rows__batch=batch, source=Transaction.Source.IMPORT)
            void(rows=booked.select_related("account"), reason=reason or "import undone", user=user)
            FillConfirmation.objects.filter(row__batch=batch).delete()
            _log(batch, user, "import.undone")
    batch.refresh_from_db()
    return batch


def discard(*, batch: Import, user: User) -> None:
    """Put a preview aside; nothing of it was booked."""
    with holding(batch.household):
        if Import.objects.filter(pk=batch.pk, status=Import.Status.PREVIEW).update(status=Import.Status.DISCARDED):
            _log(batch, user, "import.discarded")


def _log(batch: Import, user: User | None, verb: str) -> None:
    household: Household = batch.household
    activity.record(household=household, user=user, verb=verb, subject=batch, content_hash=batch.file_hash)


def _judge(account: BrokerageAccount, parsed: ParsedFile) -> list[ImportRow]:
    """What would become of each row: booked, known already, a fill confirmed, kept, or in error."""
    known = _known(account)
    fills = _unconfirmed_fills(account)
    symbols = _symbols(parsed.rows, account.currency)
    held = set(account.lots.values_list("instrument__symbol", flat=True))
    rows = []
    for identified in identify(parsed.rows, str(account.uuid)):
        match = _match(identified, account, known, fills)
        if match:
            fills.remove(match.fill)
        rows.append(_row(identified, known, match, _doubts(identified.row, account, symbols, held)))
    _flag_what_the_ledger_refuses(account, rows, symbols)
    return rows


def _known(account: BrokerageAccount) -> set[tuple[str, int]]:
    return set(account.transactions.active().exclude(fingerprint="").values_list("fingerprint", "occurrence")) | set(
        _confirmed(account)
    )


def _confirmed(account: BrokerageAccount) -> list[tuple[str, int]]:
    """Rows that confirmed a fill: known too, though they booked nothing."""
    rows = ImportRow.objects.filter(confirmation__isnull=False, batch__account=account)
    return [(row.fingerprint, row.draft["occurrence"]) for row in rows]


def _unconfirmed_fills(account: BrokerageAccount) -> list[RecordedFill]:
    rows = account.transactions.active().filter(
        source=Transaction.Source.FILL, confirmation__isnull=True, instrument__isnull=False
    )
    return [
        RecordedFill(
            id=str(row.pk),
            account=str(account.uuid),
            symbol=row.instrument.symbol,  # type: ignore[union-attr]
            side=Kind(row.kind),
            quantity=abs(row.quantity),
            price=row.price or Decimal(0),
            day=row.trade_date,
        )
        for row in rows.select_related("instrument")
    ]


def _symbols(rows: Sequence[DraftRow], currency: str) -> dict[str, Instrument]:
    wanted = {row.symbol for row in rows if row.symbol}
    return {i.symbol: i for i in Instrument.objects.filter(symbol__in=wanted, currency=currency)}


def _match(
    identified: IdentifiedRow, account: BrokerageAccount, known: set[tuple[str, int]], fills: list[RecordedFill]
) -> FillMatch | None:
    if (identified.fingerprint, identified.occurrence) in known or not identified.row.bookable:
        return None
    return match_fill(identified.row, str(account.uuid), fills)


def _row(
    identified: IdentifiedRow, known: set[tuple[str, int]], match: FillMatch | None, doubts: list[RowProblem]
) -> ImportRow:
    draft = identified.row
    problems = [_problem(problem) for problem in [*draft.problems, *doubts]]
    return ImportRow(
        number=min(draft.rows),
        raw=dict(draft.raw),
        draft=_as_json(identified, match),
        status=_status(identified, known, match, problems),
        problems=problems,
        fingerprint=identified.fingerprint,
    )


def _problem(problem: RowProblem) -> dict[str, str]:
    said = {"field": problem.field, "message": problem.message, "remedy": problem.remedy}
    return said | {"severity": problem.severity, "row": str(problem.row)}


def _doubts(
    draft: DraftRow, account: BrokerageAccount, symbols: dict[str, Instrument], held: set[str]
) -> list[RowProblem]:
    """What the file cannot know: symbols never seen, lots that would be held twice, rows of another account."""
    if not draft.bookable:
        return []
    line, said = min(draft.rows), []
    if draft.symbol and draft.symbol not in symbols:
        said.append(
            RowProblem(
                line,
                "Symbol",
                f"{draft.symbol} is not known yet; it would be added without a price.",
                "Import it, then add prices, or correct the symbol in the file.",
                Severity.WARNING,
            )
        )
    if draft.kind is Kind.OPENING and draft.symbol in held:
        said.append(
            RowProblem(
                line,
                "Symbol",
                f"{draft.symbol} is held in this account already; this lot would come on top.",
                "Undo the earlier import of these lots first, or leave this row out.",
            )
        )
    tail = draft.account.number_end if draft.account else ""
    if tail and account.number_tail and not _same_number(tail, account.number_tail):
        said.append(
            RowProblem(
                line,
                "Account",
                f"The row is of account …{tail}, not of {account.name} (…{account.number_tail}).",
                f"Upload the file to the account that ends in {tail}.",
            )
        )
    return said


def _same_number(one: str, other: str) -> bool:
    """Whether two endings of an account number, perhaps of different length, agree."""
    return one.endswith(other) or other.endswith(one)


def _status(
    identified: IdentifiedRow, known: set[tuple[str, int]], match: FillMatch | None, problems: list[dict[str, str]]
) -> Status:
    draft = identified.row
    if (identified.fingerprint, identified.occurrence) in known:
        return Status.DUPLICATE
    if match:
        return Status.CONFIRMS
    if draft.kind is None:
        return Status.IGNORED
    if any(problem["severity"] == Severity.ERROR for problem in problems):
        return Status.ERROR
    return Status.WARNING if problems else Status.READY


def _as_json(identified: IdentifiedRow, match: FillMatch | None) -> dict[str, Any]:
    fields = dataclasses.asdict(dataclasses.replace(identified.row, problems=(), raw={}))
    fields |= {"occurrence": identified.occurrence}
    if match:
        fields |= {"fill": int(match.fill.id), "price_difference": match.price_difference}
    plain: dict[str, Any] = json.loads(json.dumps(fields, default=str))
    return plain


def _flag_what_the_ledger_refuses(
    account: BrokerageAccount, rows: Sequence[ImportRow], symbols: dict[str, Instrument]
) -> None:
    """Try the rows on a copy of the ledger, and mark those that it could not take."""
    bookable = {f"row {index}": row for index, row in enumerate(rows) if row.status in BOOKABLE}
    trial = [_trial_entry(key, row, account, symbols) for key, row in bookable.items()]
    for problem in replay([*entries(account), *trial]).problems:
        if row := bookable.get(problem.entry):
            row.status = Status.ERROR
            row.problems.append(
                {
                    "field": "Quantity",
                    "message": problem.message,
                    "remedy": "Import the earlier history or the lots of this position first.",
                    "severity": "error",
                }
            )


def _trial_entry(key: str, row: ImportRow, account: BrokerageAccount, symbols: dict[str, Instrument]) -> Entry:
    draft = _draft(row, None)
    symbol = row.draft["symbol"]
    instrument = str(symbols[symbol].uuid) if symbol in symbols else symbol
    return Entry(
        id=key,
        account=str(account.uuid),
        kind=Kind(draft.kind),
        trade_date=draft.trade_date,
        instrument=instrument or None,
        quantity=draft.quantity,
        cash=draft.cash,
        price=draft.price,
        fees=draft.fees,
        currency=account.currency,
        trade_time=draft.trade_time,
        occurrence=draft.occurrence,
        basis=draft.basis,
        acquired=draft.acquired,
        disallowed=draft.disallowed,
    )


def _book_rows(batch: Import) -> None:
    account = batch.account
    if account is None:
        raise BookingRefused("The file has no account yet. Choose one.")
    known = _known(account)
    rows = [
        row for row in batch.rows.filter(status__in=BOOKABLE) if (row.fingerprint, row.draft["occurrence"]) not in known
    ]
    instruments = {
        symbol: _instrument(symbol, account.currency) for symbol in {row.draft["symbol"] for row in rows} if symbol
    }
    drafts = [_draft(row, instruments.get(row.draft["symbol"])) for row in rows]
    booked = book(account=account, drafts=drafts) if drafts else []
    for row, made in zip(rows, booked, strict=True):
        row.transaction = made
    ImportRow.objects.bulk_update(rows, ["transaction"])


def _instrument(symbol: str, currency: str) -> Instrument:
    return Instrument.objects.get_or_create(symbol=symbol, currency=currency)[0]


def _draft(row: ImportRow, instrument: Instrument | None) -> NewTransaction:
    draft = row.draft
    return NewTransaction(
        kind=draft["kind"],
        trade_date=dt.date.fromisoformat(draft["trade_date"]),
        source=Transaction.Source.IMPORT,
        instrument=instrument,
        trade_time=dt.time.fromisoformat(draft["trade_time"]) if draft["trade_time"] else None,
        quantity=Decimal(draft["quantity"]),
        price=_decimal(draft["price"]),
        fees=Decimal(draft["fees"]),
        cash=Decimal(draft["cash"]),
        basis=_decimal(draft["basis"]),
        acquired=dt.date.fromisoformat(draft["acquired"]) if draft["acquired"] else None,
        disallowed=_decimal(draft["disallowed"]),
        occurrence=draft["occurrence"],
        fingerprint=row.fingerprint,
        note=draft["description"][:200],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _confirm_fills(batch: Import) -> None:
    for row in batch.rows.filter(status=Status.CONFIRMS):
        recorded = Transaction.objects.active().filter(
            pk=row.draft["fill"], account=batch.account, confirmation__isnull=True
        )
        if (fill := recorded.first()) is None:
            raise BookingRefused(f"Line {row.number}: the fill it confirmed has changed. Upload the file again.")
        FillConfirmation.objects.create(
            transaction=fill, row=row, price_difference=Decimal(row.draft["price_difference"])
        )
