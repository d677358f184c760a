"""Fidelity's positions CSV: every account in one table, core cash marked with two stars, a legal footer."""

from collections.abc import Sequence
from datetime import date

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, RowProblem, Severity, StatedLine
from holdings.importers.fidelity.common import account_hint, downloaded
from holdings.importers.reading import RowReader, columns, trimmed
from holdings.importers.stated import PositionColumns, combined, position
from holdings.importers.text import opening, records

_NAMES = ("Account Number", "Account Name", "Symbol", "Description", "Quantity", "Last Price", "Current Value")
_SPELLINGS = {name.lower(): name for name in (*_NAMES, "Cost Basis Total", "Type")} | {
    "cost basis": "Cost Basis Total",
}
_HEADER = set(_NAMES)
_COLUMNS = PositionColumns("Symbol", "Description", "Quantity", "Last Price", "Current Value", basis="Cost Basis Total")
_PENDING = "pending activity"
_FEW = 5


class FidelityPositions:
    """Reader of the file behind Positions, Download."""

    name = "fidelity_positions"
    label = "Fidelity positions"
    expects = (
        "a header with Account Number, Account Name, Symbol, Quantity, Last Price, Current Value and Cost Basis Total"
    )

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        header: list[str] = []
        lines: list[StatedLine] = []
        problems: list[RowProblem] = []
        as_of: date | None = None
        for line, cells in records(text):
            if _is_header(cells):
                header = columns(cells, _SPELLINGS)
            elif day := downloaded(" ".join(cells)):
                as_of = day
            elif header and len(trimmed(cells)) >= _FEW:
                row = RowReader(line, header, cells)
                if _PENDING in f"{row.text('Symbol')} {row.text('Description')}".lower():
                    problems.append(_pending(row))
                else:
                    lines.append(position(row, _COLUMNS, _account(row)))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.POSITIONS,
            rows=(),
            problems=tuple(problems),
            accounts=tuple(dict.fromkeys(line.account for line in lines if line.account)),
            as_of=as_of,
            positions=combined(lines),
        )


def _is_header(cells: Sequence[str]) -> bool:
    return set(columns(cells, _SPELLINGS)) >= _HEADER


def _account(row: RowReader) -> AccountHint | None:
    return account_hint(row.text("Account Name"), row.text("Account Number"))


def _pending(row: RowReader) -> RowProblem:
    amount = row.text("Current Value") or row.text("Quantity") or "an amount"
    message = f"{amount} is pending in {row.text('Account Name')}; it is neither shares nor settled cash yet."
    return RowProblem(row.line, "Symbol", message, "Export the positions again once it has settled.", Severity.WARNING)
