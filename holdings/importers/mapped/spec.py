"""What a user says of a file of no known format: which column is what, and how numbers, dates and words are meant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from holdings.importers.cells import DateOrder, currency
from holdings.ledger.types import Kind


class Field(StrEnum):
    """What a column can hold."""

    DATE = "date"
    KIND = "kind"
    SYMBOL = "symbol"
    ISIN = "isin"
    NAME = "name"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    FEES = "fees"
    TAX = "tax"
    CURRENCY = "currency"
    ACCOUNT = "account"
    NOTE = "note"
    ACQUIRED = "acquired"
    ID = "id"
    ORDER = "order"


LABELS: Mapping[Field, str] = {
    Field.DATE: "Trade date",
    Field.KIND: "Type of transaction",
    Field.SYMBOL: "Symbol",
    Field.ISIN: "ISIN",
    Field.NAME: "Name of the security",
    Field.QUANTITY: "Shares",
    Field.PRICE: "Price a share",
    Field.AMOUNT: "Amount or cost",
    Field.FEES: "Fees",
    Field.TAX: "Tax withheld",
    Field.CURRENCY: "Currency",
    Field.ACCOUNT: "Account",
    Field.NOTE: "Note",
    Field.ACQUIRED: "Day the lot was acquired",
    Field.ID: "Broker's number of the transaction",
    Field.ORDER: "Broker's number of the order",
}

KINDS: tuple[Kind, ...] = (
    Kind.BUY,
    Kind.SELL,
    Kind.DIVIDEND,
    Kind.REINVEST,
    Kind.INTEREST,
    Kind.FEE,
    Kind.TAX,
    Kind.DEPOSIT,
    Kind.WITHDRAWAL,
    Kind.TRANSFER_IN,
    Kind.TRANSFER_OUT,
    Kind.OPENING,
    Kind.SPLIT,
    Kind.RETURN_OF_CAPITAL,
    Kind.CASH_IN_LIEU,
    Kind.WORTHLESS,
)
"""What a word of the file can mean. Spin-offs, mergers and renamings need more than one row can say."""


class Signs(StrEnum):
    """What the sign of an amount says: nothing, the change of cash, or its opposite (a purchase is positive)."""

    BY_KIND = "by_kind"
    CASH = "cash"
    OPPOSITE = "opposite"


class AmountIs(StrEnum):
    """Whether an amount or cost is that of the whole row or of one share."""

    TOTAL = "total"
    PER_SHARE = "per_share"


@dataclass(frozen=True, slots=True)
class MappingSpec:
    """How a file is read. What is None has still to be said by the user; see `unsettled`.

    header: the names of the columns in order, each once; `column 1`, … in a file without a header.
    columns: the column of each field that the file has.
    decimal: "." or ",".
    kinds: the file's word, in lower case -> what it means, None for rows to be kept and not booked.
    every: what each row is in a file without a column of types; None: trades and payments, in or out by their sign.
    fees_in_amount: whether fees and tax are part of the amount already.
    currency: of rows that do not name theirs.
    """

    header: tuple[str, ...]
    columns: Mapping[Field, str]
    delimiter: str = ","
    has_header: bool = True
    decimal: str | None = "."
    dates: DateOrder | None = DateOrder.YMD
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)
    every: Kind | None = None
    signs: Signs = Signs.BY_KIND
    amount_is: AmountIs | None = AmountIs.TOTAL
    fees_in_amount: bool = True
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Question:
    """What only the user can say. `name` is the spec's attribute (or a field), `options` its values in words."""

    name: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)


_DATES = Question(
    "dates",
    "Which comes first in its dates, the day or the month?",
    {
        DateOrder.DMY: "Day, month, year",
        DateOrder.MDY: "Month, day, year",
        DateOrder.YMD: "Year, month, day",
    },
)
_DECIMAL = Question(
    "decimal",
    "Which sign stands before the decimals?",
    {".": "A point, as in 1,234.56", ",": "A comma, as in 1.234,56"},
)
_AMOUNT_IS = Question(
    "amount_is",
    "Is the amount that of the whole row, or of one share?",
    {AmountIs.TOTAL: "Of the whole row", AmountIs.PER_SHARE: "Of one share"},
)
_NO_DATE = Question(Field.DATE, "Which column holds the date?")
_NO_VALUE = Question(Field.AMOUNT, "Which column holds the amount, or the price a share?")


def unsettled(spec: MappingSpec) -> tuple[Question, ...]:
    """What has still to be said before the file can be read."""
    mapped = spec.columns
    asked = (
        (_NO_DATE, not mapped.keys() & {Field.DATE, Field.ACQUIRED}),
        (_NO_VALUE, not mapped.keys() & {Field.AMOUNT, Field.PRICE}),
        (_DATES, spec.dates is None),
        (_DECIMAL, spec.decimal is None),
        (_AMOUNT_IS, spec.amount_is is None and Field.AMOUNT in mapped),
    )
    return tuple(question for question, still_open in asked if still_open)


def to_json(spec: MappingSpec) -> dict[str, Any]:
    """The spec as plain values, to be stored."""
    plain = {part.name: getattr(spec, part.name) for part in fields(spec)}
    return plain | {
        "header": list(spec.header),
        "columns": {str(name): column for name, column in spec.columns.items()},
        "kinds": {word: kind and str(kind) for word, kind in spec.kinds.items()},
        "dates": spec.dates and str(spec.dates),
        "every": spec.every and str(spec.every),
        "signs": str(spec.signs),
        "amount_is": spec.amount_is and str(spec.amount_is),
    }


def from_json(plain: Mapping[str, Any]) -> MappingSpec:
    """The spec of stored or posted values. Raises ValueError where one of them does not exist."""
    try:
        spec = MappingSpec(
            header=tuple(map(str, plain["header"])),
            columns={Field(name): str(column) for name, column in plain["columns"].items() if column},
            delimiter=str(plain["delimiter"]),
            has_header=bool(plain["has_header"]),
            decimal=plain["decimal"] or None,
            dates=DateOrder(plain["dates"]) if plain["dates"] else None,
            kinds={str(word).casefold(): _kind(kind) for word, kind in plain["kinds"].items()},
            every=_kind(plain["every"]),
            signs=Signs(plain["signs"]),
            amount_is=AmountIs(plain["amount_is"]) if plain["amount_is"] else None,
            fees_in_amount=bool(plain["fees_in_amount"]),
            currency=currency(plain["currency"])[0],
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"The mapping is incomplete: {fault}.") from fault
    _check(spec)
    return spec


def _kind(text: str | None) -> Kind | None:
    return Kind(text) if text else None


def _check(spec: MappingSpec) -> None:
    if strange := set(spec.columns.values()) - set(spec.header):
        raise ValueError(f"The file has no column “{min(strange)}”.")
    if len(spec.delimiter) != 1 or spec.decimal not in {".", ",", None}:
        raise ValueError("Cells are separated by one sign; the decimal sign is a point or a comma.")
    if strange_kinds := {*spec.kinds.values(), spec.every} - {*KINDS, None}:
        raise ValueError(f"A row of a mapped file cannot be: {', '.join(map(str, strange_kinds))}.")
