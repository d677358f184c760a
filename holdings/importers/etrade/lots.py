"""The portfolio download: a row for each position and, indented below it, one for each lot.

AAA,100.0000,1500.0000,1200.0000
     01/05/2022,40.0000,600.0000,480.0000
     --,60.0000,900.0000,720.0000
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Security,
    StatedLine,
)
from holdings.importers.cells import number
from holdings.importers.etrade.common import CENT, account_hint, contract, generated, us_day, warning
from holdings.importers.money import is_cash
from holdings.importers.reading import RowReader, columns
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO, Kind

ALIASES = {
    "qty #": "Quantity",
    "qty": "Quantity",
    "value $": "Value",
    "market value $": "Value",
    "total cost $": "Total Cost",
    "price paid $": "Price Paid",
    "last price $": "Last Price",
}

_UNKNOWN_DAY = "--"


@dataclass
class _Sheet:
    """What has been read so far. `rows` are the lots as they would open the ledger."""

    header: list[str] = field(default_factory=list)
    account: AccountHint | None = None
    as_of: date | None = None
    positions: list[StatedLine] = field(default_factory=list)
    lots: list[StatedLine] = field(default_factory=list)
    rows: list[DraftRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


class EtradeLots:
    """Reader of the file behind Portfolios, Download."""

    name = "etrade_lots"
    label = "E*TRADE portfolio with lots"
    expects = "a header with the columns Symbol, Qty # (or Quantity), Value $ and Total Cost (or Price Paid $)"

    def detect(self, text: str) -> float:
        return 0.9 if any(_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        sheet = _Sheet()
        lines = list(records(text))
        sheet.as_of = next((found for _, cells in lines if (found := generated(cells))), None)
        for line, cells in lines:
            _read(sheet, line, cells)
        if not sheet.header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.LOTS if sheet.lots else Content.POSITIONS,
            rows=tuple(sheet.rows),
            problems=(*sheet.problems, *_compare(sheet)),
            accounts=(sheet.account,) if sheet.account else (),
            as_of=sheet.as_of,
            positions=tuple(sheet.positions),
            lots=tuple(sheet.lots),
        )


def _header(cells: Sequence[str]) -> list[str]:
    names = columns(cells, ALIASES) if "Symbol" in cells else []
    right = {"Symbol", "Quantity", "Value"} <= set(names) and ("Total Cost" in names or "Price Paid" in names)
    return names if right else []


def _read(sheet: _Sheet, line: int, cells: Sequence[str]) -> None:
    if header := _header(cells):
        sheet.header = header
    elif not sheet.header:
        _note(sheet, cells)
    elif generated(cells) or not any(cells[1:]):
        return
    elif cells[0].lower() == "total":
        sheet.problems += _compare_total(sheet, RowReader(line, sheet.header, cells))
    elif cells[0] == _UNKNOWN_DAY or (cells[0][:1].isdigit() and "/" in cells[0]):
        _lot(sheet, RowReader(line, sheet.header, cells))
    else:
        sheet.positions.append(_position(sheet, RowReader(line, sheet.header, cells)))


def _note(sheet: _Sheet, cells: Sequence[str]) -> None:
    """The account stands in the first cell of the summary, with its last digits."""
    hint = account_hint(cells[0])
    if hint and hint.number_end and len(cells) > 1:
        sheet.account = hint


def _position(sheet: _Sheet, row: RowReader) -> StatedLine:
    symbol = _symbol(row.text("Symbol"))
    if symbol == "CASH" or is_cash(symbol):
        return _stated(sheet, row, symbol="", quantity=row.number("Value") or ZERO)
    return _stated(
        sheet,
        row,
        symbol=symbol,
        quantity=row.number("Quantity") or ZERO,
        price=row.number("Last Price"),
        value=row.number("Value"),
        basis=_basis(row),
    )


def _symbol(text: str) -> str:
    return contract(text) or text.strip("\u200b\ufeff ").upper()


def _basis(row: RowReader) -> Decimal | None:
    """The total cost; where the file has but the price of a share, that times the quantity."""
    total = row.number("Total Cost")
    paid, quantity = row.number("Price Paid"), row.number("Quantity")
    if total is not None or paid is None or quantity is None:
        return total
    return paid * quantity * (100 if contract(row.text("Symbol")) else 1)


def _stated(sheet: _Sheet, row: RowReader, **fields: Any) -> StatedLine:
    kind = Security(kind="option") if contract(row.text("Symbol")) else Security()
    common: dict[str, Any] = {"account": sheet.account, "description": row.text("Symbol"), "security": kind}
    return StatedLine(rows=(row.line,), raw=row.raw, problems=tuple(row.problems), **(common | fields))


def _lot(sheet: _Sheet, row: RowReader) -> None:
    """A lot of the position above it."""
    above = sheet.positions[-1] if sheet.positions else None
    if above is not None and not above.symbol:
        return  # a lot of cash: its balance is stated
    if above is None:
        sheet.problems.append(
            warning(row.line, "Symbol", "A lot without a position above it is left out.", "Compare it.")
        )
        return
    acquired = _acquired(sheet, row)
    moved: dict[str, Any] = {"quantity": row.number("Quantity") or ZERO, "basis": _basis(row), "acquired": acquired}
    opening = _opening(sheet, row, above, moved)
    sheet.rows.append(opening)
    if opening.kind is Kind.OPENING:  # options and short positions are kept apart, and compared as positions alone
        sheet.lots.append(_stated(sheet, row, symbol=above.symbol, value=row.number("Value"), **moved))


def _acquired(sheet: _Sheet, row: RowReader) -> date | None:
    if row.unknown("Symbol"):
        row.warn("Symbol", "The date is unknown; no plan will sell this lot.", "Correct the lot once you know it.")
        return None
    acquired = row.day("Symbol", us_day)
    if acquired and sheet.as_of and acquired > sheet.as_of:
        row.error("Symbol", f"The lot opens after the file's day, {sheet.as_of}.", "Correct the date in the file.")
    return acquired


def _opening(sheet: _Sheet, row: RowReader, above: StatedLine, moved: dict[str, Any]) -> DraftRow:
    kind = Kind.OPENING
    if above.security.kind == "option" or moved["quantity"] < 0:
        kind = Kind.OPTION if above.security.kind == "option" else Kind.SHORT
        moved = {"quantity": moved["quantity"]}
    elif moved["basis"] is None:
        row.warn("Total Cost", "The basis is unknown; no plan will sell this lot.", "Correct the lot once you know it.")
    elif row.number("Total Cost") is None:
        row.warn("Price Paid", "The basis is the price of a share times the shares.", "Compare it with the broker's.")
    if not moved["quantity"]:
        row.error("Quantity", "The quantity is missing.", "Add it in the file, or leave the row out.")
    if sheet.as_of is None:
        row.error("Date", "The file does not say of which day it is.", "Set the day here, or download the file again.")
    return DraftRow(
        rows=(row.line,),
        raw=row.raw,
        kind=kind,
        trade_date=sheet.as_of,
        symbol=above.symbol,
        account=sheet.account,
        security=above.security,
        problems=tuple(row.problems),
        **moved,
    )


def _compare(sheet: _Sheet) -> list[RowProblem]:
    """Each position with its lots, where it has any."""
    problems = []
    for position in sheet.positions:
        own = [lot for lot in sheet.lots if lot.symbol == position.symbol and position.symbol]
        added = sum((lot.quantity for lot in own), ZERO)
        if own and added != position.quantity:
            message = f"{position.symbol} has {position.quantity:,f} shares, its lots add up to {added:,f}."
            problems.append(warning(position.rows[0], "Quantity", message, "The lots are taken as they are."))
    return problems


def _compare_total(sheet: _Sheet, row: RowReader) -> list[RowProblem]:
    try:
        stated = number(row.text("Value"))
    except ValueError:
        return []
    added = sum((line.value or (ZERO if line.symbol else line.quantity) for line in sheet.positions), ZERO)
    if stated is None or abs(stated - added) <= CENT * len(sheet.positions):
        return []
    message = f"The total says {stated:,.2f}, the positions add up to {added:,.2f}."
    return [warning(row.line, "Value", message, "Rows may be missing from the file.")]
