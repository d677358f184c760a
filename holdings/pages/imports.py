"""The rows of a broker file as the review shows them: the file's own cells, and what stands in the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from holdings.importers.registry import IMPORTERS
from holdings.models import Difference, Import, ImportRow, Statement, Transaction, Void
from holdings.pages.transfers import Offer
from holdings.services.imports import offers_short

Status = ImportRow.Status

COLUMNS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "schwab_transactions": (
        ("Date", "", ""),
        ("Action", "", ""),
        ("Symbol", "", ""),
        ("Quantity", "num", ""),
        ("Price", "num", ""),
        ("Fees & Comm", "num", ""),
        ("Amount", "num", ""),
    ),
    "schwab_lots": (
        ("Open Date", "", "Transaction Open"),
        ("Symbol", "", ""),
        ("Quantity", "num", ""),
        ("Cost/Share", "num", ""),
        ("Cost Basis", "num", ""),
        ("Disallowed Loss", "num", ""),
    ),
}
"""Columns of the review by format: the file's name of it, its class, another name it may have."""

STATES: Mapping[str, tuple[str, str, str]] = {
    Status.READY: ("Ready", "check", ""),
    Status.WARNING: ("Check", "warn", "warn"),
    Status.CONFIRMS: ("Confirms a fill", "check", ""),
    Status.DUPLICATE: ("Duplicate", "info", "quiet"),
    Status.IGNORED: ("Kept, not booked", "info", "quiet"),
    Status.ERROR: ("Error", "cross", "loss"),
}
"""Word, icon and tone of each state."""

TICKABLE = {Status.READY, Status.WARNING, Status.CONFIRMS, Status.DUPLICATE}
FIELDS = {"kind": "type", "trade_date": "date", "quantity": "shares", "cash": "amount", "acquired": "date acquired"}

SEGMENTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "all": ("All", list(Status)),
    "problems": ("With problems", [Status.ERROR, Status.WARNING, Status.IGNORED]),
    "ready": ("Ready", [Status.READY, Status.WARNING]),
    "confirms": ("Confirm a fill", [Status.CONFIRMS]),
    "duplicates": ("Duplicates", [Status.DUPLICATE]),
}


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as written; `tone` frames it: cell-error, cell-check or empty."""

    name: str
    text: str
    css: str
    tone: str


@dataclass(frozen=True, slots=True)
class RowView:
    number: int
    cells: Sequence[CellView]
    word: str
    icon: str
    tone: str
    problems: Sequence[Mapping[str, str]]
    note: str
    faded: bool
    row: ImportRow
    tickable: bool
    corrected: Sequence[tuple[str, str, str]]
    offers_short: bool
    links: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each state a file has, and how many of these are ticked."""

    by_status: Mapping[str, int]
    ticked: Mapping[str, int]
    corrected: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def bookable(self) -> int:
        return self.of(Status.READY, Status.WARNING)

    @property
    def would_book(self) -> int:
        return sum(self.ticked.get(state, 0) for state in (Status.READY, Status.WARNING, Status.DUPLICATE))

    @property
    def would_confirm(self) -> int:
        return self.ticked.get(Status.CONFIRMS, 0)

    @property
    def importable(self) -> int:
        """Rows that a click on Import would book or use to confirm a fill."""
        return self.would_book + self.would_confirm

    @property
    def ticked_bookable(self) -> int:
        return self.would_book - self.ticked_duplicates

    @property
    def ticked_duplicates(self) -> int:
        return self.ticked.get(Status.DUPLICATE, 0)

    @property
    def confirms(self) -> int:
        return self.of(Status.CONFIRMS)

    @property
    def warnings(self) -> int:
        return self.of(Status.WARNING)

    @property
    def errors(self) -> int:
        return self.of(Status.ERROR)

    @property
    def duplicates(self) -> int:
        return self.of(Status.DUPLICATE)

    @property
    def ignored(self) -> int:
        return self.of(Status.IGNORED)

    def of(self, *states: str) -> int:
        return sum(self.by_status.get(state, 0) for state in states)


def counts(batch: Import) -> Counts:
    every = {"number": Count("pk"), "ticked": Count("pk", filter=Q(chosen=True))}
    every["corrected"] = Count("pk", filter=~Q(edits={}))
    rows = list(ImportRow.objects.filter(batch=batch).order_by().values_list("status").annotate(**every))
    return Counts(
        {status: number for status, number, *_ in rows},
        {status: ticked for status, _, ticked, _ in rows},
        sum(corrected for *_, corrected in rows),
    )


def booked(batch: Import) -> int:
    """How many transactions an undo would take out."""
    active = Q(source=Transaction.Source.IMPORT, void__isnull=True)
    return Transaction.objects.filter(active, import_rows__batch=batch).count()


def undo_reason(batch: Import) -> str:
    """Why the import was undone, as kept with what it took out; empty where it is not, or booked nothing."""
    if batch.status != Import.Status.UNDONE:
        return ""
    last = Void.objects.filter(transaction__import_rows__batch=batch, replaced_by=None).order_by("-at").first()
    return last.reason if last else ""


def segments(number: Counts) -> list[tuple[str, str, int]]:
    every = [(key, word, number.of(*states)) for key, (word, states) in SEGMENTS.items()]
    return [(key, word, count) for key, word, count in every if count or key == "all"]


def chosen_segment(asked: str, choices: Sequence[tuple[str, str, int]]) -> str:
    """What was asked for; else the problems, where there are any."""
    keys = [key for key, *_ in choices]
    return asked if asked in keys else "problems" if "problems" in keys else "all"


def columns(batch: Import, rows: Sequence[ImportRow]) -> list[tuple[str, str, str]]:
    """Those of the format; for a format without a list, the file's own that tell most, in their order."""
    if batch.format in COLUMNS:
        return list(COLUMNS[batch.format])
    names = list(dict.fromkeys(name for row in rows for name in row.raw))
    if len(names) > MOST_COLUMNS:
        telling = [name for name in names if TELLING.search(name)]
        names = (telling or names)[:MOST_COLUMNS]
    return [(name, "num" if NUMBERS.search(name) else "", "") for name in names]


MOST_COLUMNS = 8
NUMBERS = re.compile(
    r"quantity|shares|qty|price|amount|fee|commission|value|cost|basis|proceeds|units|stück|betrag", re.I
)
TELLING = re.compile(rf"date|datum|type|typ|action|code|kind|symbol|ticker|isin|{NUMBERS.pattern}", re.I)


def statements(batch: Import) -> list[Statement]:
    """What the file states, once it is booked, with the differences that are open."""
    if batch.status != Import.Status.CONFIRMED:
        return []
    still = Count("differences", filter=Q(differences__state=Difference.State.OPEN))
    return list(batch.statements.select_related("account").annotate(open=still))


def row_view(row: ImportRow, names: Sequence[tuple[str, str, str]], links: Sequence[Offer] = ()) -> RowView:
    word, icon, tone = STATES[row.status]
    problems = [] if row.status == Status.DUPLICATE else row.problems
    tones = {problem["field"]: cell_tone(problem["severity"]) for problem in reversed(problems)}
    return RowView(
        number=row.number,
        cells=[cell(row, name, css, tones) for name, css in (filled(row, each) for each in names)],
        word=word,
        icon=icon,
        tone=tone,
        problems=problems,
        note=note(row),
        faded=not row.chosen or row.status == Status.IGNORED,
        row=row,
        tickable=row.status in TICKABLE,
        corrected=corrected(row),
        offers_short=offers_short(row),
        links=links,
    )


def corrected(row: ImportRow) -> list[tuple[str, str, str]]:
    """Fields that a person has set right: name, what the file says, what stands now."""
    return [
        (FIELDS.get(name, name), was or "empty", row.draft.get(name) or "empty")
        for name, was in row.draft.get("read", {}).items()
    ]


def cell_tone(severity: str) -> str:
    return "cell-error" if severity == "error" else "cell-check"


def filled(row: ImportRow, column: tuple[str, str, str]) -> tuple[str, str]:
    """The name under which this row has the column."""
    name, css, other = column
    return (other if other in row.raw else name), css


def cell(row: ImportRow, name: str, css: str, tones: Mapping[str, str]) -> CellView:
    draft: Mapping[str, Any] = row.draft or {}
    text = row.raw.get(name, "") or (draft.get("symbol", "") if name == "Symbol" else "")
    return CellView(name, text, css, tones.get(name, ""))


def note(row: ImportRow) -> str:
    """What is to be said of a row without a problem."""
    if row.status == Status.DUPLICATE:
        if row.chosen:
            return "The same row was imported before. It would be booked once more."
        return "The same row was imported before. It is left out."
    if row.status == Status.CONFIRMS:
        return f"Confirms a recorded fill; nothing is booked twice. {price_words(row)}"
    return ""


def price_words(row: ImportRow) -> str:
    difference = str((row.draft or {}).get("price_difference", "0"))
    if not difference.strip("-0."):
        return "The price is the recorded one."
    return f"The broker's price differs by {difference.replace('-', '−')} a share."


def account_names(batch: Import, names: Mapping[str, str]) -> list[str]:
    """The accounts here that a file was read into. names: of the household's accounts by uuid."""
    said = [uuid for uuid in batch.accounts.values() if uuid in names]
    own = [str(batch.account.uuid)] if batch.account and not batch.accounts else []
    return [names[uuid] for uuid in dict.fromkeys(said or own)]


def format_label(name: str) -> str:
    labels = {reader.name: reader.label for reader in IMPORTERS} | {"mapped": "CSV by its columns", "": "CSV"}
    return labels.get(name, name)
