"""One row of a broker's transactions, before and after its action gives it a meaning."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from holdings.importers.base import AccountHint, DraftRow, Security
from holdings.importers.money import is_cash
from holdings.importers.options import option_symbol
from holdings.importers.reading import RowReader
from holdings.ledger.types import ZERO, Character, Kind

TRANSFER = (Kind.TRANSFER_IN, Kind.TRANSFER_OUT)
PAYMENT = (Kind.DEPOSIT, Kind.WITHDRAWAL)

_CENT = Decimal("0.01")
_FOUR_DECIMALS = Decimal("0.00005")
_PER_HUNDRED = Decimal("0.01")  # bonds are quoted for a hundred of face value
_CUSIP = re.compile(r"(?=.*\d)[0-9A-Z]{8}\d")
_NEED_SYMBOL = {
    Kind.BUY,
    Kind.SELL,
    Kind.REINVEST,
    Kind.SPLIT,
    Kind.SHORT,
    Kind.OPTION,
    Kind.MERGER,
    Kind.SYMBOL_CHANGE,
    Kind.RETURN_OF_CAPITAL,
    Kind.CASH_IN_LIEU,
    Kind.WORTHLESS,
}
NOTHING_SAID = Security()
LATER = "Record what happened by hand if it changed shares or cash."


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file calls the cells that every movement has."""

    day: str
    action: str
    symbol: str
    description: str
    quantity: str
    price: str
    fees: tuple[str, ...]
    cash: str
    rounding: Decimal = _FOUR_DECIMALS
    """By how much a written price may differ from the exact one."""


@dataclass(slots=True)
class Movement:
    """The cells of one row, read; blank amounts are zero. Each method gives the draft of one meaning.

    accrued: interest that a bond's buyer pays the seller; it is in `cash`, and no part of basis or proceeds.
    """

    row: RowReader
    columns: Columns
    day: date | None
    symbol: str
    description: str
    quantity: Decimal
    price: Decimal | None
    fees: Decimal
    cash: Decimal
    account: AccountHint | None = None
    security: Security = NOTHING_SAID
    accrued: Decimal = ZERO
    currency: str = "USD"

    @property
    def action(self) -> str:
        return self.row.text(self.columns.action)

    def draft(self, kind: Kind | None, **given: Any) -> DraftRow:
        """The row as this kind, with the symbol, price and amounts that are given."""
        symbol = given.pop("symbol", self.symbol)
        if kind in _NEED_SYMBOL and not symbol:
            self.row.error(self.columns.symbol, "The symbol is missing.", "Add it in the file, or leave the row out.")
        return DraftRow(
            rows=(self.row.line,),
            raw=self.row.raw,
            kind=kind,
            trade_date=self.day,
            symbol=symbol,
            description=self.description,
            account=self.account,
            currency=self.currency,
            security=given.pop("security", self.security),
            problems=tuple(self.row.problems),
            **given,
        )

    def unknown(self, message: str, remedy: str = LATER) -> DraftRow:
        """A row that is kept and not booked."""
        self.row.warn(self.columns.action, message, remedy)
        return self.draft(None)

    def trade(self, kind: Kind) -> DraftRow:
        """A purchase or a sale of shares or bonds. Brokers write the sign of a sale's quantity or leave it out."""
        self.need(self.columns.quantity, self.quantity)
        self.need(self.columns.cash, self.cash)
        sold = kind is Kind.SELL
        shares = abs(self.quantity) if sold else self.quantity
        if shares < 0:
            message = f"{self.row.text(self.columns.quantity)} shares cannot be traded."
            self.row.error(self.columns.quantity, message, "Correct the quantity in the file.")
        if self.cash and (self.cash > 0) != sold:
            message = f"A {kind} does not change cash by {self.row.text(self.columns.cash)}."
            self.row.error(self.columns.cash, message, "Correct the sign of the amount.")
        self._check_unsigned()
        cash = self.cash - (self.accrued if sold else -self.accrued)
        price, security = self._priced(1 if sold else -1, shares, cash)
        quantity = -shares if sold else shares
        return self.draft(kind, quantity=quantity, price=price, fees=self.fees, cash=cash, security=security)

    def _check_unsigned(self) -> None:
        if self.fees < 0 or (self.price is not None and self.price < 0):
            field = [*self.columns.fees, self.columns.price][0]
            self.row.error(field, "Fees and prices are not negative.", "Correct the row in the file.")

    def _priced(self, sign: int, shares: Decimal, cash: Decimal) -> tuple[Decimal | None, Security]:
        """The price of one share, and the security; a price for a hundred of face value shows a bond."""
        if self.price is None or self.row.problems:
            return self.price, self.security
        expected = sign * shares * self.price - self.fees
        if abs(expected - cash) <= _CENT + shares * self.columns.rounding:
            return self.price, self.security
        price = self.price * _PER_HUNDRED
        if abs(sign * shares * price - self.fees - cash) <= _CENT + shares * self.columns.rounding * _PER_HUNDRED:
            return price, replace(self.security, kind="bond")
        message = f"Quantity, price and fees make {expected:,.2f}, the amount is {cash:,.2f}."
        self.row.warn(self.columns.cash, message, "The amount is booked. Compare it with the trade's confirmation.")
        return self.price, self.security

    def money(self, kind: Kind, character: Character = Character.UNKNOWN) -> DraftRow:
        """Cash alone, as signed in the file. What a money market fund pays belongs to no instrument."""
        self.need(self.columns.cash, self.cash)
        symbol = "" if is_cash(self.symbol, self.description) else self.symbol
        return self.draft(kind, cash=self.cash, symbol=symbol, character=character)

    def money_by_sign(self, kinds: tuple[Kind, Kind]) -> DraftRow:
        """Cash that came in, or went out."""
        return self.money(kinds[0] if self.cash > 0 else kinds[1])

    def in_kind(self) -> DraftRow:
        """Shares that came from or went to another account, or cash where the row has no shares."""
        if not self.quantity:
            return self.money_by_sign(TRANSFER)
        if not self.symbol:
            self.row.error(self.columns.symbol, "The symbol is missing.", "Add it in the file, or leave the row out.")
        if self.quantity > 0:
            message = "The file does not say what these shares cost or when they were bought."
            remedy = "Enter basis and date, or import the lot details; until then no plan sells them."
            self.row.warn(self.columns.quantity, message, remedy)
        return self.draft(TRANSFER[self.quantity < 0], quantity=self.quantity)

    def split(self) -> DraftRow:
        """Shares that a split adds or takes away."""
        self.need(self.columns.quantity, self.quantity)
        return self.draft(Kind.SPLIT, quantity=self.quantity)

    def spun_off(self, parent: str = "") -> DraftRow:
        """New shares; no broker writes which part of the parent's basis they take, and most do not name the parent."""
        self.need(self.columns.quantity, self.quantity)
        asked = "" if parent else "from which company, nor "
        self.row.error(
            self.columns.symbol,
            f"{self.quantity:f} shares of {self.symbol or self.description} came in by a spin-off. "
            f"The file does not say {asked}which part of the parent's basis they take.",
            "Enter the parent's symbol and the fraction of basis; the company's Form 8937 states it.",
        )
        return self.draft(
            Kind.SPIN_OFF, symbol=parent, other=self.symbol, other_quantity=self.quantity, security=NOTHING_SAID
        )

    def returned_capital(self) -> DraftRow:
        if self.cash < 0:
            return self.unknown("A return of capital was taken back; the row is kept and not booked.")
        return self.money(Kind.RETURN_OF_CAPITAL)

    def in_lieu(self) -> DraftRow:
        """Cash for a fraction of a share; most brokers do not write the fraction."""
        if self.cash < 0:
            return self.unknown("Cash in lieu of a fraction was taken back; the row is kept and not booked.")
        self.need(self.columns.cash, self.cash)
        if not self.quantity:
            message = "The file does not say which fraction of a share this cash is for; its gain is unknown."
            self.row.warn(self.columns.quantity, message, "Enter the fraction, minus, if it was among your shares.")
        return self.draft(Kind.CASH_IN_LIEU, quantity=-abs(self.quantity), cash=self.cash)

    def worthless(self) -> DraftRow:
        """Shares that left for nothing."""
        self.need(self.columns.quantity, self.quantity)
        return self.draft(Kind.WORTHLESS, quantity=-abs(self.quantity))

    def flagged(self, kind: Kind, sign: int = 0) -> DraftRow:
        """A short sale or an option: kept apart, never mixed with shares. Without a sign the file's own counts."""
        self.need(self.columns.quantity, self.quantity)
        self._check_unsigned()
        quantity = abs(self.quantity) * sign if sign else self.quantity
        amounts = {"quantity": quantity, "price": self.price, "fees": self.fees, "cash": self.cash}
        if kind is not Kind.OPTION:
            return self.draft(kind, **amounts)
        contract = option_symbol(self.symbol) or option_symbol(self.description)
        if not contract:
            message = "The row does not name the contract: its date, strike, and whether it is a call or a put."
            self.row.error(self.columns.symbol, message, "Enter the contract's symbol, or leave the row out.")
        return self.draft(kind, symbol=contract or "", security=replace(self.security, kind="option"), **amounts)

    @property
    def of_cash(self) -> bool:
        """Whether a trade is of a money market fund or sweep deposit, so that only cash moves, from cash to cash."""
        return (
            self.price in {None, ZERO, Decimal(1)} and is_cash(self.symbol, self.description) and not self.row.problems
        )

    def need(self, field: str, value: Decimal) -> None:
        if not value and not any(problem.field == field for problem in self.row.problems):
            self.row.error(field, f"{field} is missing.", "Add it in the file, or leave the row out.")


def is_cusip(symbol: str) -> bool:
    """Whether a broker wrote the nine signs of a CUSIP where a ticker is expected."""
    return bool(_CUSIP.fullmatch(symbol))


def read_movement(
    row: RowReader, columns: Columns, day: Callable[[str], date], account: AccountHint | None = None
) -> Movement:
    """Read the cells that every movement has. Every fault is noted in the row."""
    symbol = row.text(columns.symbol).upper()
    cusip = symbol if is_cusip(symbol) else ""
    return Movement(
        row=row,
        columns=columns,
        day=row.day(columns.day, day),
        symbol=symbol,
        description=" ".join(row.text(columns.description).split()),
        quantity=row.number(columns.quantity) or ZERO,
        price=row.number(columns.price) or None,
        fees=sum((row.number(field) or ZERO for field in columns.fees), ZERO),
        cash=row.number(columns.cash) or ZERO,
        account=account,
        security=Security(cusip=cusip),
    )


def accrued_interest(movement: Movement) -> list[DraftRow]:
    """The interest that a bond's buyer paid the seller, as a row beside the trade; none where none accrued."""
    if not movement.accrued:
        return []
    cash = movement.accrued if movement.cash > 0 else -movement.accrued
    return [movement.draft(Kind.INTEREST, cash=cash)]
