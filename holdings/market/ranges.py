"""Opens, highs, lows and closes of whole days, as a household sees them. Workers only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accounts.models import Household
from holdings.market import bars
from holdings.market.providers.base import Bar
from holdings.market.quality import contradiction
from holdings.models import HouseholdPrice, Instrument, Price


class WholeDays(NamedTuple):
    """Days (k), ascending, and their `prices` (k x 4): open, high, low, close, each as traded that day."""

    days: tuple[dt.date, ...]
    prices: NDArray[np.float64]


def whole_days(household: Household, instrument: Instrument) -> WholeDays:
    """Days until the household's date of which all four are known and none contradicts another. Two queries.

    A price of the household's own goes before the market's of its day, also where it is a close alone. Prices stay in
    the shares and the currency of their day: only what they are to each other within a day means anything.
    """
    scope = {"instrument": instrument, "date__lte": household.as_of}
    columns = ("date", "close", *bars.FIELDS)
    market = Price.objects.filter(**scope, open__isnull=False, high__isnull=False, low__isnull=False)
    own = HouseholdPrice.objects.filter(**scope, household=household)
    found: dict[dt.date, tuple[Decimal, Bar]] = {}
    for rows in (market, own):
        found |= {day: (close, Bar(day, *parts)) for day, close, *parts in rows.values_list(*columns)}
    days = sorted(day for day, (close, bar) in found.items() if _is_whole(close, bar))
    prices = [[float(price or 0) for price in (*found[day][1][1:4], found[day][0])] for day in days]
    return WholeDays(tuple(days), np.array(prices, dtype=np.float64).reshape(len(days), 4))


def _is_whole(close: Decimal, bar: Bar) -> bool:
    return None not in bar[1:4] and contradiction(close, bar) is None
