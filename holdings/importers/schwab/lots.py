"""Schwab's lot details CSV: one block for each symbol and account, each with a banner, a header and a total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Severity,
    StatedLine,
)
from holdings.importers.cells import number, us_date
from holdings.importers.reading import RowReader, columns
from holdings.importers.schwab.common import account_hint
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO, Kind

OPENED = ("Open Date", "Transaction Open")
COLUMNS = {"Quantity", "Cost/Share", "Cost Basis"}

_HALF_A_CENT = Decimal("0.005")
_BANNER = re.compile(
    r"(?P<symbol>\S+) Lot Details for (?P<account>.+?) as of (?P<time>.+?),?\s*\b(?P<day>[0-9]+/[0-9]+/[0-9]{4})"
)


@dataclass
class _Block:
    """The lots of one symbol in one account."""

    symbol: str
    account: AccountHint
    as_of: date
    header: list[str] = field(default_factory=list)
    rows: list[DraftRow] = field(default_factory=list)


class SchwabLots:
    """Reader of the file behind Positions, Lot details, Export."""

    name = "schwab_lots"
    label = "Schwab lot details"
    expects = "a line “… Lot Details for … as of …” and a header with the columns Open Date, Quantity and Cost Basis"

    def detect(self, text: str) -> float:
        start = [cells for _, cells in opening(text)]
        banner = any(_BANNER.search(",".join(cells)) for cells in start)
        return 1.0 if banner and any(_is_header(cells) for cells in start) else 0.0

    def parse(self, text: str) -> ParsedFile:
        blocks: list[_Block] = []
        problems: list[RowProblem] = []
        for line, cells in records(text):
            banner = _banner(",".join(cells))
            if banner:
                blocks.append(banner)
            elif blocks and _is_header(cells):
                blocks[-1].header = columns(cells)
            elif blocks and blocks[-1].header:
                problems += _read(blocks[-1], line, cells)
            else:
                problems.append(_stray(line, cells))
        if not any(block.header for block in blocks):
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.LOTS,
            rows=tuple(row for block in blocks for row in block.rows),
            problems=tuple(problems),
            accounts=tuple(dict.fromkeys(block.account for block in blocks)),
            as_of=max(block.as_of for block in blocks),
            lots=tuple(_stated(row) for block in blocks for row in block.rows),
        )


def _stated(row: DraftRow) -> StatedLine:
    """The lot as it is compared with those of the ledger."""
    return StatedLine(
        rows=row.rows,
        raw=row.raw,
        symbol=row.symbol,
        quantity=row.quantity,
        basis=row.basis,
        acquired=row.acquired,
        disallowed=row.disallowed,
        account=row.account,
        problems=row.problems,
    )


def _banner(text: str) -> _Block | None:
    match = _BANNER.search(text)
    if not match:
        return None
    try:
        as_of = us_date(match["day"])
    except ValueError as fault:
        raise ImportFailed(f"“{match[0]}” has no valid day: {fault}") from None
    return _Block(match["symbol"].upper(), account_hint(match["account"]), as_of)


def _is_header(cells: Sequence[str]) -> bool:
    return set(cells) >= COLUMNS and any(name in cells for name in OPENED)


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{' '.join(cells)[:60]}” belongs to no block of lots; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _read(block: _Block, line: int, cells: Sequence[str]) -> list[RowProblem]:
    """Add a lot to its block, or compare the block with its total."""
    if cells[0].lower() == "total":
        return _compare_total(block, RowReader(line, block.header, cells))
    block.rows.append(_draft(block, RowReader(line, block.header, cells)))
    return []


def _draft(block: _Block, row: RowReader) -> DraftRow:
    acquired, quantity, basis = _acquired(block, row), row.number("Quantity") or ZERO, row.number("Cost Basis")
    if quantity <= 0:
        row.error(
            "Quantity",
            f"“{row.text('Quantity')}” shares cannot open a lot; short positions are not booked.",
            "Leave the row out, or correct the quantity in the file.",
        )
    if row.unknown("Cost Basis"):
        row.warn("Cost Basis", "The basis is unknown; no plan will sell this lot.", "Correct the lot once you know it.")
    _check_unit_cost(row, quantity, basis)
    return DraftRow(
        rows=(row.line,),
        raw=row.raw,
        kind=Kind.OPENING,
        trade_date=block.as_of,
        symbol=block.symbol,
        quantity=quantity,
        basis=basis,
        acquired=acquired,
        disallowed=row.number("Disallowed Loss"),
        account=block.account,
        problems=tuple(row.problems),
    )


def _acquired(block: _Block, row: RowReader) -> date | None:
    column = next(name for name in OPENED if name in row.raw)
    if row.unknown(column):
        row.warn(column, "The date is unknown; no plan will sell this lot.", "Correct the lot once you know it.")
        return None
    acquired = row.day(column, lambda text: us_date(text.split(" ")[0]))
    if acquired and acquired > block.as_of:
        row.error(column, f"The lot opens after the file's day, {block.as_of}.", "Correct the date in the file.")
    return acquired


def _check_unit_cost(row: RowReader, quantity: Decimal, basis: Decimal | None) -> None:
    unit = row.number("Cost/Share")
    if basis is not None and unit is not None and abs(unit * quantity - basis) > (quantity + 2) * _HALF_A_CENT:
        row.warn(
            "Cost Basis",
            f"Quantity and cost a share make {unit * quantity:,.2f}, the basis is {basis:,.2f}.",
            "The basis is taken as the total of the lot. Compare it with the broker's page.",
        )


def _compare_total(block: _Block, row: RowReader) -> list[RowProblem]:
    """The total is never trusted: it is known to disagree with the lots above it."""
    problems = []
    for column, added in (
        ("Quantity", sum((lot.quantity for lot in block.rows), ZERO)),
        ("Cost Basis", sum((lot.basis or ZERO for lot in block.rows), ZERO)),
    ):
        try:
            stated = number(row.text(column))
        except ValueError:
            continue
        if stated is not None and stated != added:
            message = f"The total says {stated:,f}, the lots of {block.symbol} add up to {added:,f}."
            problems.append(RowProblem(row.line, column, message, "The lots are taken as they are.", Severity.WARNING))
    return problems
