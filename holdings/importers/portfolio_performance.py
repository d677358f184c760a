"""Portfolio Performance: the files of a deposit account, of a securities account, and of all transactions.

Labels and types are in the language of its user, English or German; the delimiter is a semicolon where the decimal sign
is a comma, and in Switzerland. A purchase stands in both accounts' files, with opposite signs: it is the same draft.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal, localcontext

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Security,
    Severity,
)
from holdings.importers.cells import DateOrder, currency, likely_decimal, moment, number
from holdings.importers.drafts import beside, unit_price, with_problems
from holdings.importers.reading import RowReader, columns
from holdings.importers.text import opening, records
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, Kind

_GERMAN = {
    "datum": "Date",
    "ex-tag": "Ex-Date",
    "typ": "Type",
    "wert": "Value",
    "buchungswährung": "Transaction Currency",
    "bruttobetrag": "Gross Amount",
    "währung bruttobetrag": "Currency Gross Amount",
    "wechselkurs": "Exchange Rate",
    "gebühren": "Fees",
    "steuern": "Taxes",
    "stück": "Shares",
    "ticker-symbol": "Ticker Symbol",
    "wertpapiername": "Security Name",
    "notiz": "Note",
    "wertpapier": "Security",
    "kurs": "Quote",
    "betrag": "Amount",
    "gesamtpreis": "Net Transaction Value",
    "konto": "Cash Account",
    "gegenkonto": "Offset Account",
    "quelle": "Source",
    "account": "Cash Account",
}
ACCOUNT_FILE = {"Date", "Type", "Value", "Transaction Currency", "Shares", "Security Name"}
ALL_FILE = {"Date", "Type", "Security", "Shares", "Quote", "Net Transaction Value", "Cash Account"}

_TYPES = {
    "buy": Kind.BUY,
    "kauf": Kind.BUY,
    "sell": Kind.SELL,
    "verkauf": Kind.SELL,
    "deposit": Kind.DEPOSIT,
    "einlage": Kind.DEPOSIT,
    "removal": Kind.WITHDRAWAL,
    "entnahme": Kind.WITHDRAWAL,
    "dividend": Kind.DIVIDEND,
    "dividende": Kind.DIVIDEND,
    "interest": Kind.INTEREST,
    "zinsen": Kind.INTEREST,
    "interest charge": Kind.INTEREST,
    "zinsbelastung": Kind.INTEREST,
    "fees": Kind.FEE,
    "gebühren": Kind.FEE,
    "fees refund": Kind.FEE,
    "gebührenerstattung": Kind.FEE,
    "taxes": Kind.TAX,
    "steuern": Kind.TAX,
    "tax refund": Kind.TAX,
    "steuerrückerstattung": Kind.TAX,
    "delivery (inbound)": Kind.TRANSFER_IN,
    "einlieferung": Kind.TRANSFER_IN,
    "delivery (outbound)": Kind.TRANSFER_OUT,
    "auslieferung": Kind.TRANSFER_OUT,
    "transfer (inbound)": Kind.TRANSFER_IN,
    "umbuchung (eingang)": Kind.TRANSFER_IN,
    "transfer (outbound)": Kind.TRANSFER_OUT,
    "umbuchung (ausgang)": Kind.TRANSFER_OUT,
}
_DELIVERED = {"delivery (inbound)", "einlieferung"}
_REFUNDED = {"fees refund", "gebührenerstattung", "tax refund", "steuerrückerstattung"}
_CHARGED = {"interest charge", "zinsbelastung"}
_TAKES_CASH = {Kind.BUY, Kind.FEE, Kind.TAX, Kind.WITHDRAWAL, Kind.TRANSFER_OUT}
_NUMBERS = ("Value", "Gross Amount", "Exchange Rate", "Fees", "Taxes", "Shares", "Quote", "Net Transaction Value")
_UNNAMED = "EUR"  # the file of all transactions names only currencies that are not its user's own
_CLOSE = Decimal("0.001")


class PortfolioPerformance:
    """Reader of the three files behind File, Export."""

    name = "portfolio_performance"
    label = "Portfolio Performance"
    expects = "the columns Date, Type, Value, Transaction Currency, … (Datum; Typ; Wert; Buchungswährung; …)"

    def detect(self, text: str) -> float:
        return 1.0 if any(_header(opening(text, sign)) for sign in ",;\t") else 0.0

    def parse(self, text: str) -> ParsedFile:
        delimiter = next((sign for sign in ",;\t" if _header(opening(text, sign))), None)
        if delimiter is None:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        rows = list(records(text, delimiter))
        header = _header(rows)
        cells = [cells for _, cells in rows[1:]]
        decimal = _decimal(header, cells) or ("," if delimiter == ";" else ".")
        with localcontext(exact):
            drafts = [draft for line, cells in rows[1:] for draft in _Row(line, header, cells, decimal).drafts()]
        accounts = dict.fromkeys(draft.account for draft in drafts if draft.account)
        return ParsedFile(
            importer=self.name,
            content=Content.TRANSACTIONS,
            rows=tuple(drafts),
            problems=() if "Value" in header else (_unnamed_currency(rows[0][0]),),
            accounts=tuple(accounts),
        )


def _header(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """The first line's columns by their English names; empty when they are not this program's."""
    names = columns(rows[0][1], _GERMAN | {name.lower(): name for name in _GERMAN.values()}) if rows else []
    return names if set(names) >= ACCOUNT_FILE or set(names) >= ALL_FILE else []


def _decimal(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    places = [at for at, name in enumerate(header) if name in _NUMBERS]
    return likely_decimal(_split_currency(cells[at])[1] for cells in rows[:500] for at in places if at < len(cells))


def _unnamed_currency(line: int) -> RowProblem:
    message = f"The file does not say which currency amounts without one are in; {_UNNAMED} is taken."
    remedy = "If that is not yours, export the accounts one by one instead: those files name it."
    return RowProblem(line, "Amount", message, remedy, Severity.WARNING)


def _split_currency(text: str) -> tuple[str, str]:
    """`USD 55.00` is 55.00 in USD."""
    code, _, rest = text.partition(" ")
    return (code, rest) if len(code) == 3 and code.isalpha() else ("", text)


class _Row(RowReader):
    """One line of any of the files."""

    def drafts(self) -> list[DraftRow]:
        type_ = self.text("Type").casefold()
        kind = _TYPES.get(type_)
        code, value = self._value()
        draft = self._bare(kind, code)
        shares, fees, tax = self._shares(), abs(self._amount("Fees")), self._amount("Taxes")
        if kind is None:
            message = f"“{self.text('Type')}” has no known meaning; the row is kept and not booked."
            self.warn("Type", message, "Record what happened by hand if it changed shares or cash.")
            made = [draft]
        elif kind in {Kind.BUY, Kind.SELL}:
            made = self._trade(draft, shares, value, fees, tax)
        elif kind in {Kind.TRANSFER_IN, Kind.TRANSFER_OUT} and shares:
            made = [self._in_kind(draft, shares, value, delivered=type_ in _DELIVERED)]
        else:
            made = self._cash(draft, -value if type_ in _CHARGED | _REFUNDED else value, fees, tax)
        return with_problems(made, self.problems)

    def _bare(self, kind: Kind | None, code: str) -> DraftRow:
        day, clock = self._moment()
        name, isin = self.text("Security Name") or self.text("Security"), self.text("ISIN")
        rate, rate_currency = self._rate(code)
        return DraftRow(
            rows=(self.line,),
            raw=self.raw,
            kind=kind,
            trade_date=day,
            trade_time=clock,
            symbol=(self.text("Ticker Symbol") or isin or self.text("WKN") or name).upper(),
            description=self.text("Note") or name,
            currency=code,
            account=AccountHint(self.text("Cash Account"), "") if self.text("Cash Account") else None,
            security=Security(name=name, isin=isin.upper()),
            rate=rate,
            rate_currency=rate_currency,
        )

    def _moment(self) -> tuple[date | None, time | None]:
        try:
            return moment(self.text("Date"), DateOrder.YMD)
        except ValueError as fault:
            self.error("Date", str(fault), "Correct the date in the file, or leave the row out.")
            return None, None

    def _value(self) -> tuple[str, Decimal]:
        """Currency and net amount, without sign: the two accounts sign it oppositely, the type says what it was."""
        field = "Value" if "Value" in self.raw else "Net Transaction Value"
        written, _ = _split_currency(self.text(field))
        code, value = self.text("Transaction Currency") or written or _UNNAMED, abs(self._amount(field))
        if self.unknown(field):
            self.error(field, f"{field} is missing.", "Add it in the file, or leave the row out.")
        try:
            return currency(code)[0], value
        except ValueError as fault:
            self.error("Transaction Currency", str(fault), "Use a code such as EUR, or leave the row out.")
            return _UNNAMED, value

    def number(self, field: str) -> Decimal | None:
        """As in any row; the file of all transactions writes a foreign currency before its number."""
        written = self.text(field)
        try:
            return number(_split_currency(written)[1], self.decimal)
        except ValueError as fault:
            self.error(field, str(fault), "Correct the number in the file, or leave the row out.")
            return None

    def _amount(self, field: str) -> Decimal:
        return self.number(field) or ZERO

    def _shares(self) -> Decimal:
        return abs(self.number("Shares") or ZERO)

    def _rate(self, code: str) -> tuple[Decimal | None, str]:
        """Foreign currency for a unit of `code`. The program writes it either way round; the amounts tell which."""
        foreign, written = self.text("Currency Gross Amount").upper(), self.number("Exchange Rate")
        gross, value = abs(self._amount("Gross Amount")), abs(self._amount("Value"))
        if not written or written < 0 or not gross or not value or foreign == code:
            return None, ""
        own = value + self._withheld()
        if abs(gross * written - own) <= own * _CLOSE + _CLOSE * 10:
            return unit_price(Decimal(1), written), foreign
        if abs(own * written - gross) > gross * _CLOSE + _CLOSE * 10:
            message = f"{gross:,f} {foreign} and {own:,f} {code} do not make the rate {written:f}."
            self.warn("Exchange Rate", message, f"The amount in {code} is booked. Compare the rate with the broker's.")
        return written, foreign

    def _withheld(self) -> Decimal:
        """Fees and taxes, which a purchase has on top and everything else has lost."""
        costs = abs(self._amount("Fees")) + self._amount("Taxes")
        return -costs if _TYPES.get(self.text("Type").casefold()) is Kind.BUY else costs

    def _trade(self, draft: DraftRow, shares: Decimal, value: Decimal, fees: Decimal, tax: Decimal) -> list[DraftRow]:
        """Taxes of a purchase are a cost of it; taxes of a sale were withheld from its gain and are a row apart."""
        if not shares:
            self.error("Shares", "Shares are missing.", "Add them in the file, or leave the row out.")
            return [draft]
        if not draft.symbol:
            self.error("Security Name", "The security is missing.", "Add it in the file, or leave the row out.")
        if draft.kind is Kind.BUY:
            price = unit_price(value - fees - tax, shares)
            return [replace(draft, quantity=shares, price=price, fees=fees + max(tax, ZERO), cash=-value)]
        price = unit_price(value + fees + tax, shares)
        sold = replace(draft, quantity=-shares, price=price, fees=fees, cash=value + tax)
        return [sold, *([beside(draft, Kind.TAX, -tax)] if tax else [])]

    def _in_kind(self, draft: DraftRow, shares: Decimal, value: Decimal, *, delivered: bool) -> DraftRow:
        """A delivery counts as acquired on its day, at its value; a transfer brings the lots of the other account."""
        if draft.kind is Kind.TRANSFER_OUT:
            return replace(draft, quantity=-shares)
        if delivered:
            message = "The shares count as acquired on the day of their delivery, at its value."
            self.warn("Date", message, "Correct basis and date of the lot if they were bought before.")
            return replace(draft, quantity=shares, basis=value, acquired=draft.trade_date)
        message = "The shares bring the lots of the account that they come from."
        self.warn("Shares", message, "Import that account too, or correct basis and date of the lot.")
        return replace(draft, quantity=shares)

    def _cash(self, draft: DraftRow, value: Decimal, fees: Decimal, tax: Decimal) -> list[DraftRow]:
        """Income is booked gross, with what was withheld beside it."""
        if not value:
            self.error("Value", "The amount is zero.", "Correct it in the file, or leave the row out.")
        if draft.kind in _TAKES_CASH:
            return [replace(draft, cash=-value)]
        rows = [replace(draft, cash=value + fees + tax)]
        rows += [beside(draft, Kind.FEE, -fees)] if fees else []
        return rows + ([beside(draft, Kind.TAX, -tax)] if tax else [])
