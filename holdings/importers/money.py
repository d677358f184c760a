"""Cash in the clothes of a security: sweep deposits and money market funds are cash, and are counted once."""

import re
from collections.abc import Sequence

from holdings.importers.base import RowProblem, Severity

_SYMBOL = re.compile(r"[A-Z]{3}XX|FCASH|FDIC\d*")
_NAME = re.compile(
    r"\bmoney (?:market|fund)\b|\bmmkt\b|\bfdic insured deposit\b|\bbank (?:deposit )?sweep\b", re.IGNORECASE
)
_SHOWN = 12


def is_cash(symbol: str, name: str = "") -> bool:
    """Whether a position or trade is of a money market fund at one dollar a share, or of a sweep deposit.

    US money market funds have symbols of five letters that end in XX. Exchange-traded ones float, and are securities.
    """
    if re.search(r"\betf\b", name, re.IGNORECASE):
        return False
    return symbol.endswith("**") or bool(_SYMBOL.fullmatch(symbol.strip("*").upper()) or _NAME.search(name))


def swept(lines: Sequence[int]) -> list[RowProblem]:
    """One warning for all rows that only move cash between the account and its sweep or money market fund."""
    if not lines:
        return []
    shown = ", ".join(str(line) for line in lines[:_SHOWN]) + (", …" if len(lines) > _SHOWN else "")
    row, moves, line = ("row", "moves", "line") if len(lines) == 1 else ("rows", "move", "lines")
    message = f"{len(lines)} {row} {moves} cash into or out of a sweep or money market fund ({line} {shown})."
    return [RowProblem(lines[0], "", message, "Both sides are cash, so nothing is booked.", Severity.WARNING)]
