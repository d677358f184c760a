"""Reference rates of the days of a booking, read at once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from decimal import Decimal
from operator import attrgetter

from holdings.market import fx


class Rates:
    """What `fx.rate_on` says of any of the currencies and days asked for, in one query for all of them."""

    def __init__(self, base: str, wanted: Iterable[tuple[str, dt.date | None]]) -> None:
        asked = {(currency, day) for currency, day in wanted if day}
        days = [day for _, day in asked]
        self.steps = fx.rates(base, {currency for currency, _ in asked}, min(days), max(days)) if asked else {}

    def on(self, currency: str, day: dt.date | None) -> Decimal | None:
        """Base currency for one unit, by the last rate published at most seven days before."""
        steps = self.steps.get(currency, ())
        index = bisect_right(steps, day, key=attrgetter("day")) if day else 0
        if not index or day is None:
            return None
        step = steps[index - 1]
        fixed = step.day == dt.date.min
        return step.level if fixed or day - step.day <= fx.OLDEST else None
