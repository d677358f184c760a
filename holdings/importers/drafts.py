"""What readers of several formats derive from a row in the same way. They compute under `holdings.ledger.exact`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from holdings.importers.base import DraftRow, RowProblem, Severity
from holdings.ledger.exact import QUANTUM
from holdings.ledger.types import ZERO, Character, Kind

_DERIVED = Decimal("1E-10")
_TOO_LARGE = Decimal("1E20")  # the stored columns hold twenty digits before the decimal sign
_FIELDS = ("quantity", "price", "fees", "cash", "basis", "rate")


_COME = {Kind.BUY, Kind.REINVEST, Kind.OPENING}
_GO = {Kind.SELL, Kind.WORTHLESS}
_PAY = {Kind.BUY, Kind.REINVEST, Kind.WITHDRAWAL}
_PAID = {Kind.DEPOSIT, Kind.RETURN_OF_CAPITAL, Kind.CASH_IN_LIEU}
_NEED_SYMBOL = {*_COME, *_GO, Kind.SPLIT, Kind.RETURN_OF_CAPITAL, Kind.CASH_IN_LIEU, Kind.SHORT, Kind.OPTION}
_MONEY = {Kind.DIVIDEND, Kind.INTEREST, Kind.FEE, Kind.TAX}
_TRANSFERS = {Kind.TRANSFER_IN: 1, Kind.TRANSFER_OUT: -1}


def unit_price(gross: Decimal, shares: Decimal) -> Decimal:
    """Money without fees over shares, both taken without sign, to ten decimals."""
    return plain((abs(gross) / abs(shares)).quantize(_DERIVED))


def plain(value: Decimal) -> Decimal:
    """The same value to the decimals that are stored, without zeros at its end: 50 for 50.00, and never 5E+1."""
    text = f"{_stored(value):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _stored(value: Decimal) -> Decimal:
    finer = int(value.as_tuple().exponent) < int(QUANTUM.as_tuple().exponent)
    return value.quantize(QUANTUM) if finer else value


def beside(draft: DraftRow, kind: Kind, cash: Decimal) -> DraftRow:
    """A row of its own for tax or fees that the same line of the file withheld."""
    return replace(
        draft,
        kind=kind,
        cash=cash,
        quantity=ZERO,
        price=None,
        fees=ZERO,
        character=Character.UNKNOWN,
        external_id="",
        order="",
        problems=(),
    )


def with_problems(rows: Sequence[DraftRow], problems: Sequence[RowProblem]) -> list[DraftRow]:
    """The rows of one line with what is wrong with it; an error keeps those beside the first from being booked too.

    Products of long numbers are rounded to what is stored, and said to be wrong where they are larger. What no reader
    found wrong must still have the signs of its kind.
    """
    faults = [*problems, *_too_large(rows)]
    if not any(problem.severity is Severity.ERROR for problem in faults):
        faults += [
            RowProblem(row.rows[0], name, message, "Correct the row, or leave it out.")
            for row in rows
            for name, message in _misfits(row)
        ]
    errors = tuple(problem for problem in faults if problem.severity is Severity.ERROR)
    return [_kept(row, errors if at else tuple(faults)) for at, row in enumerate(rows)]


def _misfits(row: DraftRow) -> Iterator[tuple[str, str]]:
    """Fields of the draft that its kind does not allow; the shares of a split may follow from its ratio later."""
    way = _TRANSFERS.get(row.kind) if row.kind else None
    if (row.kind in _NEED_SYMBOL or (way and row.quantity)) and not row.symbol:
        yield "symbol", "The security is missing."
    if (row.kind in _COME and row.quantity <= 0) or (row.kind in _GO and row.quantity >= 0):
        yield "quantity", f"{row.quantity:,f} shares make no {row.kind}."
    if row.kind in {Kind.SHORT, Kind.OPTION} and not row.quantity:
        yield "quantity", "The number of shares is missing."
    if way and not (row.quantity * way > 0 or row.cash * way > 0):
        yield "cash", "Neither shares nor an amount are moved that way."
    if (row.kind in _PAY and row.cash >= 0) or (row.kind in _PAID and row.cash <= 0):
        yield "cash", f"An amount of {row.cash:,f} makes no {str(row.kind).replace('_', ' ')}."
    if (row.kind in _MONEY and not row.cash) or (row.kind is Kind.SELL and row.cash < 0):
        yield "cash", "The amount is zero, or less than the fees."
    if row.price is not None and row.price < 0:
        yield "price", "A price is not negative."


def _too_large(rows: Sequence[DraftRow]) -> list[RowProblem]:
    large = {name for row in rows for name in _FIELDS if abs(getattr(row, name) or ZERO) >= _TOO_LARGE}
    return [
        RowProblem(
            rows[0].rows[0], name, f"The {name} has more digits than can be kept.", "Correct the row in the file."
        )
        for name in sorted(large)
    ]


def _kept(row: DraftRow, problems: tuple[RowProblem, ...]) -> DraftRow:
    values = {name: value for name in _FIELDS if (value := getattr(row, name))}
    rounded: dict[str, Any] = {name: small for name, value in values.items() if (small := _stored(value)) is not value}
    return replace(row, problems=problems, **rounded)
