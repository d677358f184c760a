"""What Fidelity's files have in common."""

import re
from datetime import date

from holdings.importers.base import AccountHint
from holdings.importers.cells import DateOrder, day

_NUMBER = re.compile(r"(?P<name>.*?)\s*\b(?P<number>[A-Z]?\d{6,})")
_SHOWN_DIGITS = 4
_DOWNLOADED = re.compile(r"Date downloaded\s+(?P<day>\w+[-/]\w+[-/]\d{4})", re.IGNORECASE)


def us_day(text: str) -> date:
    """`12/03/2025`, `12-03-2025` since July 2026, or `Dec-03-2025`. Raises ValueError."""
    return day(text.replace("-", " ") if text[:1].isalpha() else text, DateOrder.MDY)


def account_hint(name: str, number: str) -> AccountHint | None:
    """A name with the last digits of its number, which older files write behind the name."""
    match = None if number else _NUMBER.fullmatch(name)
    if match:
        name, number = match["name"], match["number"]
    return AccountHint(name, number[-_SHOWN_DIGITS:]) if name or number else None


def downloaded(text: str) -> date | None:
    """The day of a line `Date downloaded 12/03/2025 3:00 pm`; None for every other line."""
    match = _DOWNLOADED.search(text)
    try:
        return us_day(match["day"]) if match else None
    except ValueError:
        return None
