"""The price panel: what the engine reads, out of chunks alone. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q
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


def _rows(
    instruments: Sequence[Instrument], as_of: dt.date, hashes: Collection[str] | None, household: Household | None
) -> list[PriceChunk]:
    place = {instrument.pk: index for index, instrument in enumerate(instruments)}
    readable = Q(household=None) | Q(household=household) if household else Q(household=None)
    stored = PriceChunk.objects.filter(readable, instrument__in=place, year__lte=as_of.year)
    if hashes is None:
        newest = Q(pk__in=chunks.newest_of(place))
        rows = stored.filter(newest | Q(pk__in=chunks.newest_of(place, household)) if household else newest)
    else:
        rows = stored.filter(hash__in=set(hashes))
    chosen = {_year(row, hashes): row for row in sorted(rows, key=lambda row: (row.household_id or 0, row.pk))}
    if hashes is not None and (missing := set(hashes) - {row.hash for row in chosen.values()}):
        raise MissingChunk(f"{len(missing)} of {len(hashes)} price chunks are not stored, such as {min(missing)[:8]}.")
    return sorted(chosen.values(), key=lambda row: (place[row.instrument_id], row.year, row.pk))


def _year(row: PriceChunk, hashes: Collection[str] | None) -> tuple[int, int, str]:
    """What there is one of: a chunk of a year, the household's own before the market's; named ones by their names."""
    return row.instrument_id, row.year, "" if hashes is None else row.hash


def _panel(instruments: Sequence[Instrument], rows: Sequence[PriceChunk], last: int) -> ClosePanel:
    series = [(row.instrument_id, *chunks.read(row.days, row.closes)) for row in rows]
    days = np.unique(np.concatenate([days for _, days, _ in series] or [np.empty(0, chunks.DAYS)]))
    days = days[days <= last]
    columns = {instrument.pk: index for index, instrument in enumerate(instruments)}
    closes = np.full((len(days), len(columns)), np.nan)
    for instrument, at, values in series:
        seen = at <= last
        closes[np.searchsorted(days, at[seen]), columns[instrument]] = values[seen]
    dates = tuple(dt.date.fromordinal(int(day)) for day in days)
    return ClosePanel(dates, tuple(str(instrument.uuid) for instrument in instruments), closes)
