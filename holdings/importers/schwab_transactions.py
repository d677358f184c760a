"""Schwab's transactions CSV: with a banner and a total until 2023, without since; newest first; sells unsigned."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import number, us_date
from holdings.importers.reading import RowReader, trimmed
from holdings.importers.schwab import account_hint
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO, Kind

COLUMNS = {"Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"}
TOTAL = "Transactions Total"

_CENT = Decimal("0.01")
_PRICE_ROUNDING = Decimal("0.00005")  # prices are written to four decimals
_BANNER = re.compile(r"Transactions\s+for account\s+(?P<account>.+?)\s+as of\s+(?P<day>[0-9]{2}/[0-9]{2}/[0-9]{4})")
_AS_OF = re.compile(r"\s+as of\s+")

TRADES = {"buy": Kind.BUY, "sell": Kind.SELL, "reinvest shares": Kind.REINVEST}
CASH = {
    **dict.fromkeys(
        [
            "cash dividend",
            "qualified dividend",
            "non-qualified div",
            "special dividend",
            "special qual div",
            "special non qual div",
            "reinvest dividend",
            "qual div reinvest",
            "pr yr cash div",
            "pr yr div reinvest",
            "pr yr special div",
            "short term cap gain",
            "long term cap gain",
            "short term cap gain reinvest",
            "long term cap gain reinvest",
        ],
        Kind.DIVIDEND,
    ),
    **dict.fromkeys(["bank interest", "credit interest", "bond interest", "margin interest"], Kind.INTEREST),
    **dict.fromkeys(["service fee", "adr mgmt fee", "advisor fee"], Kind.FEE),
    **dict.fromkeys(["nra tax adj", "nra withholding", "foreign tax paid", "pr yr nra tax"], Kind.TAX),
}
MOVES = {
    **dict.fromkeys(
        ["moneylink transfer", "moneylink deposit", "wire funds", "wire funds received", "wire sent", "funds received"],
        (Kind.DEPOSIT, Kind.WITHDRAWAL),
    ),
    "journal": (Kind.TRANSFER_IN, Kind.TRANSFER_OUT),
}
"""Actions that bring money in or take it out, by the sign of the amount."""


class SchwabTransactions:
    """Reader of the file behind History, Export."""

    name = "schwab_transactions"
    label = "Schwab transactions"
    expects = "a header with the columns Date, Action, Symbol, Description, Quantity, Price, Fees & Comm and Amount"

    def detect(self, text: str) -> float:
        return 1.0 if any(_is_header(cells) for _, cells in opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        header: list[str] = []
        rows: list[DraftRow] = []
        problems: list[RowProblem] = []
        account: AccountHint | None = None
        as_of: date | None = None
        for line, cells in records(text):
            if _is_header(cells):
                header = trimmed(cells)
            elif not header:
                account, as_of = _banner(" ".join(cells)) or (account, as_of)
            elif cells[0] == TOTAL:
                problems += _compare_total(line, cells, rows)
            else:
                rows.append(_draft(RowReader(line, header, cells)))
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(rows),
            problems=tuple(problems),
            accounts=(account,) if account else (),
            as_of=as_of,
        )


def event_date(text: str) -> date:
    """`MM/DD/YYYY`, or `MM/DD/YYYY as of MM/DD/YYYY`, where the second is the day of the event. Raises ValueError."""
    return us_date(_AS_OF.split(text)[-1])


def _is_header(cells: Sequence[str]) -> bool:
    return set(cells) >= COLUMNS


def _banner(text: str) -> tuple[AccountHint, date | None] | None:
    match = _BANNER.search(text)
    if not match:
        return None
    try:
        return account_hint(match["account"]), us_date(match["day"])
    except ValueError:
        return account_hint(match["account"]), None


def _draft(row: RowReader) -> DraftRow:
    action = row.text("Action").lower()
    if action in TRADES:
        return _trade(row, TRADES[action])
    if action == "stock split":
        return _split(row)
    if action in CASH or (action in MOVES and row.unknown("Quantity")):
        return _cash(row, action)
    row.warn(
        "Action",
        f"“{row.text('Action')}” has no known meaning; the row is kept and not booked.",
        "Record what happened by hand if it changed shares or cash.",
    )
    return _row(row, None)


def _trade(row: RowReader, kind: Kind) -> DraftRow:
    quantity, price = _needed(row, "Quantity"), row.number("Price")
    fees, cash = row.number("Fees & Comm") or ZERO, _needed(row, "Amount")
    sold = kind is Kind.SELL
    shares = quantity.copy_abs() if sold else quantity
    if shares <= 0 and not row.unknown("Quantity"):
        row.error("Quantity", f"{row.text('Quantity')} shares cannot be traded.", "Correct the quantity in the file.")
    if cash and (cash > 0) != sold:
        row.error(
            "Amount", f"A {kind} does not change cash by {row.text('Amount')}.", "Correct the sign of the amount."
        )
    if fees < 0 or (price is not None and price < 0):
        row.error("Fees & Comm", "Fees and prices are not negative.", "Correct the row in the file.")
    if price is not None and not row.problems:
        _check_amount(row, (1 if sold else -1) * shares * price - fees, cash, shares)
    return _row(row, kind, quantity=shares.copy_negate() if sold else shares, price=price, fees=fees, cash=cash)


def _check_amount(row: RowReader, expected: Decimal, amount: Decimal, shares: Decimal) -> None:
    if abs(expected - amount) > _CENT + shares * _PRICE_ROUNDING:
        row.warn(
            "Amount",
            f"Quantity, price and fees make {expected:,.2f}, the amount is {amount:,.2f}.",
            "The amount is booked. Compare it with the confirmation of the trade.",
        )


def _split(row: RowReader) -> DraftRow:
    return _row(row, Kind.SPLIT, quantity=_needed(row, "Quantity"))


def _cash(row: RowReader, action: str) -> DraftRow:
    cash = _needed(row, "Amount")
    kind = CASH.get(action) or MOVES[action][0 if cash > 0 else 1]
    return _row(row, kind, cash=cash)


def _needed(row: RowReader, field: str) -> Decimal:
    value = row.number(field)
    if row.unknown(field) or value == 0:
        row.error(field, f"{field} is missing.", "Add it in the file, or leave the row out.")
    return value or ZERO


def _row(
    row: RowReader,
    kind: Kind | None,
    *,
    quantity: Decimal = ZERO,
    price: Decimal | None = None,
    fees: Decimal = ZERO,
    cash: Decimal = ZERO,
) -> DraftRow:
    day = row.day("Date", event_date)
    symbol = row.text("Symbol").upper()
    if kind in {Kind.BUY, Kind.SELL, Kind.REINVEST, Kind.SPLIT} and not symbol:
        row.error("Symbol", "The symbol is missing.", "Add it in the file, or leave the row out.")
    return DraftRow(
        rows=(row.line,),
        raw=row.raw,
        kind=kind,
        trade_date=day,
        symbol=symbol,
        description=row.text("Description"),
        quantity=quantity,
        price=price,
        fees=fees,
        cash=cash,
        problems=tuple(row.problems),
    )


def _compare_total(line: int, cells: Sequence[str], rows: Sequence[DraftRow]) -> list[RowProblem]:
    try:
        stated = number(trimmed(cells)[-1])
        added = sum((number(row.raw.get("Amount", "")) or ZERO for row in rows), ZERO)
    except ValueError:
        return []
    if stated is None or stated == added:
        return []
    message = f"The total says {stated:,.2f}, the rows add up to {added:,.2f}."
    return [RowProblem(line, "Amount", message, "Rows may be missing from the file.", Severity.WARNING)]
