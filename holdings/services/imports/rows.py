"""Storing many rows of an import at once."""

from __future__ import annotations

from collections.abc import Sequence

from holdings.models import ImportRow

BATCH = 2000


def update(rows: Sequence[ImportRow], fields: Sequence[str]) -> None:
    """Write fields of rows that are stored already: as upserts, since `bulk_update` takes a minute for 50,000."""
    ImportRow.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
