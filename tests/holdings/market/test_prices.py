import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from holdings.market.chunks import derive, pack_years
from holdings.market.prices import store_closes
from holdings.models import Price, PriceChunk
from tests import factories

pytestmark = pytest.mark.django_db

SERIES = [(dt.date(2021, 12, 31), Decimal("1.0001")), (dt.date(2022, 1, 3), Decimal("1234567.1234567891"))]


def test_closes_are_stored_to_the_last_digit() -> None:
    instrument = factories.instrument("XOM")
    assert store_closes(source=factories.source(), closes={instrument: SERIES}) == 2
    assert list(Price.objects.order_by("date").values_list("date", "close", "currency")) == [
        (*close, "USD") for close in SERIES
    ]


def test_chunks_from_arrays_equal_chunks_from_rows() -> None:
    instrument = factories.instrument("XOM")
    store_closes(source=factories.source(), closes={instrument: SERIES})
    stored = set(PriceChunk.objects.values_list("year", "hash"))
    assert stored == {(chunk.year, chunk.hash) for chunk in pack_years(instrument.pk, SERIES)}
    assert stored == {(chunk.year, chunk.hash) for chunk in derive(instrument, [2021, 2022])}


def test_a_close_that_is_there_already_stores_nothing_of_the_batch() -> None:
    first, second = factories.instrument("NEW"), factories.instrument("XOM", "1", on=SERIES[1][0])
    with pytest.raises(IntegrityError), transaction.atomic():
        store_closes(source=factories.source(), closes={first: SERIES, second: SERIES})
    assert Price.objects.count() == 1
    assert not PriceChunk.objects.exists()
