"""One transaction of a statement: its values by name, and the securities that the file lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from holdings.importers.base import AccountHint, DraftRow, Security
from holdings.importers.cells import DateOrder, currency, moment, number
from holdings.importers.money import is_cash
from holdings.importers.ofx.tree import Node
from holdings.importers.reading import RowReader
from holdings.ledger.types import ZERO, Kind

_MOMENT = re.compile(r"(?P<day>[0-9]{8})(?P<time>[0-9]{6})?(?:\.[0-9]{1,6})?(?:\[[^\]]{0,20}\])?")
_KINDS = {
    "STOCKINFO": "stock",
    "MFINFO": "fund",
    "DEBTINFO": "bond",
    "OPTINFO": "option",
    "OTHERINFO": "other",
}
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def read_moment(text: str) -> tuple[date, time | None]:
    """`20230714170000.000[-5:EST]`: day and time as written, whatever the time zone. Raises ValueError."""
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"“{text}” is not a date written YYYYMMDD, with or without a time.")
    return moment(";".join(filter(None, (match["day"], match["time"]))), DateOrder.YMD)


@dataclass(frozen=True, slots=True)
class Listed:
    """A security of the file's list. `per_hundred`: a bond, whose price is that of 100 of its face value."""

    symbol: str
    security: Security
    per_hundred: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What holds for all transactions of one account's statement."""

    account: AccountHint
    currency: str
    securities: Mapping[str, Listed] = field(default_factory=dict)


def listed(root: Node) -> dict[str, Listed]:
    """The securities of the file by their number there."""
    found = {}
    for section, kind in _KINDS.items():
        for node in root.all(section):
            values = node.values()
            if number_ := values.get("UNIQUEID"):
                found[number_] = _listed(number_, values, kind)
    return found


def _listed(number_: str, values: Mapping[str, str], kind: str) -> Listed:
    numbered = _security(number_, values.get("UNIQUEIDTYPE", ""))
    return Listed(
        symbol=(values.get("TICKER") or number_).upper(),
        security=Security(values.get("SECNAME", ""), kind, numbered.isin, numbered.cusip),
        per_hundred=kind == "bond",
    )


def _security(number_: str, type_: str) -> Security:
    """What the number alone tells."""
    if type_.upper() == "ISIN" or _ISIN.fullmatch(number_):
        return Security(isin=number_)
    return Security(cusip=number_ if type_.upper() == "CUSIP" and len(number_) == 9 else "")


class Row(RowReader):
    """The values of one transaction by name, and what is wrong with them."""

    def __init__(self, node: Node, statement: Statement) -> None:
        values = node.values()
        super().__init__(node.line, list(values), list(values.values()))
        self.node = node
        self.statement = statement

    def number(self, field: str) -> Decimal | None:
        """The format allows both decimal signs and no grouping, so a comma is one."""
        written = self.text(field)
        try:
            return number(written, "," if "," in written and "." not in written else ".")
        except ValueError as fault:
            self.error(field, str(fault), "Correct the number in the file, or leave the row out.")
            return None

    def amount(self, *fields: str) -> Decimal:
        """The sum of the fields that are there, each without sign."""
        return sum((abs(self.number(field) or ZERO) for field in fields), ZERO)

    def needed(self, field: str) -> Decimal:
        value = self.number(field)
        if not value and not any(problem.field == field for problem in self.problems):
            self.error(field, f"{field} is missing or zero.", "Add it in the file, or leave the row out.")
        return value or ZERO

    def listed(self) -> Listed:
        """The security, by the file's list; else its number stands for it."""
        number_ = self.text("UNIQUEID")
        known = self.statement.securities.get(number_)
        return known or Listed(number_.upper(), _security(number_, self.text("UNIQUEIDTYPE")))

    def is_cash(self) -> bool:
        """Whether the security is a sweep deposit or money market fund."""
        found = self.listed()
        return is_cash(found.symbol, found.security.name)

    def draft(self, kind: Kind | None) -> DraftRow:
        """The row with all but its quantity and cash."""
        day, clock = self._moment()
        code, rate = self._currency()
        found = self.listed()
        return DraftRow(
            rows=(self.line,),
            raw=self.raw,
            kind=kind,
            trade_date=day,
            trade_time=clock,
            symbol=found.symbol,
            description=self.text("MEMO") or self.text("NAME") or found.security.name,
            currency=code,
            account=self.statement.account,
            security=found.security,
            rate=rate,
            rate_currency=self.statement.currency if rate else "",
            external_id=self.text("FITID"),
        )

    def _moment(self) -> tuple[date | None, time | None]:
        field = next((name for name in ("DTTRADE", "DTPOSTED", "DTSETTLE") if self.text(name)), "DTTRADE")
        try:
            return read_moment(self.text(field))
        except ValueError as fault:
            self.error(field, str(fault), "Correct the date in the file, or leave the row out.")
            return None, None

    def _currency(self) -> tuple[str, Decimal | None]:
        """That of the amounts, with the file's rate for it; what has an ORIGCURRENCY was converted already."""
        foreign = next(self.node.all("CURRENCY"), None)
        if foreign is None or not foreign.children:
            return self.statement.currency, None
        values = foreign.values()
        try:
            code = currency(values.get("CURSYM", ""))[0]
        except ValueError as fault:
            self.error("CURSYM", str(fault), "Use a code such as EUR, or leave the row out.")
            return self.statement.currency, None
        rate = self.number("CURRATE")
        return code, rate if rate and rate > 0 and code != self.statement.currency else None
