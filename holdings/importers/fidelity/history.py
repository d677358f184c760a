"""Fidelity's history CSV: of one account or of all, newest first, with a legal footer and the day of download."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import currency
from holdings.importers.fidelity.actions import event, event_key, is_event, meaning
from holdings.importers.fidelity.common import account_hint, downloaded, us_day
from holdings.importers.money import swept
from holdings.importers.movement import Columns, Movement, accrued_interest, read_movement
from holdings.importers.pairs import events
from holdings.importers.reading import RowReader, columns, trimmed
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO, Kind

_SPELLINGS = {
    "run date": "Run Date",
    "account": "Account",
    "account name": "Account",
    "account number": "Account Number",
    "action": "Action",
    "symbol": "Symbol",
    "security description": "Description",
    "description": "Description",
    "security type": "Type",
    "type": "Type",
    "quantity": "Quantity",
    "price ($)": "Price",
    "price": "Price",
    "commission ($)": "Commission",
    "commission": "Commission",
    "fees ($)": "Fees",
    "fees": "Fees",
    "accrued interest ($)": "Accrued Interest",
    "accrued interest": "Accrued Interest",
    "amount ($)": "Amount",
    "amount": "Amount",
    "settlement date": "Settlement Date",
    "currency": "Currency",
}
_HEADER = {"Run Date", "Action", "Symbol", "Quantity", "Price", "Amount", "Settlement Date"}
_COLUMNS = Columns(
    day="Run Date",
    action="Action",
    symbol="Symbol",
    description="Description",
    quantity="Quantity",
    price="Price",
    fees=("Commission", "Fees"),
    cash="Amount",
    rounding=Decimal("0.005"),
)
_NAMED = re.compile(r"\((?P<symbol>[A-Z0-9.]{1,9})\) \((?:Cash|Margin|Shares|Short)\)$")
"""The symbol or CUSIP that ends an action; rows of reorganisations have it there alone."""

_FEW = 5
"""Rows with fewer cells are text: a title, a footer."""

_CORE = ("PURCHASE INTO CORE", "REDEMPTION FROM CORE")
_TRADES = ("YOU BOUGHT", "YOU SOLD", "REINVESTMENT", "EXCHANGE")


class FidelityHistory:
    """Reader of the file behind Activity & Orders, History, Download."""

    name = "fidelity_history"
    label = "Fidelity history"
    expects = "a header with the columns Run Date, Action, Symbol, Quantity, Price, Amount and Settlement Date"

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        header: list[str] = []
        movements: list[Movement] = []
        problems: list[RowProblem] = []
        as_of: date | None = None
        for line, cells in records(text):
            if _is_header(cells):
                header = columns(cells, _SPELLINGS)
            elif header and len(trimmed(cells)) >= _FEW:
                movements.append(_movement(RowReader(line, header, cells)))
            elif day := downloaded(" ".join(cells)):
                as_of = day
            elif header and _begins_like_a_row(cells):
                problems.append(_short(line, cells))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        core = [movement for movement in movements if _moves_cash_alone(movement)]
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(_drafts([movement for movement in movements if not _moves_cash_alone(movement)])),
            problems=(*problems, *swept([movement.row.line for movement in core])),
            accounts=_accounts(movements),
            as_of=as_of,
        )


def _is_header(cells: Sequence[str]) -> bool:
    return set(columns(cells, _SPELLINGS)) >= _HEADER


def _begins_like_a_row(cells: Sequence[str]) -> bool:
    return cells[0][:2].isdigit() and len(trimmed(cells)) > 1


def _short(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{' '.join(cells)[:60]}” has too few cells for a row; it is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _movement(row: RowReader) -> Movement:
    """A row of type Shares writes the market value of the shares as its amount, which is no cash."""
    account = account_hint(row.text("Account"), row.text("Account Number"))
    movement = read_movement(row, _COLUMNS, us_day, account)
    named = _NAMED.search(movement.action)
    if named and movement.quantity and not movement.symbol:
        movement.symbol = named["symbol"]
    movement.accrued = abs(row.number("Accrued Interest") or ZERO)
    movement.currency = _currency(row)
    if row.text("Type").lower() == "shares":
        movement.cash = ZERO
    if movement.description.lower() in {"", "no description"}:
        movement.description = " ".join(movement.action.split())
    else:
        movement.security = replace(movement.security, name=movement.description)
    return movement


def _currency(row: RowReader) -> str:
    if not row.text("Currency"):
        return "USD"
    try:
        return currency(row.text("Currency"))[0]
    except ValueError as fault:
        row.error("Currency", str(fault), "Correct the currency in the file, or leave the row out.")
        return "USD"


def _moves_cash_alone(movement: Movement) -> bool:
    """Core cash that is bought, redeemed or reinvested."""
    words = movement.action.upper()
    return words.startswith(_CORE) or (words.startswith(_TRADES) and movement.of_cash)


def _accounts(movements: Sequence[Movement]) -> tuple[AccountHint, ...]:
    return tuple(dict.fromkeys(movement.account for movement in movements if movement.account))


def _drafts(movements: Sequence[Movement]) -> list[DraftRow]:
    """A draft for each row, one more for accrued interest, and one for the rows of an event, in the file's order."""
    rows: list[DraftRow] = []
    for movement in movements:
        if not is_event(movement):
            rows.append(meaning(movement))
            if rows[-1].kind in {Kind.BUY, Kind.SELL}:
                rows += accrued_interest(movement)
    rows += events((movement for movement in movements if is_event(movement)), event_key, event)
    return sorted(rows, key=lambda row: row.rows)
