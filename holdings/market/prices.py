"""Closes into the database: the rows that are the truth, and the chunks that are derived. Workers and commands only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from accounts.bulk import insert_values
from holdings.market.chunks import Chunk, Close, pack_years, store
from holdings.models import Instrument, Price, PriceSource

COLUMNS = ["instrument_id", "date", "close", "currency", "source_id"]


def store_closes(*, source: PriceSource, closes: Mapping[Instrument, Sequence[Close]]) -> int:
    """Store new closes and make their years' chunks out of the same numbers; returns how many rows were written.

    For whole series that are not stored yet: a close that is already there raises IntegrityError. A restated close is
    updated as a row, and `holdings.market.chunks.derive` then makes the new chunk.
    """
    chunks: list[Chunk] = []
    with transaction.atomic():
        for instrument, series in closes.items():
            insert_values(Price, COLUMNS, _rows(instrument, source, series))
            chunks += pack_years(instrument.pk, series)
        store(chunks)
    return sum(len(series) for series in closes.values())


def _rows(instrument: Instrument, source: PriceSource, series: Sequence[Close]) -> list[list[Any]]:
    database = connections[DEFAULT_DB_ALIAS]
    as_date, as_close = database.ops.adapt_datefield_value, Price._meta.get_field("close").get_db_prep_save
    key, currency, origin = instrument.pk, instrument.currency, source.pk
    return [[key, as_date(date), as_close(close, database), currency, origin] for date, close in series]
