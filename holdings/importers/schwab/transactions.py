"""Schwab's transactions CSV: with a banner and a total until 2023, without since; newest first; sells unsigned."""

import re
from collections.abc import Sequence
from datetime import date

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import number, us_date
from holdings.importers.money import swept
from holdings.importers.movement import Columns, Movement, read_movement
from holdings.importers.pairs import events
from holdings.importers.reading import RowReader, columns, trimmed
from holdings.importers.schwab.actions import MEANINGS, event, event_key, is_event
from holdings.importers.schwab.common import account_hint
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO

HEADER = {"Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"}
TOTAL = "Transactions Total"

_COLUMNS = Columns("Date", "Action", "Symbol", "Description", "Quantity", "Price", ("Fees & Comm",), "Amount")
_BANNER = re.compile(r"Transactions\s+for account\s+(?P<account>.+?)\s+as of\s+(?P<day>[0-9]{2}/[0-9]{2}/[0-9]{4})")
_AS_OF = re.compile(r"\s+as of\s+")
_TRADES = {"buy", "sell", "reinvest shares"}


class SchwabTransactions:
    """Reader of the file behind History, Export."""

    name = "schwab_transactions"
    label = "Schwab transactions"
    expects = "a header with the columns Date, Action, Symbol, Description, Quantity, Price, Fees & Comm and Amount"

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        header: list[str] = []
        movements: list[Movement] = []
        problems: list[RowProblem] = []
        account: AccountHint | None = None
        as_of: date | None = None
        for line, cells in records(text):
            if _is_header(cells):
                header = columns(cells)
            elif not header:
                account, as_of = _banner(" ".join(cells)) or (account, as_of)
            elif cells[0] == TOTAL:
                problems += _compare_total(line, cells, movements)
            else:
                movements.append(read_movement(RowReader(line, header, cells), _COLUMNS, event_date))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        cash = [movement.row.line for movement in movements if _moves_cash_alone(movement)]
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(_drafts([movement for movement in movements if not _moves_cash_alone(movement)])),
            problems=(*problems, *swept(cash)),
            accounts=(account,) if account else (),
            as_of=as_of,
        )


def event_date(text: str) -> date:
    """`MM/DD/YYYY`, or `MM/DD/YYYY as of MM/DD/YYYY`, where the second is the day of the event. Raises ValueError."""
    return us_date(_AS_OF.split(text)[-1])


def _is_header(cells: Sequence[str]) -> bool:
    return set(cells) >= HEADER


def _banner(text: str) -> tuple[AccountHint, date | None] | None:
    match = _BANNER.search(text)
    if not match:
        return None
    try:
        return account_hint(match["account"]), us_date(match["day"])
    except ValueError:
        return account_hint(match["account"]), None


def _moves_cash_alone(movement: Movement) -> bool:
    return movement.action.lower() in _TRADES and movement.of_cash


def _drafts(movements: Sequence[Movement]) -> list[DraftRow]:
    """A draft for each row, and one for the rows of an event, in the order of the file."""
    rows = [_draft(movement) for movement in movements if not is_event(movement.action.lower())]
    rows += events((m for m in movements if is_event(m.action.lower())), event_key, event)
    return sorted(rows, key=lambda row: row.rows)


def _draft(movement: Movement) -> DraftRow:
    meaning = MEANINGS.get(movement.action.lower())
    if meaning:
        return meaning(movement)
    return movement.unknown(f"“{movement.action}” has no known meaning; the row is kept and not booked.")


def _compare_total(line: int, cells: Sequence[str], movements: Sequence[Movement]) -> list[RowProblem]:
    try:
        stated = number(trimmed(cells)[-1])
        added = sum((movement.cash for movement in movements), ZERO)
    except ValueError:
        return []
    if stated is None or stated == added:
        return []
    message = f"The total says {stated:,.2f}, the rows add up to {added:,.2f}."
    return [RowProblem(line, "Amount", message, "Rows may be missing from the file.", Severity.WARNING)]
