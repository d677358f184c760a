"""Price chunks: a year of an instrument's closes in two byte strings, named by their content. Workers only."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from numpy.typing import ArrayLike, NDArray

from accounts.models import Household, Run
from holdings.market import closes, events
from holdings.market.adjust import grown
from holdings.market.providers.base import Point
from holdings.models import Instrument, PriceChunk

DAYS_OF_A_YEAR = 366
ORDINALS = np.dtype("<i4")
CLOSES = np.dtype("<f8")

Close = tuple[dt.date, Decimal]
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Chunk:
    """`days`: a bit for each day of the year, set where there is a close. `closes`: float64 little-endian, by day."""

    instrument: int
    year: int
    days: bytes
    closes: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of the content alone: equal closes on equal days have equal names in every database."""
        return hashlib.sha256(ordinals(self.year, self.days).tobytes() + self.closes).hexdigest()


def pack(instrument: int, year: int, closes: Sequence[Close]) -> Chunk:
    """The chunk of closes of that year, which must ascend by date. Each close is the float64 nearest to its Decimal."""
    days = pack_days(year, [day.toordinal() for day, _ in closes])
    return Chunk(instrument, year, days, np.array([float(close) for _, close in closes], CLOSES).tobytes())


def pack_days(year: int, days: ArrayLike) -> bytes:
    """The bits of these ordinals, all of that year: 1 January is the highest of the first byte."""
    there = np.zeros(DAYS_OF_A_YEAR, bool)
    there[np.asarray(days, ORDINALS) - new_year(year)] = True
    return np.packbits(there).tobytes()


def ordinals(year: int, days: bytes) -> NDArray[np.int32]:
    """The proleptic ordinals of a chunk's days, int32 little-endian, ascending."""
    there = np.unpackbits(np.frombuffer(days, np.uint8))
    return (np.flatnonzero(there) + new_year(year)).astype(ORDINALS)


def new_year(year: int) -> int:
    return dt.date(year, 1, 1).toordinal()


def pack_years(instrument: int, closes: Iterable[Close]) -> list[Chunk]:
    """One chunk for each year that has closes."""
    years: dict[int, list[Close]] = {}
    for day, close in closes:
        years.setdefault(day.year, []).append((day, close))
    return [pack(instrument, year, sorted(rows)) for year, rows in sorted(years.items())]


def derive(instrument: Instrument, years: Iterable[int], household: Household | None = None) -> list[Chunk]:
    """Make the current chunks of some years out of the stored prices. A year left without prices gets an empty one.

    With a household: out of its own prices before the market's.
    """
    series = growth(instrument, household)
    by_year: dict[int, list[Close]] = {year: [] for year in years}
    for point in series:
        if point.day.year in by_year:
            by_year[point.day.year].append((point.day, point.value))
    chunks = [pack(instrument.pk, year, rows) for year, rows in sorted(by_year.items())]
    store(chunks, household)
    return chunks


def growth(instrument: Instrument, household: Household | None) -> list[Point]:
    """All closes, with splits undone and dividends reinvested from the first one on."""
    rows = closes.read(household, [instrument.pk], dt.date.min, dt.date.max).get(instrument.pk, [])
    points = [Point(row.day, row.close) for row in rows]
    splits, dividends = events.splits(instrument), events.dividends(instrument)
    return grown(points, splits, dividends) if splits or dividends else points


def store(chunks: Sequence[Chunk], household: Household | None = None) -> None:
    """Make these the current chunks of their years. What is current already stays as it is; nothing is overwritten.

    A restatement that is taken back gives the earlier content a new row, since the newest row is the current one.
    """
    stored = PriceChunk.objects.filter(household=household)
    with transaction.atomic():
        current = current_hashes({chunk.instrument for chunk in chunks}, household)
        new = [chunk for chunk in chunks if current.get((chunk.instrument, chunk.year)) != chunk.hash]
        for chunk in new:
            if (chunk.instrument, chunk.year) in current:
                stored.filter(instrument=chunk.instrument, year=chunk.year, hash=chunk.hash).delete()
        PriceChunk.objects.bulk_create(
            PriceChunk(
                instrument_id=c.instrument, household=household, year=c.year, days=c.days, closes=c.closes, hash=c.hash
            )
            for c in new
        )


def current(household: Household | None = None) -> Q:
    """Rows of the market's series, or of a household's own, that no newer one of their year has replaced."""
    own = PriceChunk.objects.filter(household=household)
    newer = own.filter(instrument=OuterRef("instrument"), year=OuterRef("year"), pk__gt=OuterRef("pk"))
    return Q(~Exists(newer), household=household)


def current_hashes(instruments: Iterable[int], household: Household | None = None) -> dict[tuple[int, int], str]:
    """(instrument, year) -> the name of its current chunk."""
    rows = PriceChunk.objects.filter(current(household), instrument__in=set(instruments))
    return {(pk, year): name for pk, year, name in rows.values_list("instrument", "year", "hash")}


def prune() -> int:
    """Delete chunks that were replaced and that no stored input names; how many. Every new close replaces one."""
    of_year = ("instrument", "household", "year")
    newest = PriceChunk.objects.values(*of_year).annotate(newest=Max("pk")).values("newest")
    named: set[str] = set()
    for text in Run.objects.exclude(snapshot="").values_list("snapshot", flat=True).iterator(chunk_size=20):
        named.update(HASH.findall(text))
    replaced = PriceChunk.objects.exclude(pk__in=newest).values_list("pk", "hash")
    gone = [pk for pk, name in replaced.iterator() if name not in named]
    for start in range(0, len(gone), 500):
        PriceChunk.objects.filter(pk__in=gone[start : start + 500]).delete()
    return len(gone)
