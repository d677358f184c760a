"""Schwab's positions CSV: a banner, then a block for each account with its name, a header, cash and a total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, RowProblem, Severity, StatedLine
from holdings.importers.cells import DateOrder, day, number
from holdings.importers.reading import RowReader, columns, trimmed
from holdings.importers.schwab.common import account_hint
from holdings.importers.stated import PositionColumns, combined, compare_total, position
from holdings.importers.text import opening, records

_SPELLINGS = {
    "qty (quantity)": "Quantity",
    "mkt val (market value)": "Market Value",
    "security type": "Security Type",
    "asset type": "Security Type",
}
_COLUMNS = PositionColumns("Symbol", "Description", "Quantity", "Price", "Market Value", "Cost Basis")
_HEADER = {"Symbol", "Quantity", "Market Value"}
_BANNER = re.compile(
    r"Positions for (?:account )?(?P<account>.+?) as of (?P<time>.+?),?\s*\b(?P<day>[0-9]+/[0-9]+/[0-9]+)"
)
_CASH = {"cash & cash investments", "cash and money market", "cash"}
_TOTALS = {"account total", "positions total", "total"}


@dataclass
class _Block:
    """The positions of one account."""

    account: AccountHint
    header: list[str] = field(default_factory=list)
    lines: list[StatedLine] = field(default_factory=list)


class SchwabPositions:
    """Reader of the file behind Positions, Export."""

    name = "schwab_positions"
    label = "Schwab positions"
    expects = "a line “Positions for … as of …” and a header with the columns Symbol, Quantity and Market Value"

    def detect(self, text: str) -> float:
        start = opening(text)
        banner = any(_BANNER.search(",".join(cells)) for _, cells in start)
        return 1.0 if banner and any(_is_header(cells) for _, cells in start) else 0.0

    def parse(self, text: str) -> ParsedFile:
        blocks: list[_Block] = []
        problems: list[RowProblem] = []
        as_of: date | None = None
        for line, cells in records(text):
            match = _BANNER.search(",".join(cells))
            if match:
                as_of = _day(match["day"])
                blocks.append(_Block(account_hint(match["account"])))
            elif not blocks or len(trimmed(cells)) == 1:
                blocks, found = _name(blocks, line, cells)
                problems += found
            elif _is_header(cells):
                blocks[-1].header = columns(cells, _SPELLINGS)
            else:
                problems += _read(blocks[-1], line, cells)
        if not any(block.header for block in blocks):
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        held = [block for block in blocks if block.header]
        return ParsedFile(
            importer=self.name,
            content=Content.POSITIONS,
            rows=(),
            problems=tuple(problems),
            accounts=tuple(dict.fromkeys(block.account for block in held)),
            as_of=as_of,
            positions=combined(line for block in held for line in block.lines),
        )


def _is_header(cells: Sequence[str]) -> bool:
    return set(columns(cells, _SPELLINGS)) >= _HEADER


def _day(text: str) -> date:
    """MM/DD/YYYY, or YYYY/MM/DD since 2025."""
    try:
        return day(text, DateOrder.MDY)
    except ValueError as fault:
        raise ImportFailed(f"The day of the positions cannot be read: {fault}") from None


def _name(blocks: list[_Block], line: int, cells: Sequence[str]) -> tuple[list[_Block], list[RowProblem]]:
    """A line with one cell names the account of the block that follows."""
    if blocks:
        return [*blocks, _Block(account_hint(cells[0]))], []
    return blocks, [_stray(line, cells)]


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{' '.join(cells)[:60]}” belongs to no block of positions; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _read(block: _Block, line: int, cells: Sequence[str]) -> list[RowProblem]:
    """Add a position to its block, or compare the block with its total."""
    if not block.header:
        return [_stray(line, cells)]
    row = RowReader(line, block.header, cells)
    subject = row.text("Symbol").lower()
    if subject in _TOTALS:
        try:
            return compare_total(line, "Market Value", number(row.text("Market Value")), block.lines)
        except ValueError:
            return []
    block.lines.append(position(row, _COLUMNS, block.account, cash=subject in _CASH))
    return []
