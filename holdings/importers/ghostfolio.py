"""Ghostfolio: the activities as CSV, and the export of everything as JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal, localcontext
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
)
from holdings.importers.cells import DateOrder, currency, moment
from holdings.importers.drafts import beside, with_problems
from holdings.importers.reading import RowReader, columns
from holdings.importers.text import opening, records
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, Kind

_ALIASES = {
    "Date": "date tradedate",
    "Code": "code symbol ticker",
    "DataSource": "datasource",
    "Currency": "ccy currency currencyprimary",
    "Price": "price tradeprice unitprice value",
    "Quantity": "qty quantity shares units",
    "Action": "action buy/sell type",
    "Fee": "fee commission ibcommission",
    "Note": "note comment",
    "Account": "account accountid",
}
_NAMES = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
COLUMNS = {"Date", "Code", "DataSource", "Currency", "Price", "Quantity", "Action", "Fee"}

_TYPES = {
    "buy": Kind.BUY,
    "item": Kind.BUY,
    "sell": Kind.SELL,
    "dividend": Kind.DIVIDEND,
    "interest": Kind.INTEREST,
    "fee": Kind.FEE,
}
_CLASSES = {
    "ETF": "etf",
    "STOCK": "stock",
    "MUTUALFUND": "fund",
    "BOND": "bond",
    "CRYPTOCURRENCY": "crypto",
    "PRIVATE_EQUITY": "private",
    "REAL_ESTATE": "private",
    "COMMODITY": "other",
    "PRECIOUS_METAL": "other",
}
_EXCHANGES = {
    "DE": "XETR",
    "F": "XFRA",
    "L": "XLON",
    "PA": "XPAR",
    "AS": "XAMS",
    "BR": "XBRU",
    "SW": "XSWX",
    "MI": "XMIL",
    "MC": "XMAD",
    "VI": "XWBO",
    "ST": "XSTO",
    "CO": "XCSE",
    "HE": "XHEL",
    "OL": "XOSL",
    "TO": "XTSE",
    "HK": "XHKG",
    "T": "XTKS",
    "AX": "XASX",
}
"""What the endings of Yahoo's symbols stand for."""

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_FULL_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the JSON says besides its activities."""

    accounts: Mapping[str, AccountHint] = field(default_factory=dict)
    securities: Mapping[str, Security] = field(default_factory=dict)
    exported: date | None = None


class GhostfolioCsv:
    """Reader of activities as CSV, in any of the spellings of its columns that Ghostfolio itself takes."""

    name = "ghostfolio_csv"
    label = "Ghostfolio activities (CSV)"
    expects = "the columns Date, Code, DataSource, Currency, Price, Quantity, Action and Fee"

    def detect(self, text: str) -> float:
        return 1.0 if _header(opening(text)) else 0.0

    def parse(self, text: str) -> ParsedFile:
        rows = list(records(text))
        header = _header(rows)
        if not header:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        context = _Context()
        with localcontext(exact):
            drafts = [draft for line, cells in rows[1:] for draft in _Activity(line, header, cells, context).drafts()]
        return _parsed(self.name, drafts, ())


class GhostfolioJson:
    """Reader of the export behind Portfolio, Activities, Export: accounts, asset profiles and activities."""

    name = "ghostfolio_json"
    label = "Ghostfolio export (JSON)"
    expects = "an object with the lists “accounts” and “activities”"

    def detect(self, text: str) -> float:
        starts = text.lstrip("\ufeff\r\n\t ").startswith("{")
        return 1.0 if starts and '"activities"' in text and '"unitPrice"' in text else 0.0

    def parse(self, text: str) -> ParsedFile:
        whole = _loaded(text)
        context = _context(whole)
        drafts, problems = [], list(_balances(whole, context))
        for number, activity in enumerate(_list(whole, "activities"), start=1):
            if isinstance(activity, dict):
                cells = [_cell(activity.get(key)) for key in _KEYS.values()]
                with localcontext(exact):
                    drafts += _Activity(number, list(_KEYS), cells, context).drafts()
            else:
                problems.append(RowProblem(number, "", "The activity is no object.", "Export the file again."))
        return _parsed(self.name, drafts, problems)


_KEYS = {
    "Date": "date",
    "Code": "symbol",
    "DataSource": "dataSource",
    "Currency": "currency",
    "Price": "unitPrice",
    "Quantity": "quantity",
    "Action": "type",
    "Fee": "fee",
    "Note": "comment",
    "Account": "accountId",
    "Tags": "tags",
    "Draft": "isDraft",
    "Id": "id",
}


def _parsed(name: str, drafts: Sequence[DraftRow], problems: Sequence[RowProblem]) -> ParsedFile:
    return ParsedFile(
        importer=name,
        content=Content.TRANSACTIONS,
        rows=tuple(drafts),
        problems=tuple(problems),
        accounts=tuple(dict.fromkeys(draft.account for draft in drafts if draft.account)),
    )


def _header(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    names = columns(rows[0][1], _NAMES) if rows else []
    return names if set(names) >= COLUMNS else []


def _no_constant(text: str) -> Decimal:
    raise ValueError(f"{text} is not a number")


def _loaded(text: str) -> dict[str, Any]:
    """The object, its numbers exact. Raises ImportFailed."""
    try:
        whole = json.loads(
            text.removeprefix("\ufeff"), parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant
        )
    except (ValueError, ArithmeticError, RecursionError) as fault:
        raise ImportFailed(f"The JSON cannot be read: {str(fault)[:200]}.") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("activities"), list):
        raise ImportFailed(f"This is no {GhostfolioJson.label}: {GhostfolioJson.expects} was expected.")
    return whole


def _list(whole: Mapping[str, Any], key: str) -> list[Any]:
    found = whole.get(key)
    return found if isinstance(found, list) else []


def _objects(whole: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    return (each for each in _list(whole, key) if isinstance(each, dict))


def _cell(value: object) -> str:
    """The value as a cell of a table."""
    if value is None or value is False or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(_cell(each.get("name", "")) if isinstance(each, dict) else _cell(each) for each in value)
    return f"{value:f}" if isinstance(value, Decimal) and -40 < value.adjusted() < 40 else str(value)


def _context(whole: Mapping[str, Any]) -> _Context:
    platforms = {_cell(each.get("id")): _cell(each.get("name")) for each in _objects(whole, "platforms")}
    return _Context(
        accounts={
            _cell(each.get("id")): _account(each, platforms.get(_cell(each.get("platformId")), ""))
            for each in _objects(whole, "accounts")
        },
        securities={
            _cell(each.get("symbol")): _security(_cell(each.get("symbol")), each)
            for each in _objects(whole, "assetProfiles")
        },
        exported=_exported(whole.get("meta")),
    )


def _account(account: Mapping[str, Any], platform: str) -> AccountHint:
    return AccountHint(_cell(account.get("name")) or platform or _cell(account.get("id")), "")


def _security(symbol: str, profile: Mapping[str, Any]) -> Security:
    classes = _cell(profile.get("assetSubClass")), _cell(profile.get("assetClass"))
    return Security(
        name=_cell(profile.get("name")),
        kind=next((_CLASSES[each] for each in classes if each in _CLASSES), ""),
        isin=_cell(profile.get("isin")),
        cusip=_cell(profile.get("cusip")),
        exchange=_exchange(symbol),
    )


def _exchange(symbol: str) -> str:
    return _EXCHANGES.get(symbol.rpartition(".")[2], "") if "." in symbol else ""


def _exported(meta: object) -> date | None:
    try:
        return moment(_cell(meta.get("date")), DateOrder.YMD)[0] if isinstance(meta, dict) else None
    except ValueError:
        return None


def _balances(whole: Mapping[str, Any], context: _Context) -> Iterator[RowProblem]:
    """Ghostfolio keeps balances of cash apart from activities; they are told, so that their user can compare."""
    for account in _objects(whole, "accounts"):
        dated = [each for each in _objects(account, "balances") if each.get("value")]
        if last := max(dated, key=lambda each: _cell(each.get("date")), default=None):
            name = context.accounts[_cell(account.get("id"))].name
            said = f"{_cell(last.get('value'))} {_cell(account.get('currency'))} on {_cell(last.get('date'))[:10]}"
            message = f"The account {name} holds {said}, as its user entered; activities do not move it."
            remedy = "Book deposits and withdrawals so that the cash here agrees."
            yield RowProblem(0, "balances", message, remedy, Severity.WARNING)


class _Activity(RowReader):
    """One activity, of either file."""

    def __init__(self, line: int, header: Sequence[str], cells: Sequence[str], context: _Context) -> None:
        super().__init__(line, header, cells)
        self.context = context

    def drafts(self) -> list[DraftRow]:
        """The activity, and its fee beside it where it is no trade."""
        day, clock = self._moment()
        code, unit = self._currency()
        quantity, price = self._not_negative("Quantity"), self._not_negative("Price") * unit
        fee = self._not_negative("Fee") * unit
        kind = self._kind(day, quantity, price, fee)
        draft = replace(self._bare(kind, code), trade_date=day, trade_time=clock)
        amount = quantity * price
        if kind in {Kind.BUY, Kind.SELL}:
            shares, cash = (quantity, -amount - fee) if kind is Kind.BUY else (-quantity, amount - fee)
            made = [replace(draft, quantity=shares, price=price, fees=fee, cash=cash)]
        elif kind is Kind.FEE:
            made = [replace(draft, cash=-amount - fee)]
        elif kind:
            made = [replace(draft, cash=amount), *([beside(draft, Kind.FEE, -fee)] if fee else [])]
        else:
            made = [draft]
        return with_problems(made, self.problems)

    def _bare(self, kind: Kind | None, code: str) -> DraftRow:
        written = self.text("Code")
        security = self.context.securities.get(written) or self._named(written)
        own = self._is_manual and security.name
        of_account = kind is Kind.FEE or (kind is Kind.INTEREST and self._is_manual)
        account = self.text("Account")
        return DraftRow(
            rows=(self.line,),
            raw=self.raw,
            kind=kind,
            trade_date=None,
            symbol="" if of_account else (security.name if own else written).upper(),
            description=self.text("Note") or security.name,
            currency=code,
            account=self.context.accounts.get(account) or (AccountHint(account, "") if account else None),
            security=security,
            external_id=self.text("Id"),
        )

    @property
    def _is_manual(self) -> bool:
        """Whether its user made the symbol up: a holding without a quote, or a word for a fee or for interest."""
        return self.text("DataSource").upper() == "MANUAL"

    def _named(self, written: str) -> Security:
        """What the symbol alone tells."""
        return Security(
            name=written if self._is_manual else "",
            kind="private" if self.text("Action").lower() == "item" else "",
            isin=written if _ISIN.fullmatch(written) else "",
            exchange=_exchange(written),
        )

    def _moment(self) -> tuple[date | None, time | None]:
        """Day first, or year first in four digits: both stand in one file. The day is the one written."""
        written = self.text("Date")
        try:
            if not _FULL_YEAR.search(written):
                raise ValueError(f"“{written}” is not a date with a year of four digits.")
            return moment(written, DateOrder.DMY)
        except ValueError as fault:
            self.error("Date", str(fault), "Write it as 2021-09-16 or 16.09.2021, or leave the row out.")
            return None, None

    def _currency(self) -> tuple[str, Decimal]:
        try:
            return currency(self.text("Currency"))
        except ValueError as fault:
            self.error("Currency", str(fault), "Use a code such as EUR, or leave the row out.")
            return "USD", Decimal(1)

    def _not_negative(self, field: str) -> Decimal:
        value = self.number(field) or ZERO
        if value < 0:
            self.error(field, f"{field} {value:f} is negative.", "The type says what was sold; correct the number.")
        return abs(value)

    def _kind(self, day: date | None, quantity: Decimal, price: Decimal, fee: Decimal) -> Kind | None:
        """None for what is kept and not booked: liabilities, drafts, and types that do not exist."""
        written = self.text("Action").lower()
        if written == "liability":
            message = "A liability is no holding; the row is kept and not booked."
            self.warn("Action", message, "Keep track of it apart from the accounts.")
        elif written not in _TYPES:
            message = f"“{self.text('Action')}” is no type of activity." if written else "The type is missing."
            self.error("Action", message, "Use BUY, SELL, DIVIDEND, INTEREST or FEE, or leave the row out.")
        elif self._draft(day, quantity):
            message = "The activity is a draft, in the future or without shares; the row is kept and not booked."
            self.warn("Date", message, "Import it once it has happened.")
        else:
            kind = _TYPES[written]
            if not quantity * price and (kind not in {Kind.BUY, Kind.SELL}) and not (kind is Kind.FEE and fee):
                self.error("Price", "The amount is zero.", "Correct it in the file, or leave the row out.")
            return kind
        return None

    def _draft(self, day: date | None, quantity: Decimal) -> bool:
        later = bool(day and self.context.exported and day > self.context.exported)
        empty = self.text("Action").lower() in {"buy", "sell", "item"} and not quantity and not self.problems
        return later or empty or bool(self.text("Draft"))
