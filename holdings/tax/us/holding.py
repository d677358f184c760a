"""Holding periods under US federal law (IRC 1222, Rev. Rul. 66-97 and 70-598): calendar years, never 365 days."""

from datetime import date, timedelta


def long_term_from(acquired: date) -> date:
    """The first day on which a sale is long-term.

    The count starts the day after acquisition and needs more than one year. Where that lands on 29 February of a common
    year it rolls forward to 1 March.
    """
    start = acquired + timedelta(days=1)
    try:
        return start.replace(year=start.year + 1)
    except ValueError:
        return date(start.year + 1, 3, 1)


def is_long_term(acquired: date, sold: date) -> bool:
    """Whether shares acquired and sold on these trade dates were held for more than one year."""
    return sold >= long_term_from(acquired)


def days_to_long_term(acquired: date, on: date) -> int:
    """Days until a sale would be long-term, 0 when it is already."""
    return max((long_term_from(acquired) - on).days, 0)
