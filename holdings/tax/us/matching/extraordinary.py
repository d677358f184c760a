"""Dividends so large that a later loss is long-term to their extent (IRC 1(h)(11)(D)(i), 1059(c)).

A dividend is extraordinary at 10 % or more of the adjusted basis of its share; those with ex-dates within 85
consecutive days count as one. All within 365 consecutive days are, where together they exceed 20 %. Preferred stock,
whose limit is 5 %, is not told apart from other stock.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from holdings.ledger.types import ZERO

LIMIT, YEARS_LIMIT = Decimal("0.10"), Decimal("0.20")
NEAR, YEAR = timedelta(days=84), timedelta(days=364)
"""From the first to the last of 85 and of 365 consecutive days."""


class Paid(NamedTuple):
    """What came on the shares of a slice. day: the ex-date, or of the payment where nobody knows that."""

    day: date
    amount: Decimal


def extraordinary(paid: Sequence[Paid], basis: Decimal) -> Decimal:
    """The sum of those that are extraordinary. paid: qualified dividends on shares of that adjusted basis, by day."""
    if basis <= 0 or sum((each.amount for each in paid), ZERO) < LIMIT * basis:
        return ZERO
    return sum((each.amount for each in paid if _is_extraordinary(each, paid, basis)), ZERO)


def _is_extraordinary(each: Paid, paid: Sequence[Paid], basis: Decimal) -> bool:
    near, of_year = _most_within(NEAR, each, paid), _most_within(YEAR, each, paid)
    return near >= LIMIT * basis or of_year > YEARS_LIMIT * basis


def _most_within(span: timedelta, each: Paid, paid: Sequence[Paid]) -> Decimal:
    """The largest sum of the dividends of a period that holds this one."""
    starts = [other.day for other in paid if each.day - span <= other.day <= each.day]
    sums = [sum((other.amount for other in paid if start <= other.day <= start + span), ZERO) for start in starts]
    return max(sums)
