"""The periods that pages can show."""

from __future__ import annotations

import calendar
import datetime as dt

PERIODS = ("1M", "3M", "YTD", "1Y", "3Y", "5Y", "All")
DEFAULT = "1Y"
CUSTOM = "custom"
WORDS = {
    "1M": "1 month",
    "3M": "3 months",
    "YTD": "this year",
    "1Y": "1 year",
    "3Y": "3 years",
    "5Y": "5 years",
    "All": "all time",
    CUSTOM: "these dates",
}
MONTHS = {"1M": 1, "3M": 3, "1Y": 12, "3Y": 36, "5Y": 60}


def chosen(asked: str | None) -> str:
    return asked if asked in PERIODS else DEFAULT


def start(period: str, as_of: dt.date) -> dt.date | None:
    """The day whose close opens the period; None where everything is shown."""
    if period == "YTD":
        return dt.date(as_of.year - 1, 12, 31)
    return months_before(as_of, MONTHS[period]) if period in MONTHS else None


def months_before(day: dt.date, months: int) -> dt.date:
    at = 12 * day.year + day.month - 1 - months
    year, month = at // 12, at % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
