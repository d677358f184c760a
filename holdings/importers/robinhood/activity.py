"""Robinhood's account activity CSV: descriptions span lines, brackets mean minus, `10S` are ten shares that left."""

import re
from collections.abc import Sequence
from decimal import Decimal

from holdings.importers.base import Content, DraftRow, ImportFailed, ParsedFile, RowProblem, Security, Severity
from holdings.importers.cells import us_date
from holdings.importers.movement import Columns, Movement, read_movement
from holdings.importers.pairs import events
from holdings.importers.reading import RowReader, columns
from holdings.importers.robinhood.codes import event, event_key, is_event, meaning
from holdings.importers.text import opening, records

_HEADER = {
    "Activity Date",
    "Process Date",
    "Settle Date",
    "Instrument",
    "Description",
    "Trans Code",
    "Quantity",
    "Amount",
}
_COLUMNS = Columns(
    day="Activity Date",
    action="Trans Code",
    symbol="Instrument",
    description="Description",
    quantity="Quantity",
    price="Price",
    fees=(),
    cash="Amount",
    rounding=Decimal("0.005"),
)
_LEAVING = re.compile(r"(?P<shares>[0-9][0-9,.]*)S")
_CUSIP = re.compile(r"CUSIP: ?(?P<cusip>[0-9A-Z]{9})\b")


class RobinhoodActivity:
    """Reader of the file behind Reports and statements, Account activity report."""

    name = "robinhood_activity"
    label = "Robinhood account activity"
    expects = "a header with the columns Activity Date, Process Date, Instrument, Trans Code, Quantity and Amount"

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        header: list[str] = []
        movements: list[Movement] = []
        problems: list[RowProblem] = []
        for line, cells in records(text):
            if _is_header(cells):
                header = columns(cells)
            elif not header:
                problems.append(_stray(line, cells))
            elif any(cells[: len(header)]) and not _is_disclaimer(cells):
                movements.append(_movement(_Row(line, header, cells)))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(_drafts(movements)),
            problems=tuple(problems),
        )


class _Row(RowReader):
    """A row in which `10S` is minus ten."""

    def text(self, field: str) -> str:
        written = super().text(field)
        leaving = _LEAVING.fullmatch(written) if field == _COLUMNS.quantity else None
        return f"-{leaving['shares']}" if leaving else written


def _is_header(cells: Sequence[str]) -> bool:
    return set(cells) >= _HEADER


def _is_disclaimer(cells: Sequence[str]) -> bool:
    """The text at the end, alone in its row."""
    return len([cell for cell in cells if cell]) == 1 and not cells[0][:1].isdigit()


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{' '.join(cells)[:60]}” stands above the table; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _movement(row: RowReader) -> Movement:
    movement = read_movement(row, _COLUMNS, us_date)
    name = row.text("Description").split("\n")[0].strip()
    match = _CUSIP.search(movement.description)
    if match:
        movement.security = Security(name=name, cusip=match["cusip"])
    return movement


def _drafts(movements: Sequence[Movement]) -> list[DraftRow]:
    """A draft for each row, and one for the rows of an event, in the order of the file."""
    rows = [meaning(movement) for movement in movements if not is_event(movement)]
    rows += events((movement for movement in movements if is_event(movement)), event_key, event)
    return sorted(rows, key=lambda row: row.rows)
