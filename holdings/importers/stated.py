"""Positions as brokers state them, one line for each instrument of an account, and one for its cash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from holdings.importers.base import AccountHint, RowProblem, Security, Severity, StatedLine
from holdings.importers.money import is_cash
from holdings.importers.options import option_symbol
from holdings.importers.reading import RowReader
from holdings.ledger.types import ZERO

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PositionColumns:
    """What a file calls the cells of a position; empty where it has none."""

    symbol: str
    description: str
    quantity: str
    price: str
    value: str
    basis: str = ""


def position(
    row: RowReader, columns: PositionColumns, account: AccountHint | None, *, cash: bool = False
) -> StatedLine:
    """One line. Money market funds and sweep deposits are cash, whose quantity is its value."""
    symbol, name = row.text(columns.symbol).upper(), " ".join(row.text(columns.description).split())
    quantity, value = row.number(columns.quantity), row.number(columns.value)
    if cash or is_cash(symbol, name):
        return _cash(row, columns, account, value if value is not None else quantity)
    if quantity is None and not row.problems:
        row.error(columns.quantity, "The number of shares is missing.", "Compare the row with the broker's page.")
    contract = option_symbol(symbol) or option_symbol(name)
    return StatedLine(
        rows=(row.line,),
        raw=row.raw,
        symbol=contract or symbol or name,
        quantity=quantity or ZERO,
        description=name,
        price=row.number(columns.price),
        value=value,
        basis=row.number(columns.basis) if columns.basis else None,
        account=account,
        security=Security(name=name, kind="option" if contract else ""),
        problems=tuple(row.problems),
    )


def _cash(row: RowReader, columns: PositionColumns, account: AccountHint | None, amount: Decimal | None) -> StatedLine:
    if amount is None and not row.problems:
        row.error(columns.value, "The amount of cash is missing.", "Compare the row with the broker's page.")
    return StatedLine(
        rows=(row.line,),
        raw=row.raw,
        symbol="",
        quantity=amount or ZERO,
        description=row.text(columns.description) or row.text(columns.symbol),
        value=amount,
        account=account,
        problems=tuple(row.problems),
    )


def combined(lines: Iterable[StatedLine]) -> tuple[StatedLine, ...]:
    """One line for each instrument of an account: brokers part a position by cash and margin, and cash by its place."""
    found: dict[tuple[AccountHint | None, str, str], StatedLine] = {}
    for line in lines:
        key = (line.account, line.symbol, line.currency)
        found[key] = _joined(found[key], line) if key in found else line
    return tuple(found.values())


def _joined(one: StatedLine, two: StatedLine) -> StatedLine:
    return replace(
        one,
        rows=one.rows + two.rows,
        quantity=one.quantity + two.quantity,
        value=_sum(one.value, two.value),
        basis=_sum(one.basis, two.basis),
        problems=one.problems + two.problems,
    )


def _sum(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    return None if one is None or two is None else one + two


def compare_total(line: int, field: str, stated: Decimal | None, lines: Sequence[StatedLine]) -> list[RowProblem]:
    """The total is never trusted; a difference is said, to the cent a line that rounding can make."""
    added = sum((line.value or ZERO for line in lines), ZERO)
    if stated is None or abs(stated - added) <= _CENT * (len(lines) + 1):
        return []
    message = f"The total says {stated:,.2f}, the rows add up to {added:,.2f}."
    remedy = "The rows are taken as they are; some may be missing from the file."
    return [RowProblem(line, field, message, remedy, Severity.WARNING)]
