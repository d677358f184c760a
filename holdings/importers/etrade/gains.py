"""Gains and losses: a row for each instrument and, indented below it, one for each lot that was sold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from holdings.importers.base import (
    AccountHint,
    Content,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Security,
    StatedLine,
)
from holdings.importers.cells import number
from holdings.importers.etrade.common import CENT, account_hint, contract, footer, generated, us_day, warning
from holdings.importers.reading import RowReader, columns
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO

COLUMNS = {"Symbol", "Quantity", "Date", "Total Cost $", "Proceeds $", "Gain $"}
SOLD = "Date (2)"
"""The second of the columns called Date is the day of the sale."""

_SALES = {"sell", "sold", "sell short", "buy to cover", "cover", "buy"}


@dataclass
class _Sheet:
    header: list[str] = field(default_factory=list)
    account: AccountHint | None = None
    as_of: date | None = None
    symbol: RowReader | None = None
    gains: list[StatedLine] = field(default_factory=list)
    apart: list[StatedLine] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


class EtradeGains:
    """Reader of the file behind Gains & Losses, Download."""

    name = "etrade_gains"
    label = "E*TRADE gains and losses"
    expects = "a header with the columns Symbol, Quantity, Date (twice), Total Cost $, Proceeds $, Gain $ and Term"

    def detect(self, text: str) -> float:
        return 1.0 if any(set(cells) >= COLUMNS for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        sheet = _Sheet()
        for line, cells in records(text):
            sheet.as_of = sheet.as_of or generated(cells)
            _read(sheet, line, cells)
        if not sheet.header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.GAINS,
            rows=(),
            problems=(*sheet.problems, *_say_apart(sheet.apart)),
            accounts=(sheet.account,) if sheet.account else (),
            as_of=sheet.as_of,
            gains=tuple(sheet.gains),
        )


def _read(sheet: _Sheet, line: int, cells: Sequence[str]) -> None:
    if set(cells) >= COLUMNS:
        sheet.header = columns(cells)
    elif not sheet.header:
        hint = account_hint(cells[0])
        sheet.account = hint if hint and hint.number_end and len(cells) > 1 else sheet.account
    elif cells[0].lower() == "total":
        sheet.problems += _compare(RowReader(line, sheet.header, cells), [*sheet.gains, *sheet.apart])
    elif cells[0].lower() in _SALES:
        _lot(sheet, RowReader(line, sheet.header, cells))
    elif not footer(cells):
        sheet.symbol = RowReader(line, sheet.header, cells)


def _lot(sheet: _Sheet, row: RowReader) -> None:
    if sheet.symbol is None:
        sheet.problems.append(
            warning(row.line, "Symbol", "A sale without an instrument above it.", "Compare the file.")
        )
        return
    name = sheet.symbol.text("Symbol")
    code = contract(name)
    deferred = row.number("Deferred Loss $")
    acquired = None if row.unknown("Date") else row.day("Date", us_day)
    quantity, basis, proceeds = row.number("Quantity"), row.number("Total Cost $"), row.number("Proceeds $")
    line: dict[str, Any] = {
        "symbol": code or name.upper(),
        "quantity": quantity or ZERO,
        "description": name,
        "basis": basis,
        "acquired": acquired,
        "sold": row.day(SOLD, us_day),
        "proceeds": proceeds,
        "disallowed": abs(deferred) if deferred else None,
        "account": sheet.account,
        "security": Security(kind="option") if code else Security(),
    }
    if not quantity:
        row.error("Quantity", "The quantity is missing.", "Add it in the file, or leave the row out.")
    _check(row)
    stated = StatedLine(rows=(row.line,), raw=row.raw, problems=tuple(row.problems), **line)
    (sheet.apart if code else sheet.gains).append(stated)


def _say_apart(options: Sequence[StatedLine]) -> list[RowProblem]:
    if not options:
        return []
    message = f"Lines of options ({len(options)}) are not compared; the ledger keeps options apart."
    return [warning(options[0].rows[0], "Symbol", message, "Nothing is to be done.")]


def _check(row: RowReader) -> None:
    """The gain is proceeds less cost, with or without the loss that a wash sale defers."""
    basis, proceeds, gain = (row.number(name) for name in ("Total Cost $", "Proceeds $", "Gain $"))
    deferred = abs(row.number("Deferred Loss $") or ZERO)
    if basis is None or proceeds is None or gain is None:
        return
    if min(abs(gain - proceeds + basis), abs(gain - proceeds + basis - deferred)) > CENT:
        message = f"Proceeds less cost are {proceeds - basis:,.2f}, the gain is {gain:,.2f}."
        row.warn("Gain $", message, "Compare the line with the broker's page.")


def _compare(total: RowReader, gains: Sequence[StatedLine]) -> list[RowProblem]:
    problems = []
    for column, added in (
        ("Total Cost $", sum((line.basis or ZERO for line in gains), ZERO)),
        ("Proceeds $", sum((line.proceeds or ZERO for line in gains), ZERO)),
    ):
        try:
            stated = number(total.text(column))
        except ValueError:
            continue
        if stated is not None and abs(stated - added) > CENT * max(len(gains), 1):
            message = f"The total says {stated:,.2f}, the lots add up to {added:,.2f}."
            problems.append(warning(total.line, column, message, "Rows may be missing from the file."))
    return problems
