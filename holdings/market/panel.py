"""The price panel: what the engine reads, out of chunks alone. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

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
    rows = _rows(instruments, as_of, hashes, household)
    panel = _panel(instruments, rows, as_of.toordinal())
    return panel, tuple(row.hash for row in rows)


class _Row(NamedTuple):
    """A chunk without its model: ten thousand objects would take as long as all the bytes."""

    pk: int
    instrument: int
    household: int | None
    year: int
    hash: str
    days: bytes
    closes: bytes | memoryview


def _rows(
    instruments: Sequence[Instrument], as_of: dt.date, hashes: Collection[str] | None, household: Household | None
) -> list[_Row]:
    place = {instrument.pk: index for index, instrument in enumerate(instruments)}
    series = [None, household] if household else [None]
    wanted = [chunks.current(each) if hashes is None else Q(household=each, hash__in=set(hashes)) for each in series]
    found = PriceChunk.objects.filter(reduce(or_, wanted), instrument__in=place, year__lte=as_of.year)
    columns = found.values_list("pk", "instrument", "household", "year", "hash", "days", "closes")
    rows = [
        _Row(pk, at, own, year, name, bytes(days), closes) for pk, at, own, year, name, days, closes in _fetch(columns)
    ]
    chosen = {_year(row, hashes): row for row in sorted(rows, key=lambda row: (row.household or 0, row.pk))}
    if hashes is not None and (missing := set(hashes) - {row.hash for row in chosen.values()}):
        raise MissingChunk(f"{len(missing)} of {len(hashes)} price chunks are not stored, such as {min(missing)[:8]}.")
    return sorted(chosen.values(), key=lambda row: (place[row.instrument], row.year, row.pk))


def _fetch(columns: QuerySet[PriceChunk, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows; from PostgreSQL in binary, since bytes travel there as text of twice the length otherwise."""
    database = connections[columns.db]
    if database.vendor != "postgresql":
        return list(columns)
    try:
        sql, params = columns.query.sql_with_params()
    except EmptyResultSet:
        return []
    database.ensure_connection()
    with psycopg.Cursor(database.connection) as cursor:
        return cursor.execute(sql, params, binary=True).fetchall()


def _year(row: _Row, hashes: Collection[str] | None) -> tuple[int, int, str]:
    """What there is one of: a chunk of a year, the household's own before the market's; named ones by their names."""
    return row.instrument, row.year, "" if hashes is None else row.hash


def _panel(instruments: Sequence[Instrument], rows: Sequence[_Row], last: int) -> ClosePanel:
    """Every chunk's closes to their places. Chunks of a year mostly share their days: those are looked at once."""
    column = {instrument.pk: index for index, instrument in enumerate(instruments)}
    days = {row.days: np.frombuffer(row.days, chunks.DAYS) for row in rows}
    dates, place = _calendar(days, last)
    closes = np.full((len(instruments), len(dates) + 1), np.nan)
    for row in rows:
        closes[column[row.instrument], place[row.days]] = np.frombuffer(row.closes, chunks.CLOSES)
    return ClosePanel(dates, tuple(str(instrument.uuid) for instrument in instruments), closes[:, :-1].T)


def _calendar(
    days: Mapping[bytes, NDArray[np.int32]], last: int
) -> tuple[tuple[dt.date, ...], dict[bytes, NDArray[np.intp] | slice]]:
    """The different days until `last`, ascending, and the places of each series of them; later days come after.

    Linear: no sorting. Places that follow each other are a slice.
    """
    filled = [series for series in days.values() if len(series)]
    if not filled:
        return (), dict.fromkeys(days, slice(0, 0))
    first = int(min(series[0] for series in filled))
    there = np.zeros(int(max(series[-1] for series in filled)) - first + 1, dtype=bool)
    for series in filled:
        there[series - first] = True
    there[max(last - first + 1, 0) :] = False
    known = np.flatnonzero(there)
    places = np.full(len(there), len(known), np.intp)
    places[known] = np.arange(len(known))
    dates = tuple(dt.date.fromordinal(first + int(day)) for day in known)
    return dates, {key: _together(places[series - first]) for key, series in days.items()}


def _together(places: NDArray[np.intp]) -> NDArray[np.intp] | slice:
    if len(places) and bool((np.diff(places) == 1).all()):
        return slice(int(places[0]), int(places[-1]) + 1)
    return places
