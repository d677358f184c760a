"""Vanguard's OfxDownload.csv: up to four tables below each other, of every account that was chosen.

Workplace plans and 529 plans have tables of their own, without symbols.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Security,
    Severity,
    StatedLine,
)
from holdings.importers.cells import DateOrder, day
from holdings.importers.money import swept
from holdings.importers.movement import Columns, Movement, accrued_interest, read_movement
from holdings.importers.pairs import events
from holdings.importers.reading import RowReader, columns
from holdings.importers.stated import PositionColumns, combined, position
from holdings.importers.text import opening, records
from holdings.importers.vanguard import plan
from holdings.importers.vanguard.actions import SWEEPS, TRADES, alone, event, event_key, is_event, meaning, type_of
from holdings.ledger.types import ZERO, Kind

_SPELLINGS = {
    "plan number": "Account Number",
    "fund account number": "Account Number",
    "fund name": "Investment Name",
    "price": "Share Price",
    "commission fees": "Fees",
    "commissions and fees": "Fees",
    "transaction shares": "Shares",
    "dollar amount": "Net Amount",
}
_POSITIONS = {"Account Number", "Investment Name", "Shares", "Share Price", "Total Value"}
_TRANSACTIONS = {"Account Number", "Trade Date", "Investment Name", "Shares", "Share Price", "Net Amount"}
_LINE = PositionColumns("Symbol", "Investment Name", "Shares", "Share Price", "Total Value")
_BROKERAGE = Columns(
    day="Trade Date",
    action="Transaction Type",
    symbol="Symbol",
    description="Investment Name",
    quantity="Shares",
    price="Share Price",
    fees=("Fees",),
    cash="Net Amount",
    rounding=Decimal("0.005"),
)
_PLAN = Columns(
    day="Trade Date",
    action="Transaction Description",
    symbol="Investment Name",
    description="Investment Name",
    quantity="Shares",
    price="Share Price",
    fees=(),
    cash="Net Amount",
    rounding=Decimal("0.005"),
)
_SHOWN_DIGITS = 4


@dataclass
class _File:
    """What has been read so far. `header` is that of the table at hand."""

    header: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    brokerage: list[Movement] = field(default_factory=list)
    plan: list[Movement] = field(default_factory=list)
    lines: list[StatedLine] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def account(self, row: RowReader) -> AccountHint | None:
        """The account of a row; a plan is named in the table of its funds alone."""
        number = row.text("Account Number")
        self.names.setdefault(number, row.text("Plan Name"))
        end = re.sub("[^0-9]", "", number)[-_SHOWN_DIGITS:]
        return AccountHint(self.names[number], end) if number else None


class VanguardDownload:
    """Reader of the file behind Download Center, Spreadsheet-compatible CSV."""

    name = "vanguard_download"
    label = "Vanguard download"
    expects = "headers with Account Number, Investment Name, Shares, Share Price and Total Value or Net Amount"

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        file = _File()
        for line, cells in records(text):
            if _is_header(cells):
                file.header = columns(cells, _SPELLINGS)
            elif file.header:
                _read(file, RowReader(line, file.header, cells))
            else:
                file.problems.append(_stray(line, cells))
        if not file.header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return _parsed(self.name, file)


def _is_header(cells: Sequence[str]) -> bool:
    names = set(columns(cells, _SPELLINGS))
    return names >= _POSITIONS or names >= _TRANSACTIONS


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{' '.join(cells)[:60]}” stands above every table; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _read(file: _File, row: RowReader) -> None:
    account = file.account(row)
    if "Trade Date" not in file.header:
        file.lines.append(position(row, _LINE, account))
    elif "Symbol" in file.header:
        movement = read_movement(row, _BROKERAGE, _day, account)
        movement.symbol = "" if movement.description.upper() == "CASH" else movement.symbol
        movement.accrued = abs(row.number("Accrued Interest") or ZERO)
        file.brokerage.append(movement)
    else:
        movement = read_movement(row, _PLAN, _day, account)
        movement.symbol = row.text("Investment Name")
        movement.security = Security(name=movement.symbol, kind="fund")
        file.plan.append(movement)


_day = partial(day, order=DateOrder.MDY)


def _parsed(name: str, file: _File) -> ParsedFile:
    cash = [movement for movement in file.brokerage if _moves_cash_alone(movement)]
    rows = _drafts([movement for movement in file.brokerage if not _moves_cash_alone(movement)])
    rows += [row for movement in file.plan for row in plan.drafts(movement)]
    hints = [*(line.account for line in file.lines), *(movement.account for movement in file.brokerage + file.plan)]
    return ParsedFile(
        importer=name,
        content=_content(file),
        rows=tuple(rows),
        problems=(*file.problems, *swept([movement.row.line for movement in cash])),
        accounts=tuple(dict.fromkeys(hint for hint in hints if hint)),
        positions=combined(file.lines),
    )


def _content(file: _File) -> Content:
    if file.lines and (file.brokerage or file.plan):
        return Content.MIXED
    return Content.POSITIONS if file.lines else Content.TRANSACTIONS


def _moves_cash_alone(movement: Movement) -> bool:
    """A sweep, or a trade of the settlement fund."""
    return type_of(movement) in SWEEPS or (type_of(movement) in TRADES and movement.of_cash)


def _drafts(movements: Sequence[Movement]) -> list[DraftRow]:
    """A draft for each row, one more for accrued interest, and one for the rows of an event, in the file's order."""
    rows: list[DraftRow] = []
    for movement in movements:
        if not is_event(movement):
            rows.append(meaning(movement))
            if rows[-1].kind in {Kind.BUY, Kind.SELL}:
                rows += accrued_interest(movement)
    rows += events((movement for movement in movements if is_event(movement)), event_key, event, alone)
    return sorted(rows, key=lambda row: row.rows)
