"""The price panel: what the engine reads, out of chunks alone. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from accounts.models import Household
from holdings.market import chunks
from holdings.models import Instrument, PriceChunk


class MissingChunk(LookupError):
    """A named chunk is not stored for these instruments."""


@dataclass(frozen=True, slots=True)
class ClosePanel:
    """Closes, oldest first: `closes` is dates x ids, NaN where there is none. `ids` are instrument uuids as text."""

    dates: tuple[dt.date, ...]
    ids: tuple[str, ...]
    closes: NDArray[np.float64]


def read_panel(
    instruments: Sequence[Instrument],
    as_of: dt.date,
    hashes: Collection[str] | None = None,
    household: Household | None = None,
) -> tuple[ClosePanel, tuple[str, ...]]:
    """All closes up to and on `as_of`, and the names of the chunks that they came from, by instrument and year.

    Splits are undone and dividends reinvested, so that ratios are total returns. Of a year in which the household has
    prices of its own, its own chunk is read; another household's never is. Without `hashes` the current chunks are
    read; with them exactly those, so that a stored input is read again as it was. Dates are those on which any of the
    instruments has a close. Raises MissingChunk for a name that is not stored.
    """
    chosen = _chosen(instruments, as_of, hashes, household)
    return _panel(instruments, chosen, as_of), tuple(chosen.hashes)


@dataclass(frozen=True, slots=True)
class _Chunks:
    """One chunk of each instrument and year, column by column: ten thousand rows would keep the collector busy."""

    place: NDArray[np.intp]  # of the instrument among those asked for
    year: NDArray[np.intp]
    hashes: list[str]
    days: list[bytes]
    closes: list[bytes]


_COLUMNS = ("pk", "instrument", "household", "year", "hash", "days", "closes")


def _chosen(
    instruments: Sequence[Instrument], as_of: dt.date, hashes: Collection[str] | None, household: Household | None
) -> _Chunks:
    """By instrument and year; the household's own goes before the market's."""
    index = {instrument.pk: place for place, instrument in enumerate(instruments)}
    series = [None, household] if household else [None]
    wanted = [chunks.current(each) if hashes is None else Q(household=each, hash__in=set(hashes)) for each in series]
    found = PriceChunk.objects.filter(reduce(or_, wanted), instrument__in=index, year__lte=as_of.year)
    fetched = _fetch(found.values_list(*_COLUMNS))
    pk, instrument, owner, years, names, days, closes = zip(*fetched, strict=True) if fetched else ((),) * 7
    if hashes is not None and (missing := set(hashes).difference(names)):
        raise MissingChunk(f"{len(missing)} of {len(hashes)} price chunks are not stored, such as {min(missing)[:8]}.")
    place, year = np.array([index[each] for each in instrument], np.intp), np.array(years, np.intp)
    own, age = np.array([each or 0 for each in owner], np.intp), np.array(pk, np.intp)
    order = np.lexsort((age, own, year, place))
    last = np.append((np.diff(place[order]) != 0) | (np.diff(year[order]) != 0), True)[: len(order)]
    kept = order[last]
    texts = ([column[row] for row in kept.tolist()] for column in (names, days, closes))
    return _Chunks(place[kept], year[kept], *texts)


def _fetch(columns: QuerySet[PriceChunk, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows; from PostgreSQL in binary, since bytes travel there as text of twice the length otherwise.

    They are unpacked while the server sends the next ones.
    """
    database = connections[columns.db]
    if database.vendor != "postgresql":
        return list(columns)
    try:
        sql, params = columns.query.sql_with_params()
    except EmptyResultSet:
        return []
    database.ensure_connection()
    with psycopg.Cursor(database.connection) as cursor:
        return list(cursor.stream(sql, params, binary=True, size=1000))


def _panel(instruments: Sequence[Instrument], chosen: _Chunks, as_of: dt.date) -> ClosePanel:
    """Every chunk's closes to their places, a year at a time; dates are those on which any instrument has one."""
    years = [_Year(chosen, year) for year in np.unique(chosen.year).tolist()]
    ordinals = np.concatenate([np.empty(0, np.intp), *(year.ordinals for year in years)])
    closes = np.full((len(instruments), len(ordinals)), np.nan)
    start = 0
    for year in years:
        end = start + len(year.ordinals)
        closes[year.place, start:end] = year.closes()
        start = end
    dates = tuple(map(dt.date.fromordinal, ordinals[ordinals <= as_of.toordinal()].tolist()))
    return ClosePanel(dates, tuple(str(instrument.uuid) for instrument in instruments), closes[:, : len(dates)].T)


class _Year:
    """The chunks of one year. `ordinals`: days on which any of them has a close; `place`: their instruments."""

    def __init__(self, chosen: _Chunks, year: int) -> None:
        rows = np.flatnonzero(chosen.year == year)
        self.chunks = [chosen.closes[row] for row in rows.tolist()]
        bits = np.frombuffer(b"".join(chosen.days[row] for row in rows.tolist()), np.uint8).reshape(len(rows), -1)
        there = np.unpackbits(bits, axis=1).view(bool)
        known = there.any(axis=0)
        self.place, self.there = chosen.place[rows], there[:, known]
        self.ordinals = np.flatnonzero(known) + chunks.new_year(year)

    def closes(self) -> NDArray[np.float64]:
        """Instruments of `place` x days, NaN where there is none."""
        made = np.full(self.there.shape, np.nan)
        made[self.there] = np.frombuffer(b"".join(self.chunks), chunks.CLOSES)
        return made
