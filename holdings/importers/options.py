"""Option contracts, named in one way whatever the broker writes: as the clearing house (OCC) does."""

import re
from datetime import date
from decimal import Decimal

_SPELLINGS = (
    # SPY 01/19/2024 450.00 C and SPY 1/19/2024 Call $450.00
    re.compile(
        r"(?P<root>[A-Z][A-Z0-9./]{0,7}) +(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}) +"
        r"(?:\$?(?P<strike>[\d,]+(?:\.\d+)?) +(?P<right>[CP])|(?P<word>CALL|PUT) +\$?(?P<at>[\d,]+(?:\.\d+)?))\b.*",
        re.DOTALL,
    ),
    # SPY 19JAN24 450 C
    re.compile(
        r"(?P<root>[A-Z][A-Z0-9./]{0,7}) (?P<day>\d{1,2})(?P<name>[A-Z]{3})(?P<year>\d\d) "
        r"(?P<strike>\d+(?:\.\d+)?) (?P<right>[CP])"
    ),
    # CALL SPY 01/19/24 450.000
    re.compile(
        r"(?P<word>CALL|PUT) (?P<root>[A-Z][A-Z0-9./]{0,7}) (?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d\d) "
        r"(?P<at>\d+(?:\.\d+)?)\b.*",
        re.DOTALL,
    ),
    # SPY Jan 19 '24 $450 Call
    re.compile(
        r"(?P<root>[A-Z][A-Z0-9./]{0,7}) (?P<name>[A-Z]{3}) (?P<day>\d{1,2}) '(?P<year>\d\d) "
        r"\$(?P<at>[\d,]+(?:\.\d+)?) (?P<word>CALL|PUT)"
    ),
    # -SPY240119C450 and SPY240119C00450000
    re.compile(
        r"-?(?P<root>[A-Z]{1,6}\d?) ?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<right>[CP])(?P<strike>\d+(?:\.\d+)?)"
    ),
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_THOUSANDTHS = 8
"""Eight digits without a point are thousandths of a dollar."""


def option_symbol(text: str) -> str | None:
    """`SPY   240119C00450000`, 21 signs, where the text names a contract as brokers do; None where it does not."""
    for spelling in _SPELLINGS:
        match = spelling.fullmatch(" ".join(text.upper().split()))
        if match:
            return _symbol(match.groupdict())
    return None


def _symbol(part: dict[str, str | None]) -> str | None:
    right = (part.get("right") or part.get("word") or "")[:1]
    written = (part.get("strike") or part.get("at") or "").replace(",", "")
    coded = len(written) == _THOUSANDTHS and written.isdigit()
    strike = Decimal(written) if coded else Decimal(written) * 1000
    year = int(part["year"] or 0)
    try:
        month = _MONTHS.index(part.get("name") or "") + 1 if part.get("name") else int(part["month"] or 0)
        expires = date(year if year > 99 else 2000 + year, month, int(part["day"] or 0))
    except ValueError:
        return None
    if strike != int(strike) or strike >= 10**_THOUSANDTHS:
        return None
    root = re.sub(r"[^A-Z0-9]", "", part["root"] or "")
    return f"{root:<6}{expires:%y%m%d}{right}{int(strike):08d}"
