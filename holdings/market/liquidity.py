"""Spread and volume of what a household holds, out of the stored highs, lows and volumes. Workers only."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils import timezone

from accounts.fields import round_to_field
from accounts.models import Household
from holdings.market import events
from holdings.market.adjust import later_splits, rescaled
from holdings.market.calendars import sessions_between
from holdings.market.closes import OWN
from holdings.market.held import held_by, households_with
from holdings.market.providers import base
from holdings.market.quality import contradiction
from holdings.measures.liquidity import VOLUME_SESSIONS, Bar, daily_volume, half_spread
from holdings.models import HouseholdPrice, Instrument, Liquidity, Price, Transaction

SESSIONS = 252
REACH = dt.timedelta(days=400)
"""Calendar days that surely hold so many sessions."""

PLACES = Decimal("0.000001")
READ = ("high", "low", "volume")
"""Of a bar: an open that contradicts its day takes nothing away here."""

SAID = Q(high__isnull=False) | Q(low__isnull=False) | Q(volume__isnull=False)
FIGURES = [
    name.attname for name in Liquidity._meta.concrete_fields if name.name not in ("id", "household", "instrument")
]


@dataclass
class _Series:
    """The bars of one instrument by day, in its currency; `left_out` contradict themselves."""

    bars: dict[dt.date, Bar] = field(default_factory=dict)
    left_out: set[dt.date] = field(default_factory=set)
    sources: dict[str, None] = field(default_factory=dict)


def refresh(household: Household) -> int:
    """Estimate what has no estimate of the household's date, and drop what is no longer read; how many are new."""
    held = held_by(household)
    Liquidity.objects.filter(household=household).exclude(instrument__in=held.values("pk")).delete()
    known = Liquidity.objects.filter(household=household, as_of=household.as_of)
    missing = list(held.exclude(pk__in=known.values("instrument")))
    derive(household, missing)
    return len(missing)


def due() -> list[int]:
    """Households whose estimates are of another date than theirs, or that traded and have none."""
    rows = Liquidity.objects.filter(household=OuterRef("pk"))
    traded = Transaction.objects.active().filter(account__household=OuterRef("pk"), instrument__isnull=False)
    never = set(Household.objects.filter(Exists(traded), ~Exists(rows)).values_list("pk", flat=True))
    days = Liquidity.objects.order_by().values_list("household", "as_of").distinct()
    clocks = {row.pk: row.as_of for row in Household.objects.filter(Exists(rows))}
    return sorted(never | {pk for pk, day in days if day != clocks[pk]})


def derive_all(instrument: Instrument) -> None:
    """Estimate anew for every household that reads an instrument, after its prices changed."""
    reads = Q(pk__in=households_with(instrument).values("pk")) | Q(liquidity__instrument=instrument)
    for household in Household.objects.filter(reads).distinct():
        derive(household, [instrument])


def derive(household: Household, instruments: Sequence[Instrument]) -> None:
    """Estimate and keep, as of the household's date; what was kept before is replaced. Idempotent."""
    if not instruments:
        return
    found = _read(household, instruments)
    sessions = {calendar: _sessions(calendar, household.as_of) for calendar in {row.calendar for row in instruments}}
    splits = events.splits_of(row.pk for row in instruments)
    rows = [
        Liquidity(
            household=household,
            instrument=row,
            as_of=household.as_of,
            **_figures(found[row.pk], sessions[row.calendar], _until(splits.get(row.pk, ()), household.as_of)),
        )
        for row in instruments
    ]
    Liquidity.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["household", "instrument"], update_fields=FIGURES, batch_size=200
    )


def _sessions(calendar: str, as_of: dt.date) -> list[dt.date]:
    return sessions_between(calendar, as_of - REACH, as_of)[-SESSIONS:]


def _until(splits: Iterable[base.Split], as_of: dt.date) -> list[base.Split]:
    return [split for split in splits if split.day <= as_of]


def _read(household: Household, instruments: Iterable[Instrument]) -> Mapping[int, _Series]:
    """What is stored of the last year until the household's date; its own prices before the market's. Two queries."""
    scope = SAID & Q(
        instrument__in=[row.pk for row in instruments],
        date__range=(household.as_of - REACH, household.as_of),
        currency=F("instrument__currency"),
    )
    own = HouseholdPrice.objects.filter(scope, household=household).annotate(said=Value(OWN))
    found: dict[int, _Series] = defaultdict(_Series)
    for rows in (Price.objects.filter(scope).annotate(said=F("source__name")), own):
        for pk, day, close, said, *parts in rows.order_by("date").values_list(
            "instrument", "date", "close", "said", *READ
        ):
            _add(found[pk], base.Bar(day, None, *parts), close, said)
    return found


def _add(series: _Series, bar: base.Bar, close: Decimal, source: str) -> None:
    series.bars.pop(bar.day, None)
    series.left_out.discard(bar.day)
    if contradiction(close, bar):
        series.left_out.add(bar.day)
    else:
        series.bars[bar.day] = Bar(bar.day, close, *bar[2:])
        series.sources[source[:1].upper() + source[1:]] = None


def _figures(series: _Series, sessions: Sequence[dt.date], splits: Sequence[base.Split]) -> dict[str, Any]:
    """The fields of a row. Days before the window do not count; shares are those of the last day."""
    first = sessions[0] if sessions else dt.date.max
    known = [_in_last_shares(series.bars[day], splits) for day in sorted(series.bars) if day >= first]
    recent = bisect_left(known, sessions[-VOLUME_SESSIONS:][0] if sessions else first, key=lambda bar: bar.day)
    spread, volume = half_spread(known), daily_volume(known[recent:])
    return {
        "last": known[-1].day if known else None,
        "sessions": len(sessions),
        "ranges": sum(bar.high is not None and bar.low is not None for bar in known),
        "volumes": sum(bar.volume is not None for bar in known),
        "left_out": sum(day >= first for day in series.left_out),
        "source": ", ".join(series.sources)[:200],
        "half_spread": _rounded(spread.half) if spread else None,
        "half_spread_most": _rounded(spread.most) if spread else None,
        "months": spread.months if spread else 0,
        "daily_volume": round_to_field(volume.shares) if volume else None,
        "daily_value": round_to_field(volume.value) if volume else None,
        "volume_days": volume.days if volume else 0,
        "made_at": timezone.now(),
    }


def _in_last_shares(bar: Bar, splits: Sequence[base.Split]) -> Bar:
    """The bar in shares of the last day, into which every share of its own day was split."""
    ratio = later_splits(bar.day, splits)
    if ratio == 1:
        return bar
    moved = rescaled(base.Bar(bar.day, None, *bar[2:]), 1 / ratio)
    return Bar(bar.day, bar.close / ratio, *moved[2:])


def _rounded(fraction: float | None) -> Decimal | None:
    return None if fraction is None else Decimal(fraction).quantize(PLACES)
