"""Opens, highs, lows and volumes as the database keeps them. Web and workers."""

from __future__ import annotations

from decimal import Decimal

from accounts.fields import round_to_field
from holdings.market.providers.base import Bar

FIELDS = ("open", "high", "low", "volume")


def quoted(bar: Bar, factor: Decimal) -> Bar:
    """Opens, highs and lows in the currency instead of its quoted unit; shares stay shares."""
    opened, high, low = (None if price is None else price * factor for price in bar[1:4])
    return Bar(bar.day, opened, high, low, bar.volume)


def stored(bar: Bar) -> Bar:
    """As the fields keep it. A price of zero is what sources write where they have none."""
    parts = (*(price or None for price in bar[1:4]), bar.volume)
    return Bar(bar.day, *(None if part is None else round_to_field(part) for part in parts))
