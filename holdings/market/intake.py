"""What a source brought, into the database: one transaction a feed. Workers only."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.clock import today
from accounts.fields import round_to_field
from holdings.market import bars, chunks, events, findings, liquidity
from holdings.market.adjust import merged, raw
from holdings.market.held import accounts_with, mark_stale
from holdings.market.providers.base import Bar, Dividend, Fetched, Malformed, Point, Split
from holdings.market.quality import same_factor, split_ratio
from holdings.market.units import unit_of
from holdings.models import (
    BrokerageAccount,
    Feed,
    FxRate,
    HouseholdPrice,
    Instrument,
    InstrumentEvent,
    MacroPoint,
    Price,
)

Changed = dict[dt.date, Decimal]
SHIPPED = "sample"


def store(feed: Feed, fetched: Fetched) -> int:
    """Store what is new or restated, derive what follows, and write the feed's success; how many points changed.

    Raises Malformed, with nothing changed, for an answer that cannot be made raw or contradicts what it gave before.
    """
    with transaction.atomic():
        changed = _kind(feed)(feed, fetched)
        last = max((point.day for point in fetched.points if point.day <= today()), default=feed.last_date)
        now = timezone.now()
        Feed.objects.filter(pk=feed.pk).update(succeeded_at=now, last_date=last, failures=0, error="", try_after=None)
        type(feed.source).objects.filter(pk=feed.source_id).update(updated_at=now)
    return len(changed)


def _kind(feed: Feed) -> Callable[[Feed, Fetched], Changed]:
    if feed.instrument_id:
        return _prices
    return _rates if feed.currency else _macro


def _prices(feed: Feed, fetched: Fetched) -> Changed:
    instrument = feed.instrument
    assert instrument is not None  # noqa: S101 - the feed's constraint
    unit = unit_of(fetched.currency or instrument.currency)
    made = raw(_scaled(fetched, unit.factor * feed.unit), events.splits(instrument))
    made = _after(made, _shipped_until(instrument))
    points = _continued(feed, instrument, _usable(made.points))
    changed = _write_closes(feed, instrument, points, {bar.day: bars.stored(bar) for bar in made.bars}, unit.currency)
    moved = _write_events(feed, instrument, made.splits, made.dividends, unit.currency)
    restate(instrument, changed, moved)
    findings.check(instrument)
    liquidity.derive_all(instrument)
    return changed


def _shipped_until(instrument: Instrument) -> dt.date:
    """The last day of a series that came with the software. Its closes hold dividends: it is continued, never mixed."""
    rows = instrument.prices.filter(source__slug=SHIPPED).order_by("-date")
    return rows.values_list("date", flat=True).first() or dt.date.min


def _after(fetched: Fetched, day: dt.date) -> Fetched:
    return Fetched(
        tuple(point for point in fetched.points if point.day > day),
        fetched.currency,
        fetched.basis,
        tuple(split for split in fetched.splits if split.day > day),
        tuple(paid for paid in fetched.dividends if paid.day > day),
        tuple(bar for bar in fetched.bars if bar.day > day),
    )


def _scaled(fetched: Fetched, factor: Decimal) -> Fetched:
    """Quoted units become the currency, once."""
    if factor == 1:
        return fetched
    points = tuple(Point(day, value * factor) for day, value in fetched.points)
    paid = tuple(Dividend(day, amount * factor, unit) for day, amount, unit in fetched.dividends)
    traded = tuple(bars.quoted(bar, factor) for bar in fetched.bars)
    return Fetched(points, fetched.currency, fetched.basis, fetched.splits, paid, traded)


def _usable(points: Sequence[Point]) -> list[Point]:
    """Positive closes until today."""
    return [Point(p.day, round_to_field(p.value)) for p in points if p.value > 0 and p.day <= today()]


def _continued(feed: Feed, instrument: Instrument, points: Sequence[Point]) -> Sequence[Point]:
    """What may be written, given what the same source gave before.

    A source whose old closes have all changed by the ratio of a split has adjusted them: the raw ones stay. Any other
    one factor means another unit or dividends inside, and is refused.
    """
    days = [point.day for point in points]
    rows = Price.objects.filter(instrument=instrument, source=feed.source, date__in=days[:500])
    stored = [Point(day, close) for day, close in rows.values_list("date", "close")]
    factor = same_factor(stored, points)
    if factor is None:
        return points
    if split_ratio(math.log(factor)) is None:
        raise Malformed(
            f"{feed.source.name} now gives {factor.normalize():.4g} times the closes that it gave before, every day of"
            " them: another unit, or dividends inside the closes. Nothing was stored."
        )
    known = max(point.day for point in stored)
    return [point for point in points if point.day > known]


def _write_closes(
    feed: Feed, instrument: Instrument, points: Sequence[Point], traded: Mapping[dt.date, Bar], currency: str
) -> Changed:
    """The closes that are new or restated. Bars go with them, or come late to a close that stays."""
    rows = Price.objects.filter(instrument=instrument, date__gte=points[0].day) if points else Price.objects.none()
    stored = {row.date: row for row in rows}
    new, restated, completed = [], [], []
    for day, close in points:
        row, parts = stored.get(day), traded.get(day, Bar(day))[1:]
        if row is None:
            row = Price(instrument=instrument, date=day, close=close, currency=currency, source=feed.source)
            new.append(row)
        elif (row.close, row.currency) != (close, currency):
            row.close, row.currency, row.source = close, currency, feed.source
            restated.append(row)
        else:
            known = row.open, row.high, row.low, row.volume
            parts = Bar(day, *(old if said is None else said for said, old in zip(parts, known, strict=True)))[1:]
            if parts == known:
                continue
            completed.append(row)
        row.open, row.high, row.low, row.volume = parts
    Price.objects.bulk_create(new, batch_size=500)
    Price.objects.bulk_update(restated, ["close", "currency", "source", *bars.FIELDS], batch_size=500)
    Price.objects.bulk_update(completed, bars.FIELDS, batch_size=500)
    return {row.date: row.close for row in (*new, *restated)}


def _write_events(
    feed: Feed, instrument: Instrument, splits: Sequence[Split], dividends: Sequence[Dividend], currency: str
) -> list[dt.date]:
    """Store events that are new or restated; their days."""
    moved = []
    known = events.recorded(instrument)
    for split in splits:
        if merged(known, [split]) != tuple(known):
            _write_event(feed, instrument, "split", split.day, {"ratio": round_to_field(split.ratio)})
            moved.append(split.day)
    paid = dict(instrument.events.filter(kind="dividend").values_list("ex_date", "amount"))
    for day, amount, quoted in dividends:
        amount = round_to_field(amount)
        if paid.get(day) != amount:
            own = unit_of(quoted).currency if quoted else currency
            _write_event(feed, instrument, "dividend", day, {"amount": amount, "currency": own})
            moved.append(day)
    return moved


def _write_event(feed: Feed, instrument: Instrument, kind: str, day: dt.date, fields: Mapping[str, object]) -> None:
    InstrumentEvent.objects.update_or_create(
        instrument=instrument, kind=kind, ex_date=day, defaults={**fields, "source": feed.source}
    )


def restate(instrument: Instrument, changed: Mapping[dt.date, Decimal], moved: Sequence[dt.date] = ()) -> None:
    """Derive the chunks from the first changed year on, and mark the accounts that hold the instrument."""
    days = [*changed, *moved]
    last = instrument.prices.order_by("-date").values_list("date", flat=True).first()
    if not days or last is None:
        return
    years = range(min(days).year, last.year + 1)
    chunks.derive(instrument, years)
    for household in {row.household for row in own_prices(instrument)}:
        chunks.derive(instrument, years, household)
    mark_stale(accounts_with([instrument.pk]), min(days))


def rederive(instrument_id: int, first: dt.date) -> None:
    """Chunks, findings and marks after rows were changed from a day on. Idempotent."""
    instrument = Instrument.objects.get(pk=instrument_id)
    with transaction.atomic():
        restate(instrument, {}, [first])
        findings.check(instrument)
        liquidity.derive_all(instrument)


def own_prices(instrument: Instrument) -> Sequence[HouseholdPrice]:
    """One price of each household that has its own."""
    rows = (
        HouseholdPrice.objects.filter(instrument=instrument).select_related("household").order_by("household", "date")
    )
    return list({row.household_id: row for row in rows}.values())


def _rates(feed: Feed, fetched: Fetched) -> Changed:
    points = _usable(fetched.points)
    stored = dict(FxRate.objects.filter(currency=feed.currency).values_list("date", "per_euro"))
    changed = {day: value for day, value in points if stored.get(day) != value}
    rows = [FxRate(currency=feed.currency, date=day, per_euro=v, source=feed.source) for day, v in changed.items()]
    FxRate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["currency", "date"],
        update_fields=["per_euro", "source"],
        batch_size=500,
    )
    if changed:
        mark_stale(_converting(feed.currency), min(changed))
    return changed


def _converting(currency: str) -> Sequence[BrokerageAccount]:
    """Accounts whose value depends on the rate of a currency: it is theirs, their household's or an instrument's."""
    foreign = (
        Q(currency=currency)
        | Q(transactions__currency=currency)
        | Q(transactions__instrument__currency=currency)
        | Q(household__base_currency=currency)
    )
    return list(BrokerageAccount.objects.filter(foreign).distinct())


def _macro(feed: Feed, fetched: Fetched) -> Changed:
    assert feed.macro is not None  # noqa: S101 - the feed's constraint
    stored = dict(MacroPoint.objects.filter(series=feed.macro_id).values_list("date", "value"))
    points = [(point.day, round_to_field(point.value)) for point in fetched.points]
    changed = {day: value for day, value in points if stored.get(day) != value}
    rows = [MacroPoint(series=feed.macro, date=day, value=v, source=feed.source) for day, v in changed.items()]
    MacroPoint.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["series", "date"],
        update_fields=["value", "source"],
        batch_size=500,
    )
    return changed
