"""Holding periods under US federal law (IRC 1222, Rev. Rul. 66-97 and 70-598): calendar years, never 365 days."""

from datetime import date, timedelta


def long_term_from(acquired: date) -> date:
    """The first day on which a sale is long-term.

    The count starts the day after acquisition and needs more than one year. Where that lands on 29 February of a common
    year it rolls forward to 1 March.
    """
    return _later(acquired, years=1)


def more_than_six_months_from(acquired: date) -> date:
    """The first day on which shares were held for more than six months, counted alike."""
    return _later(acquired, months=6)


def _later(acquired: date, years: int = 0, months: int = 0) -> date:
    """The day after acquisition, so much later; past the end of a month, the first of the next."""
    start = acquired + timedelta(days=1)
    year, month = divmod(start.year * 12 + start.month - 1 + years * 12 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year, month + 2, 1)


def is_long_term(acquired: date, sold: date) -> bool:
    """Whether shares acquired and sold on these trade dates were held for more than one year.

    That begins 366 or 367 days after the acquisition, so that the calendar is asked on one day alone.
    """
    days = (sold - acquired).days
    return days > 366 or (days == 366 and sold >= long_term_from(acquired))


def days_to_long_term(acquired: date, on: date) -> int:
    """Days until a sale would be long-term, 0 when it is already."""
    return max((long_term_from(acquired) - on).days, 0)
