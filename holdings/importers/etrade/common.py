"""What E*TRADE's files have in common: accounts, days, contracts of options, lines around the table."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from holdings.importers.base import AccountHint, RowProblem, Severity
from holdings.importers.cells import DateOrder, day
from holdings.importers.options import option_symbol

CENT = Decimal("0.01")

_ACCOUNT = re.compile(r"(?P<name>.*?)\s*-?[#X*]*(?P<end>[0-9]{3,})")
_GENERATED = re.compile(
    r"(?:Generated at|Positions as of|As of:?)\s*,?\s*(?P<day>[A-Za-z]{3,9} [0-9]+,? [0-9]{4}|[0-9/]+)", re.I
)


def account_hint(text: str) -> AccountHint | None:
    """`Individual Brokerage -2641`, `####3525`, or a bare name."""
    match = _ACCOUNT.fullmatch(text.strip())
    if match:
        return AccountHint(match["name"].strip(), match["end"])
    return AccountHint(text.strip(), "") if text.strip() else None


def us_day(text: str) -> date:
    """`04/05/23` or `04/05/2023`: month, day, year. Raises ValueError."""
    return day(text, DateOrder.MDY)


def generated(cells: Sequence[str]) -> date | None:
    """The day of `Generated at Jan 01 2026 09:00 AM ET`."""
    match = _GENERATED.match(" ".join(cells[:2]))
    if match:
        with suppress(ValueError):
            return us_day(match["day"])
    return None


def contract(*texts: str) -> str:
    """The contract that the first of the texts names, as the clearing house does; empty when none is named."""
    return next((named for text in texts if (named := option_symbol(text))), "")


def footer(cells: Sequence[str]) -> bool:
    """A disclaimer: one cell of words."""
    return not any(cells[1:]) and not cells[0][:1].isdigit()


def warning(line: int, field: str, message: str, remedy: str) -> RowProblem:
    return RowProblem(line, field, message, remedy, Severity.WARNING)
