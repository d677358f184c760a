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
from holdings.importers.schwab.actions import MEANINGS, TRANSFERS, event, event_key, is_event
from holdings.importers.schwab.common import account_hint
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO

HEADER = {"Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"}
TOTAL = "Transactions Total"

_BANNER_BEGINS = "Transactions "
_NO_SYMBOL = "NO NUMBER"

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
            elif cells[0] == TOTAL:
                problems += _compare_total(line, cells, [row for row in movements if row.account == account])
            elif not header or cells[0].startswith(_BANNER_BEGINS):
                account, as_of = _banner(" ".join(cells)) or (account, as_of)
            else:
                movements.append(_movement(RowReader(line, header, cells), account))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        inside = inside_the_account(movements)
        cash = [movement.row.line for movement in movements if _moves_cash_alone(movement)]
        rows = [row for row in movements if row.row.line not in inside and not _moves_cash_alone(row)]
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(_drafts(rows)),
            problems=(*problems, *swept(cash), *_set_aside(sorted(inside))),
            accounts=tuple(dict.fromkeys(hint for hint in [*(row.account for row in movements), account] if hint)),
            as_of=as_of,
        )


def _movement(row: RowReader, account: AccountHint | None) -> Movement:
    movement = read_movement(row, _COLUMNS, event_date, account)
    movement.symbol = "" if movement.symbol == _NO_SYMBOL else movement.symbol
    return movement


def inside_the_account(movements: Sequence[Movement]) -> set[int]:
    """Lines of shares that left and came again the same day, as when Schwab took over accounts of another broker.

    Booked as transfers they would lose basis and dates.
    """
    waiting: dict[tuple[object, ...], list[int]] = {}
    inside: set[int] = set()
    for movement in movements:
        if movement.action.lower() in TRANSFERS and movement.quantity and movement.symbol:
            of = (movement.account, movement.day, movement.symbol)
            other = waiting.get((*of, -movement.quantity))
            if other:
                inside |= {other.pop(), movement.row.line}
            else:
                waiting.setdefault((*of, movement.quantity), []).append(movement.row.line)
    return inside


def _set_aside(lines: Sequence[int]) -> list[RowProblem]:
    if not lines:
        return []
    message = f"{len(lines)} rows move shares out of the account and in again the same day; they are left out."
    remedy = f"Nothing changed by them. They are the lines {', '.join(map(str, lines[:12]))}."
    return [RowProblem(lines[0], "Quantity", message, remedy, Severity.WARNING)]


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
