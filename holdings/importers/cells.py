"""Numbers and dates as brokers write them. Each function refuses what it is not sure of."""

import re
from datetime import date
from decimal import Decimal

UNKNOWN = {"", "--", "-", "n/a", "incomplete", "not tracked", "missing"}
"""Cells that say that a number or a date is not known."""

_LARGEST_EXPONENT = 20  # the stored columns hold twenty digits before the decimal sign
_DECIMALS = 18

_SIGN = "[-+\u2212]"
_SIGNED = re.compile(rf"(?P<open>\()?(?P<sign>{_SIGN})?[$€£]?(?P<late>{_SIGN})?(?P<digits>[^()$]*)(?P<close>\))?")
_GROUPING = {".": "[,'\u2019 \u00a0\u202f]", ",": "[.'\u2019 \u00a0\u202f]"}
_DIGITS = {
    sign: re.compile(
        r"(?=.?[0-9])"
        rf"(?:[0-9]{{1,3}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]*)"
        rf"(?:{re.escape(sign)}[0-9]*)?"
        r"(?:[eE][-+]?[0-9]{1,2})?"
    )
    for sign, group in _GROUPING.items()
}
_DATE = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")


def number(text: str, decimal: str = ".") -> Decimal | None:
    """A number with the declared decimal sign, perhaps with a currency sign, groups of three, or negative in brackets.

    None for a cell that says it is unknown. Raises ValueError for anything else, so "1.234,56" is never 1.23456.
    """
    if text.strip().lower() in UNKNOWN:
        return None
    signed = _SIGNED.fullmatch(text.strip())
    if not signed or not _signed_once(signed) or not _DIGITS[decimal].fullmatch(signed["digits"]):
        raise ValueError(f"“{text}” is not a number.")
    value = Decimal(re.sub(_GROUPING[decimal], "", signed["digits"]).replace(decimal, "."))
    if value.adjusted() >= _LARGEST_EXPONENT or -int(value.as_tuple().exponent) > _DECIMALS:
        raise ValueError(f"“{text}” has more digits than can be kept.")
    plain = (signed["open"] or signed["sign"] or signed["late"] or "+") == "+"
    return value if plain else value.copy_negate()


def _signed_once(signed: re.Match[str]) -> bool:
    """Brackets come in pairs, and with them or either sign there is no other."""
    marks = [signed["open"], signed["sign"], signed["late"]]
    return bool(signed["open"]) == bool(signed["close"]) and sum(mark is not None for mark in marks) < 2


def us_date(text: str) -> date:
    """MM/DD/YYYY, and nothing else. The day is the one written, whatever the time zone. Raises ValueError."""
    match = _DATE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"“{text}” is not a date written MM/DD/YYYY.")
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar; dates are read as MM/DD/YYYY.") from None
