"""Transactions as exported until 2024 (`TransactionDate,…`) and since 2025 (`Activity/Trade Date,…`)."""

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, RowProblem
from holdings.importers.cells import number
from holdings.importers.etrade.activity import draft
from holdings.importers.etrade.common import CENT, account_hint, footer, warning
from holdings.importers.reading import RowReader, columns
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO

OLD = {
    "transactiondate": "Date",
    "transactiontype": "Type",
    "securitytype": "Security Type",
}
NEW = {
    "activity/trade date": "Date",
    "activity type": "Type",
    "quantity #": "Quantity",
    "price $": "Price",
    "amount $": "Amount",
}
COLUMNS = {"Date", "Type", "Symbol", "Quantity", "Price", "Amount", "Commission", "Description"}

_NEW_ACCOUNT = re.compile(r"Account (?:Activity for )?(?P<account>.+?)(?: from .*| \|.*)?", re.IGNORECASE)
_WITHIN = re.compile(r"INTERNAL FUND TRANSFER|TRNSFR (CASH|MARGIN|SHORT)\b.*\bTO\b", re.IGNORECASE)


@dataclass
class _Sheet:
    header: list[str] = field(default_factory=list)
    account: AccountHint | None = None
    total: str = ""
    total_line: int = 0
    rows: list[DraftRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


class EtradeTransactions:
    """Reader of the file behind Accounts, Transactions, Download."""

    name = "etrade_transactions"
    label = "E*TRADE transactions"
    expects = "a header that begins “TransactionDate,TransactionType,…” or “Activity/Trade Date,Transaction Date,…”"

    def detect(self, text: str) -> float:
        return 1.0 if any(_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        sheet = _Sheet()
        for line, cells in records(text):
            _read(sheet, line, cells)
        if not sheet.header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        rows = _within_the_account(sheet.rows)
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(rows),
            problems=(*sheet.problems, *_compare(sheet)),
            accounts=(sheet.account,) if sheet.account else (),
        )


def _header(cells: Sequence[str]) -> list[str]:
    """The columns under the names of both eras."""
    header = columns(cells, OLD | NEW) if "Symbol" in cells else []
    return header if set(header) >= COLUMNS else []


def _read(sheet: _Sheet, line: int, cells: Sequence[str]) -> None:
    if header := _header(cells):
        sheet.header = header
    elif not sheet.header:
        _note(sheet, line, cells)
    elif not footer(cells):
        sheet.rows.append(draft(RowReader(line, sheet.header, cells), sheet.account))


def _note(sheet: _Sheet, line: int, cells: Sequence[str]) -> None:
    named = _NEW_ACCOUNT.fullmatch(cells[0])
    if named:
        sheet.account = account_hint(named["account"])
    elif cells[0].lower().startswith("for account") and len(cells) > 1:
        sheet.account = account_hint(cells[1])
    elif cells[0].lower().startswith("total"):
        sheet.total, sheet.total_line = "".join(cells).partition(":")[2].strip(), line


def _within_the_account(rows: Sequence[DraftRow]) -> list[DraftRow]:
    """Pairs that move cash between the cash and the margin side of one account are kept and not booked."""
    moves = [row for row in rows if _WITHIN.search(row.description) and row.cash]
    counts = Counter((row.trade_date, row.cash) for row in moves)
    paired = {id(row) for row in moves if counts[row.trade_date, row.cash] == counts[row.trade_date, -row.cash]}
    return [_set_aside(row) if id(row) in paired else row for row in rows]


def _set_aside(row: DraftRow) -> DraftRow:
    message = "The row and its opposite move cash within the account; neither is booked."
    problem = warning(row.rows[0], "Description", message, "Nothing is to be done.")
    return dataclasses.replace(row, kind=None, problems=(problem,))


def _compare(sheet: _Sheet) -> list[RowProblem]:
    """The total above the header, against the amounts of all rows."""
    try:
        stated = number(sheet.total)
        added = sum((number(row.raw.get("Amount", "")) or ZERO for row in sheet.rows), ZERO)
    except ValueError:
        return []
    if stated is None or abs(stated - added) <= CENT:
        return []
    message = f"The total says {stated:,.2f}, the rows add up to {added:,.2f}."
    return [warning(sheet.total_line, "Amount", message, "Rows may be missing from the file.")]
