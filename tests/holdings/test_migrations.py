import datetime as dt
import hashlib
from importlib import import_module

import numpy as np
import pytest
from django.apps import apps
from django.db import connection

from holdings.market.panel import read_panel
from holdings.models import PriceChunk
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

chunk_days = import_module("holdings.migrations.0012_chunk_days_as_bits")

DAYS = [dt.date(2024, 1, 1), dt.date(2024, 2, 29), dt.date(2024, 12, 31)]
ORDINALS = np.array([day.toordinal() for day in DAYS], "<i4").tobytes()
CLOSES = np.array([1.0, 2.0, 3.0], "<f8").tobytes()


@pytest.fixture
def stored() -> PriceChunk:
    """A chunk as it was written before."""
    name = hashlib.sha256(ORDINALS + CLOSES).hexdigest()
    return PriceChunk.objects.create(
        instrument=factories.instrument("OLD"), year=2024, days=ORDINALS, closes=CLOSES, hash=name
    )


def test_a_chunk_with_ordinals_is_read_as_before_under_its_name(stored: PriceChunk) -> None:
    chunk_days.forwards(apps, connection.schema_editor())
    panel, names = read_panel([stored.instrument], DAYS[-1], [stored.hash])
    assert (panel.dates, panel.closes[:, 0].tolist(), names) == (tuple(DAYS), [1, 2, 3], (stored.hash,))


def test_a_year_without_closes_stays_one() -> None:
    assert chunk_days.to_bits(2024, b"") == bytes(46)


def test_the_way_back_restores_the_ordinals(stored: PriceChunk) -> None:
    chunk_days.forwards(apps, connection.schema_editor())
    chunk_days.backwards(apps, connection.schema_editor())
    stored.refresh_from_db()
    assert bytes(stored.days) == ORDINALS
