"""The transaction history: amounts are in the base currency, prices in the currency of the trade.

Trades are booked in the currency of their price, at the rate that price and amount give; where the file does not name
that currency, in the base currency. A conversion is booked by its quantity and price; its amount is only the gain.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
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
    Severity,
    StatedLine,
)
from holdings.importers.cells import DateOrder, day, number
from holdings.importers.ibkr.common import CURRENCY, IDENTIFIED, OPTION_SYMBOL, account_hint, identifiers, kept
from holdings.importers.ibkr.records import written
from holdings.importers.options import option_symbol
from holdings.importers.reading import RowReader, trimmed
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO, Kind

SECTION = "Transaction History"
COLUMNS = {"Date", "Account", "Description", "Transaction Type", "Symbol", "Quantity", "Net Amount"}

_CENT = Decimal("0.01")
_KEPT = Decimal("1e-12")  # amounts are binary fractions written out
_CONVERTED = Decimal("1e-6")
_PAIR = re.compile(r"(?P<bought>[A-Z]{3})\.(?P<paid>[A-Z]{3})")
_KINDS = {
    "dividend": Kind.DIVIDEND,
    "payment in lieu": Kind.DIVIDEND,
    "foreign tax withholding": Kind.TAX,
    "withholding tax": Kind.TAX,
    "871(m) withholding": Kind.TAX,
    "sales tax": Kind.TAX,
    "credit interest": Kind.INTEREST,
    "debit interest": Kind.INTEREST,
    "investment interest paid": Kind.INTEREST,
    "investment interest received": Kind.INTEREST,
    "bond interest": Kind.INTEREST,
    "other fee": Kind.FEE,
    "transaction fee": Kind.FEE,
    "commission adjustment": Kind.FEE,
    "deposit": Kind.DEPOSIT,
    "withdrawal": Kind.WITHDRAWAL,
}
_TRADES = {"buy", "sell", "assignment", "exercise"}


@dataclass
class _Said:
    """What stands above the transactions."""

    base: str = ""
    change: str = ""
    change_line: int = 0
    ending: RowReader | None = None
    as_of: date | None = None
    header: list[str] = field(default_factory=list)


class IbkrHistory:
    """Reader of the file behind Transaction History, Export."""

    name = "ibkr_history"
    label = "Interactive Brokers transaction history"
    expects = "a line “Transaction History,Header,Date,Account,Description,Transaction Type,…”"

    def detect(self, text: str) -> float:
        start = (cells for _, cells in opening(text))
        return 1.0 if any(cells[0] == SECTION and set(cells) >= COLUMNS for cells in start) else 0.0

    def parse(self, text: str) -> ParsedFile:
        said, rows, problems = _Said(), list[DraftRow](), list[RowProblem]()
        for line, cells in records(text):
            if cells[0] == SECTION and cells[1:2] == ["Header"]:
                said.header = trimmed(cells[2:])
            elif cells[0] == SECTION and said.header:
                rows += _rows(_Row(line, said.header, cells[2:]), said.base)
            elif cells[0] in {"Statement", "Summary"}:
                _note(said, line, cells)
            else:
                problems.append(_stray(line, cells))
        if not said.header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        hints = tuple(dict.fromkeys(row.account for row in rows if row.account))
        problems += [*_compare(said, rows), *_warn_of_base(said, rows)]
        balance = _balance(said, rows, hints)
        content = Content.MIXED if balance else Content.TRANSACTIONS
        return ParsedFile(self.name, content, tuple(rows), tuple(problems), hints, said.as_of, balance)


class _Row(RowReader):
    """A row whose numbers may have more digits than can be kept, and whose `-` is none."""

    def text(self, field: str) -> str:
        text = super().text(field)
        return "" if text == "-" else text

    def number(self, field: str) -> Decimal | None:
        try:
            return number(self.text(field))
        except ValueError:
            return _rounded(self.text(field)) or super().number(field)


def _rounded(text: str) -> Decimal | None:
    """A binary fraction with its last digits cut: `-2.6375912650000001E-4`."""
    if not re.fullmatch(r"-?[0-9]{1,15}\.[0-9]+(E-[0-9]{1,2})?", text):
        return None
    return Decimal(text).quantize(_KEPT)


def _note(said: _Said, line: int, cells: Sequence[str]) -> None:
    name, value = (cells[2], cells[3]) if len(cells) > 3 and cells[1] == "Data" else ("", "")
    if name == "Base Currency":
        said.base = value.upper()
    elif name == "Change":
        said.change, said.change_line = value, line
    elif name == "Ending Cash":
        said.ending = _Row(line, ["Ending Cash"], [value])
    elif name == "Period":
        with suppress(ValueError):
            said.as_of = day(value.split(" - ")[-1], DateOrder.MDY)


def _rows(row: _Row, base: str) -> list[DraftRow]:
    _check(row, base)
    named = row.text("Transaction Type").lower()
    if named in _TRADES:
        return [_trade(row, base)]
    if named == "forex trade component":
        return _exchange(row, base)
    kind = _KINDS.get(named)
    if kind is None:
        row.warn("Transaction Type", *_unknown(row.text("Transaction Type"), row.text("Description")))
    elif kind is Kind.DIVIDEND and "return of capital" in row.text("Description").lower():
        kind = Kind.RETURN_OF_CAPITAL
    return [_payment(row, base, kind)]


def _check(row: _Row, base: str) -> None:
    if not CURRENCY.fullmatch(base):
        message = "The file does not name the base currency that its amounts are in."
        row.error("", message, "Export it with its summary.")
    elif not CURRENCY.fullmatch(row.text("Price Currency").upper() or base):
        message = f"“{row.text('Price Currency')}” is no currency."
        row.error("Price Currency", message, "Correct the currency in the file, such as USD.")
    if (row.number("Price") or ZERO) < 0:
        row.error("Price", "A price is not negative.", "Correct the price in the file.")


def _unknown(named: str, description: str) -> tuple[str, str]:
    if named.lower() == "adjustment":
        message = f"“{description}” revalues balances in other currencies; it moves no cash and is not booked."
        return message, "Nothing is to be done, if the balances agree with the broker's."
    message = f"“{named}” has no known meaning; the row is kept and not booked."
    return message, "Record what happened by hand if it changed shares or cash."


def _payment(row: _Row, base: str, kind: Kind | None) -> DraftRow:
    cash = _needed(row, "Net Amount") if kind else row.number("Net Amount") or ZERO
    currency, rate = row.text("Price Currency").upper(), row.number("Exchange Rate")
    if currency and currency != base and rate:
        return _draft(row, base, kind, cash=(cash / rate).quantize(_CONVERTED), currency=currency, rate=rate)
    return _draft(row, base, kind, cash=cash)


def _trade(row: _Row, base: str) -> DraftRow:
    quantity, price = _needed(row, "Quantity"), row.number("Price")
    sold = quantity < 0 or row.text("Transaction Type").lower() == "sell"
    quantity = -abs(quantity) if sold else abs(quantity)
    option = bool(OPTION_SYMBOL.fullmatch(row.text("Symbol").upper()))
    kind = Kind.OPTION if option else Kind.SELL if sold else Kind.BUY
    gross, fee = row.number("Gross Amount"), row.number("Commission") or ZERO
    if gross is None or price is None:
        row.error("Gross Amount", "Price or gross amount is missing.", "Add it in the file, or leave the row out.")
        return _draft(row, base, kind, quantity=quantity)
    worth = kept(abs(quantity * price)) * (100 if option else 1)
    currency = row.text("Price Currency").upper() or base
    if gross and (gross > 0) != sold:
        row.error("Gross Amount", "Cash and quantity move the same way.", "Correct the sign of one of them.")
    if currency != base and worth and gross:
        rate = row.number("Exchange Rate") or (abs(gross) / worth).quantize(_KEPT)
        costs = (fee / rate).quantize(_CONVERTED)
        cash = (worth if sold else -worth) + costs
        moved = {"price": price, "fees": max(-costs, ZERO), "cash": cash, "currency": currency, "rate": rate}
        return _draft(row, base, kind, quantity=quantity, **moved)
    if abs(abs(gross) - worth) > _CENT + worth / 1_000:
        price = _price_in_base(row, base, gross, quantity, 100 if option else 1)
    return _draft(row, base, kind, quantity=quantity, price=price, fees=max(-fee, ZERO), cash=gross + fee)


def _price_in_base(row: _Row, base: str, gross: Decimal, quantity: Decimal, multiplier: int) -> Decimal:
    row.warn(
        "Price",
        f"The price is in another currency, and the file does not say which; the amount in {base} is booked.",
        "Use the activity statement or a Flex query, which name the currency of each trade.",
    )
    return (abs(gross / quantity) / multiplier).quantize(_KEPT) if quantity else ZERO


def _exchange(row: _Row, base: str) -> list[DraftRow]:
    """`GBP.USD`, quantity in the first currency, price in the second."""
    quantity, price = _needed(row, "Quantity"), _needed(row, "Price")
    pair = _PAIR.fullmatch(row.text("Symbol").upper())
    fee = row.number("Commission")
    if not pair:
        row.error("Symbol", "Which two currencies were exchanged is not said.", "Correct the symbol, such as EUR.USD.")
    bought, paid = (pair["bought"], pair["paid"]) if pair else ("", base)
    moved = {"cash": kept(-quantity * price), "currency": paid, "other_currency": bought, "other_cash": quantity}
    made = [_draft(row, base, Kind.EXCHANGE, price=price or None, symbol="", **moved)]
    return [*made, _draft(row, base, Kind.FEE, cash=fee, symbol="")] if fee else made


def _needed(row: _Row, field: str) -> Decimal:
    before = len(row.problems)
    value = row.number(field)
    if not value and len(row.problems) == before:
        row.error(field, f"{field} is missing.", "Add it in the file, or leave the row out.")
    return value or ZERO


def _draft(row: _Row, base: str, kind: Kind | None, **moved: Any) -> DraftRow:
    when = row.day("Date", lambda text: written(text)[0])
    named = IDENTIFIED.match(row.text("Description"))
    rate = moved.get("rate")
    common: dict[str, Any] = {
        "symbol": option_symbol(row.text("Symbol")) or row.text("Symbol").upper(),
        "currency": base,
        "security": Security(**identifiers(named["id"])) if named else Security(),
        "rate_currency": base if rate else "",
        "account": _account(row),
    }
    if kind in {Kind.BUY, Kind.SELL, Kind.OPTION} and not common["symbol"]:
        row.error("Symbol", "The symbol is missing.", "Add it in the file, or leave the row out.")
    return DraftRow(
        rows=(row.line,),
        raw=row.raw,
        kind=kind,
        trade_date=when,
        description=row.text("Description"),
        problems=tuple(row.problems),
        **(common | moved),
    )


def _account(row: _Row) -> AccountHint | None:
    return account_hint(row.text("Account"))


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{','.join(cells)[:60]}” belongs to no section; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _compare(said: _Said, rows: Sequence[DraftRow]) -> list[RowProblem]:
    """The change of cash in the base currency, against the amounts of all lines."""
    amounts = {row.rows: row.raw.get("Net Amount", "") for row in rows}
    try:
        stated = number(said.change)
        added = sum((number(text) or _rounded(text) or ZERO for text in amounts.values()), ZERO)
    except ValueError:
        return []
    if stated is None or abs(stated - added) <= _CENT:
        return []
    message = f"The summary says that cash changed by {stated:,.2f}, the rows add up to {added:,.2f}."
    return [RowProblem(said.change_line, "Change", message, "Rows may be missing from the file.", Severity.WARNING)]


def _foreign(said: _Said, rows: Sequence[DraftRow]) -> list[str]:
    return sorted({row.currency for row in rows} - {said.base, ""})


def _balance(said: _Said, rows: Sequence[DraftRow], hints: Sequence[AccountHint]) -> tuple[StatedLine, ...]:
    """The closing cash, which is a balance where one account and no other currency is in it."""
    amount = said.ending.number("Ending Cash") if said.ending else None
    if said.ending is None or amount is None or _foreign(said, rows) or len(hints) > 1 or not said.base:
        return ()
    account = hints[0] if hints else None
    line = said.ending.line
    return (StatedLine((line,), said.ending.raw, "", amount, currency=said.base, account=account),)


def _warn_of_base(said: _Said, rows: Sequence[DraftRow]) -> list[RowProblem]:
    foreign = _foreign(said, rows)
    if not foreign:
        return []
    message = f"Payments are stated in {said.base} alone; those in {', '.join(foreign)} are booked in {said.base}."
    remedy = "For balances in each currency use the activity statement or a Flex query."
    return [RowProblem(said.change_line or 1, "", message, remedy, Severity.WARNING)]
