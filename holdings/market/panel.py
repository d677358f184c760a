"""The price panel: what the engine reads, out of chunks alone. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
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
    panel = _panel(instruments, rows, as_of)
    return panel, tuple(row.hash for row in rows)


class _Row(NamedTuple):
    """A chunk without its model: ten thousand objects would take as long as all the bytes."""

    pk: int
    instrument: int
    household: int | None
    year: int
    hash: str
    days: bytes
    closes: bytes


_Year = tuple[int, bytes]  # a year and its days


def _rows(
    instruments: Sequence[Instrument], as_of: dt.date, hashes: Collection[str] | None, household: Household | None
) -> list[_Row]:
    place = {instrument.pk: index for index, instrument in enumerate(instruments)}
    series = [None, household] if household else [None]
    wanted = [chunks.current(each) if hashes is None else Q(household=each, hash__in=set(hashes)) for each in series]
    found = PriceChunk.objects.filter(reduce(or_, wanted), instrument__in=place, year__lte=as_of.year)
    rows = map(_Row._make, _fetch(found.values_list(*_Row._fields)))
    # One a year: the household's own before the market's. Named chunks are different ones if their names are.
    chosen = {
        (row.instrument, row.year, None if hashes is None else row.hash): row
        for row in sorted(rows, key=lambda row: (place[row.instrument], row.year, row.household or 0, row.pk))
    }
    if hashes is not None and (missing := set(hashes) - {row.hash for row in chosen.values()}):
        raise MissingChunk(f"{len(missing)} of {len(hashes)} price chunks are not stored, such as {min(missing)[:8]}.")
    return list(chosen.values())


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


def _panel(instruments: Sequence[Instrument], rows: Sequence[_Row], as_of: dt.date) -> ClosePanel:
    """Every chunk's closes to their places. Chunks of a year mostly share their days: those are looked at once."""
    column = {instrument.pk: index for index, instrument in enumerate(instruments)}
    ordinals, place = _calendar({(row.year, row.days) for row in rows})
    closes = np.full((len(instruments), len(ordinals)), np.nan)
    for row in rows:
        closes[column[row.instrument], place[row.year, row.days]] = np.frombuffer(row.closes, chunks.CLOSES)
    dates = tuple(map(dt.date.fromordinal, ordinals[ordinals <= as_of.toordinal()].tolist()))
    return ClosePanel(dates, tuple(str(instrument.uuid) for instrument in instruments), closes[:, : len(dates)].T)


def _calendar(years: Collection[_Year]) -> tuple[NDArray[np.int32], dict[_Year, NDArray[np.intp] | slice]]:
    """The different days as ordinals, ascending, and the places of each year's among them."""
    days = {year: chunks.ordinals(*year) for year in years}
    known = np.unique(np.concatenate([np.empty(0, chunks.ORDINALS), *days.values()]))
    return known, {year: _together(known.searchsorted(series)) for year, series in days.items()}


def _together(places: NDArray[np.intp]) -> NDArray[np.intp] | slice:
    """Ascending places that follow each other as a slice, which is quicker."""
    if len(places) and places[-1] - places[0] + 1 == len(places):
        return slice(int(places[0]), int(places[-1]) + 1)
    return places
