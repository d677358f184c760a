"""Highs, lows and volumes as the database keeps them. Web and workers."""

from __future__ import annotations

from decimal import Decimal

from accounts.fields import round_to_field
from holdings.market.providers.base import Bar

FIELDS = ("high", "low", "volume")


def quoted(bar: Bar, factor: Decimal) -> Bar:
    """Highs and lows in the currency instead of its quoted unit; shares stay shares."""
    high, low = (None if price is None else price * factor for price in (bar.high, bar.low))
    return Bar(bar.day, high, low, bar.volume)


def stored(bar: Bar) -> Bar:
    """As the fields keep it. A price of zero is what sources write where they have none."""
    parts = (bar.high or None, bar.low or None, bar.volume)
    return Bar(bar.day, *(None if part is None else round_to_field(part) for part in parts))
