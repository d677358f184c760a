"""One record of a statement or Flex query under one set of names, however the file spells its columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from holdings.importers.base import RowProblem
from holdings.importers.cells import DateOrder, moment
from holdings.importers.reading import RowReader

DATE_REMEDY = "Correct the date in the file; in a Flex query choose the column Date/Time and the date format yyyyMMdd."

_YEAR = re.compile("[0-9]{4}")
_NOT_A_NAME = re.compile(r"[^a-z0-9]")

FLEX = {
    "clientaccountid": "accountid",
    "accountalias": "acctalias",
    "currencyprimary": "currency",
    "assetclass": "assetcategory",
    "notescodes": "notes",
    "openclose": "opencloseindicator",
    "costbasis": "cost",
    "accruedinterest": "accruedint",
    "price": "tradeprice",
    "commission": "ibcommission",
    "commissioncurrency": "ibcommissioncurrency",
    "tax": "taxes",
}
STATEMENT = {
    "account": "accountid",
    "datadiscriminator": "levelofdetail",
    "tprice": "tradeprice",
    "commfee": "ibcommission",
    "basis": "cost",
    "costbasis": "costbasismoney",
    "code": "notes",
    "settledate": "datetime",
    "date": "datetime",
    "qty": "quantity",
    "open": "opendatetime",
    "mult": "multiplier",
    "xferprice": "transferprice",
    "marketvalue": "positionamount",
    "cashamount": "cashtransfer",
    "closeprice": "markprice",
    "realizedpl": "fifopnlrealized",
    "listingexch": "listingexchange",
    "subtitle": "subcategory",
}
"""What our names, those of the Flex attributes, are called in Flex CSV files and in activity statements."""


class Section(StrEnum):
    """What a record is about."""

    TRADES = "trades"
    CASH = "cash transactions"
    CORPORATE = "corporate actions"
    TRANSFERS = "transfers"
    POSITIONS = "open positions"
    CASH_REPORT = "cash report"
    SECURITIES = "securities"
    ACCOUNT = "account"


class Columns:
    """The columns of a header, and which of them holds which field."""

    def __init__(self, header: Sequence[str], aliases: Mapping[str, str]) -> None:
        self.header = tuple(header)
        plain = [_NOT_A_NAME.sub("", column.lower()) for column in header]
        self.fields = [aliases.get(name, name) for name in plain]
        self.of_field = dict(zip(reversed(self.fields), reversed(self.header), strict=True))


class Record(RowReader):
    """A row read by field names; `given` holds what is said outside of the row, such as the account."""

    def __init__(
        self, line: int, columns: Columns, cells: Sequence[str], given: Mapping[str, str] | None = None
    ) -> None:
        self.columns = columns
        self.given = given or {}
        self.cells = dict(zip(reversed(columns.fields), _filled(cells, len(columns.fields)), strict=True))
        self.numbers: dict[str, Decimal | None] = {}
        super().__init__(line, columns.header, cells)

    def text(self, field: str) -> str:
        return self.cells.get(field) or self.given.get(field, "")

    def number(self, field: str) -> Decimal | None:
        """Read once, so that a fault is noted once."""
        if field not in self.numbers:
            self.numbers[field] = super().number(field)
        return self.numbers[field]

    def first(self, *fields: str) -> str:
        """The first of the fields that the row has, for `text` and the like; with none, one that has a column."""
        named = (name for name in fields if name in self.columns.of_field)
        return next((name for name in fields if not self.unknown(name)), None) or next(named, fields[0])

    def moment(self, *fields: str) -> tuple[date | None, time | None]:
        """The first of the fields that is there, as day and time in the exchange's time, as written."""
        name = self.first(*fields)
        try:
            return written(self.text(name))
        except ValueError as fault:
            self.error(name, str(fault), DATE_REMEDY)
            return None, None

    def error(self, field: str, message: str, remedy: str) -> None:
        super().error(self.columns.of_field.get(field, field), message, remedy)

    def warn(self, field: str, message: str, remedy: str) -> None:
        super().warn(self.columns.of_field.get(field, field), message, remedy)

    @property
    def level(self) -> str:
        """Level of detail: `execution`, `order`, `closedlot`…, empty where the file has but one."""
        return _NOT_A_NAME.sub("", self.text("levelofdetail").lower())


def _filled(cells: Sequence[str], width: int) -> Iterator[str]:
    """Cells from the last column to the first, so that of two columns of one field the first counts."""
    return reversed([*cells[:width], *[""] * (width - len(cells))])


def written(text: str) -> tuple[date, time | None]:
    """Day and time in the exchange's time, the year in front with its four digits. Raises ValueError."""
    if not text:
        raise ValueError("The date is missing.")
    if not _YEAR.match(text):
        raise ValueError(f"“{text}” is not a date written year, month, day.")
    return moment(text.partition(" (")[0], DateOrder.YMD)  # `2024-11-28 (Vesting: 2025-11-28)`


@dataclass
class Sheet:
    """All records of a file, with what it says of itself."""

    records: dict[Section, list[Record]] = field(default_factory=lambda: {section: [] for section in Section})
    problems: list[RowProblem] = field(default_factory=list)
    base: str = ""
    as_of: date | None = None
