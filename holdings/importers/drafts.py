"""What readers of several formats derive from a row in the same way."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from holdings.importers.base import DraftRow, RowProblem, Severity
from holdings.ledger.types import ZERO, Kind

_DERIVED = Decimal("1E-10")


def unit_price(gross: Decimal, shares: Decimal) -> Decimal:
    """Money without fees over shares, both taken without sign, to ten decimals."""
    return plain((abs(gross) / abs(shares)).quantize(_DERIVED))


def plain(value: Decimal) -> Decimal:
    """The same value without zeros at its end: 50 for 50.00, and never 5E+1."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def beside(draft: DraftRow, kind: Kind, cash: Decimal) -> DraftRow:
    """A row of its own for tax or fees that the same line of the file withheld."""
    return replace(draft, kind=kind, cash=cash, quantity=ZERO, price=None, fees=ZERO, external_id="", problems=())


def with_problems(rows: Sequence[DraftRow], problems: Sequence[RowProblem]) -> list[DraftRow]:
    """The rows of one line with what is wrong with it; an error keeps those beside the first from being booked too."""
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    return [replace(row, problems=errors if at else tuple(problems)) for at, row in enumerate(rows)]
