"""The rows of a broker file as the review shows them: the file's own cells, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from holdings.importers.registry import IMPORTERS
from holdings.models import Import, ImportRow, Transaction

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


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each state a file has."""

    by_status: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def bookable(self) -> int:
        return self.of(Status.READY, Status.WARNING)

    @property
    def importable(self) -> int:
        """Rows that a click on Import would book or use to confirm a fill."""
        return self.bookable + self.confirms

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
    rows = ImportRow.objects.filter(batch=batch).order_by().values_list("status")
    return Counts(dict(rows.annotate(number=Count("pk"))))


def booked(batch: Import) -> int:
    """How many transactions an undo would take out."""
    active = Q(source=Transaction.Source.IMPORT, void__isnull=True)
    return Transaction.objects.filter(active, import_rows__batch=batch).count()


def segments(number: Counts) -> list[tuple[str, str, int]]:
    every = [(key, word, number.of(*states)) for key, (word, states) in SEGMENTS.items()]
    return [(key, word, count) for key, word, count in every if count or key == "all"]


def chosen_segment(asked: str, choices: Sequence[tuple[str, str, int]]) -> str:
    """What was asked for; else the problems, where there are any."""
    keys = [key for key, *_ in choices]
    return asked if asked in keys else "problems" if "problems" in keys else "all"


def columns(batch: Import, rows: Sequence[ImportRow]) -> list[tuple[str, str, str]]:
    """Those of the format; for a format without a list, the file's own in their order."""
    if batch.format in COLUMNS:
        return list(COLUMNS[batch.format])
    return [(name, "", "") for name in dict.fromkeys(name for row in rows for name in row.raw)]


def row_view(row: ImportRow, names: Sequence[tuple[str, str, str]]) -> RowView:
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
        faded=row.status in {Status.DUPLICATE, Status.IGNORED},
    )


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
        return "The same row was imported before. It is left out."
    if row.status == Status.CONFIRMS:
        return f"Confirms a recorded fill; nothing is booked twice. {price_words(row)}"
    return ""


def price_words(row: ImportRow) -> str:
    difference = str((row.draft or {}).get("price_difference", "0"))
    if not difference.strip("-0."):
        return "The price is the recorded one."
    return f"The broker's price differs by {difference.replace('-', '−')} a share."


def format_label(name: str) -> str:
    return next((reader.label for reader in IMPORTERS if reader.name == name), name)
