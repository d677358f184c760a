"""The days of a price chunk were int32 ordinals. Their hash stays: it names the content, and stored inputs name it."""

import datetime as dt
import struct
from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DAYS, BYTES, ROWS_AT_ONCE = 366, 46, 500


def to_bits(year: int, ordinals: bytes) -> bytes:
    """1 January is the highest bit of the first byte."""
    first, highest = dt.date(year, 1, 1).toordinal(), 8 * BYTES - 1
    bits = sum(1 << highest - day + first for (day,) in struct.iter_unpack("<i", ordinals))
    return bits.to_bytes(BYTES, "big")


def to_ordinals(year: int, bits: bytes) -> bytes:
    first, highest, there = dt.date(year, 1, 1).toordinal(), 8 * BYTES - 1, int.from_bytes(bits, "big")
    return b"".join(struct.pack("<i", first + day) for day in range(DAYS) if there >> highest - day & 1)


def rewrite(apps: Apps, days: Callable[[int, bytes], bytes]) -> None:
    rows = apps.get_model("holdings", "PriceChunk").objects
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        batch = list(rows.filter(pk__in=keys[start : start + ROWS_AT_ONCE]).defer("closes"))
        for row in batch:
            row.days = days(row.year, bytes(row.days))
        rows.bulk_update(batch, ["days"])


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rewrite(apps, to_bits)


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rewrite(apps, to_ordinals)


class Migration(migrations.Migration):
    dependencies = [("holdings", "0011_broad_market_sector")]
    operations = [migrations.RunPython(forwards, backwards)]
