"""A household's own prices: entered by hand or uploaded. They go before the market's and stay its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from accounts import activity
from accounts.doorbell import ring
from accounts.fields import round_to_field
from accounts.locks import holding
from accounts.models import Household, User
from holdings.market.bars import FIELDS, quoted, stored
from holdings.market.providers.base import Bar, Point
from holdings.market.units import unit_of
from holdings.models import HouseholdPrice, Instrument

Origin = HouseholdPrice.Origin


class PriceRefused(Exception):
    """The price cannot be kept; the message says why."""


def enter_price(
    *,
    household: Household,
    user: User,
    instrument: Instrument,
    date: dt.date,
    close: Decimal,
    currency: str = "",
    note: str = "",
) -> HouseholdPrice:
    """Keep a price of a day; one of the same day is replaced. Raises PriceRefused for a day that has not come yet."""
    (row,) = _save(household, user, instrument, [Point(date, close)], currency, Origin.MANUAL, note)
    return row


def upload_prices(
    *,
    household: Household,
    user: User,
    instrument: Instrument,
    points: Sequence[Point],
    bars: Sequence[Bar] = (),
    currency: str = "",
    note: str = "",
) -> int:
    """Keep a whole series in one change; days that were there are replaced. Returns how many days it has."""
    return len(_save(household, user, instrument, points, currency, Origin.UPLOAD, note, bars))


def remove_prices(*, household: Household, user: User, instrument: Instrument, first: dt.date, last: dt.date) -> int:
    """Take the household's own prices of some days away, so that the market's count again; how many."""
    with holding(household):
        rows = HouseholdPrice.objects.filter(household=household, instrument=instrument, date__range=(first, last))
        count, _ = rows.delete()
        if count:
            activity.record(household=household, user=user, verb="prices.removed", subject=instrument)
            ring("holdings.own_prices", instrument.pk, household.pk, first.toordinal())
    return count


def _save(
    household: Household,
    user: User,
    instrument: Instrument,
    points: Sequence[Point],
    currency: str,
    origin: str,
    note: str,
    bars: Sequence[Bar] = (),
) -> list[HouseholdPrice]:
    unit = unit_of(currency or instrument.currency)
    if late := next((point.day for point in points if point.day > household.as_of), None):
        raise PriceRefused(f"{late:%-d %b %Y} is later than {household.as_of:%-d %b %Y}. Choose a day that has passed.")
    traded = {bar.day: stored(quoted(bar, unit.factor)) for bar in bars}
    rows = [
        HouseholdPrice(
            household=household,
            instrument=instrument,
            date=point.day,
            close=round_to_field(point.value * unit.factor),
            currency=unit.currency,
            origin=origin,
            note=note,
            **dict(zip(FIELDS, traded.get(point.day, Bar(point.day))[1:], strict=True)),
        )
        for point in points
    ]
    with holding(household):
        HouseholdPrice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["household", "instrument", "date"],
            update_fields=["close", "currency", "origin", "note", *FIELDS],
            batch_size=500,
        )
        verb = "price.entered" if origin == Origin.MANUAL else "prices.uploaded"
        activity.record(household=household, user=user, verb=verb, subject=instrument, fields=["date", "close"])
        ring("holdings.own_prices", instrument.pk, household.pk, min(p.day for p in points).toordinal())
    return rows
