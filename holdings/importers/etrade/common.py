"""What E*TRADE's files have in common: accounts, days, contracts of options, lines around the table."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from holdings.importers.base import AccountHint, RowProblem, Severity
from holdings.importers.cells import DateOrder, day

CENT = Decimal("0.01")

_ACCOUNT = re.compile(r"(?P<name>.*?)\s*-?[#X*]*(?P<end>[0-9]{3,})")
_GENERATED = re.compile(
    r"(?:Generated at|Positions as of|As of:?)\s*,?\s*(?P<day>[A-Za-z]{3,9} [0-9]+,? [0-9]{4}|[0-9/]+)", re.I
)
_SENTENCE = re.compile(
    r"(?P<right>CALL|PUT)\s+(?P<root>[A-Z.]+)\s+(?P<day>[0-9]{2}/[0-9]{2}/[0-9]{2})\s+(?P<strike>[0-9.]+)", re.I
)
_TITLE = re.compile(
    r"(?P<root>[A-Z.]+)\s+(?P<day>[A-Z]{3} [0-9]{1,2}) '(?P<year>[0-9]{2}) \$(?P<strike>[0-9.,]+) (?P<right>CALL|PUT)",
    re.I,
)
_OCC = re.compile(r"[A-Z.]+\W*[0-9]{6}[CP][0-9]{8}")


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
    """An option in the code of the clearing house, `TSLA  250228P00370000`; empty when the texts name none.

    E*TRADE writes `PUT  TSLA   02/28/25   370.000` or `TSLA Feb 28 '25 $370 Put`.
    """
    for text in texts:
        if match := _SENTENCE.match(text):
            return _code(match["root"], match["day"], match["right"], match["strike"])
        if match := _TITLE.fullmatch(text):
            return _code(match["root"], f"{match['day']} 20{match['year']}", match["right"], match["strike"])
        if _OCC.fullmatch(text):
            return text
    return ""


def _code(root: str, expiry: str, right: str, strike: str) -> str:
    try:
        expires, thousandths = us_day(expiry), int(Decimal(strike.replace(",", "")) * 1000)
    except (ValueError, InvalidOperation):
        return ""
    return f"{root.upper():<6}{expires:%y%m%d}{right[0].upper()}{thousandths:08d}"


def footer(cells: Sequence[str]) -> bool:
    """A disclaimer: one cell of words."""
    return not any(cells[1:]) and not cells[0][:1].isdigit()


def warning(line: int, field: str, message: str, remedy: str) -> RowProblem:
    return RowProblem(line, field, message, remedy, Severity.WARNING)
