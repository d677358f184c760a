import datetime as dt
import uuid
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import runs
from accounts.models import Run
from holdings.market.chunks import CLOSES, Chunk, current_hashes, derive, ordinals, pack, pack_years, prune
from holdings.market.panel import read_panel
from holdings.market.prices import store_closes
from holdings.models import FxRate, Instrument, InstrumentEvent, Price, PriceChunk
from tests import factories

DAY = dt.date(2022, 12, 28)
closes = st.decimals(min_value="0.0001", max_value="99999", places=4)


@pytest.fixture
def xom(db) -> Instrument:
    return factories.instrument("XOM", "106.627", on=DAY)


def restate(instrument: Instrument, close: str) -> None:
    Price.objects.filter(instrument=instrument, date=DAY).update(close=Decimal(close))
    derive(instrument, [2022])


def values(packed: Chunk | PriceChunk) -> list[float]:
    return np.frombuffer(packed.closes, CLOSES).tolist()


@given(st.dictionaries(st.dates(dt.date(2022, 1, 1), dt.date(2022, 12, 31)), closes, max_size=9))
def test_a_chunk_gives_back_the_days_and_the_nearest_floats(year: dict[dt.date, Decimal]) -> None:
    chunk = pack(1, 2022, sorted(year.items()))
    assert [dt.date.fromordinal(day) for day in ordinals(2022, chunk.days)] == sorted(year)
    assert [Decimal(repr(value)) for value in values(chunk)] == [year[day] for day in sorted(year)]


def test_a_leap_year_has_a_bit_for_its_last_day() -> None:
    chunk = pack(1, 2024, [(dt.date(2024, 1, 1), Decimal(1)), (dt.date(2024, 12, 31), Decimal(2))])
    assert chunk.days == b"\x80" + bytes(44) + b"\x04"


def test_the_name_of_a_chunk_is_known() -> None:
    chunk = pack(1, 2022, [(DAY, Decimal("106.627"))])
    assert ordinals(2022, chunk.days).tobytes().hex() == "d5440b00"
    assert chunk.hash == "9d519ae08783067f75eeaea2794af51cab7bc46ceea690fd508fcb109f0d838d"


def test_the_name_depends_on_the_content_alone() -> None:
    first, second = pack(1, 2022, [(DAY, Decimal("1.5"))]), pack(2, 2022, [(DAY, Decimal("1.50"))])
    assert first.hash == second.hash
    assert first.hash != pack(1, 2022, [(DAY, Decimal("1.5001"))]).hash


def test_a_series_falls_into_years_sorted_by_day() -> None:
    series = [(dt.date(2023, 1, 3), Decimal(3)), (DAY, Decimal(2)), (dt.date(2022, 1, 3), Decimal(1))]
    first, second = pack_years(7, series)
    assert (first.year, second.year) == (2022, 2023)
    assert values(first) == [1.0, 2.0]


def test_derived_chunks_hold_the_stored_prices(xom: Instrument) -> None:
    derive(xom, [2022])
    row = PriceChunk.objects.get(instrument=xom, year=2022)
    assert (ordinals(2022, row.days).tolist(), values(row)) == ([DAY.toordinal()], [106.627])


def test_deriving_again_writes_nothing(xom: Instrument) -> None:
    derive(xom, [2022])
    before = PriceChunk.objects.get()
    derive(xom, [2022])
    assert PriceChunk.objects.get().pk == before.pk


def test_a_restated_year_makes_a_new_row_and_leaves_the_old_one(xom: Instrument) -> None:
    derive(xom, [2022])
    old = PriceChunk.objects.get()
    restate(xom, "100")
    assert PriceChunk.objects.count() == 2
    kept = PriceChunk.objects.get(pk=old.pk)
    assert (bytes(kept.closes), kept.hash) == (bytes(old.closes), old.hash)
    assert current_hashes([xom.pk])[xom.pk, 2022] != old.hash


def test_a_restatement_taken_back_is_current_again(xom: Instrument) -> None:
    derive(xom, [2022])
    first = current_hashes([xom.pk])
    restate(xom, "100")
    restate(xom, "106.627")
    assert current_hashes([xom.pk]) == first
    assert PriceChunk.objects.count() == 2


def test_a_year_that_lost_its_prices_gets_an_empty_chunk(xom: Instrument) -> None:
    derive(xom, [2022])
    Price.objects.all().delete()
    derive(xom, [2022])
    assert values(PriceChunk.objects.latest("pk")) == []


# Events and replaced chunks


def event(share: Instrument, day: dt.date, **fields: object) -> None:
    InstrumentEvent.objects.create(instrument=share, ex_date=day, source=factories.source(), **fields)


def closes_of(share: Instrument) -> list[float]:
    panel, _ = read_panel([share], dt.date(2022, 12, 31))
    return [round(value, 6) for value in panel.closes[:, 0].tolist()]


@pytest.fixture
def share(db) -> Instrument:
    found = Instrument.objects.create(symbol="APC", currency="EUR")
    series = [
        (dt.date(2022, 3, 1), Decimal(100)),
        (dt.date(2022, 3, 2), Decimal(50)),
        (dt.date(2022, 3, 3), Decimal(50)),
    ]
    store_closes(source=factories.source(), closes={found: series})
    return found


def test_a_split_leaves_no_jump_in_the_panel_and_the_rows_as_they_are(share) -> None:
    event(share, dt.date(2022, 3, 2), kind="split", ratio=Decimal(2))
    derive(share, [2022])
    assert closes_of(share) == [100, 100, 100]
    assert list(share.prices.order_by("date").values_list("close", flat=True)) == [100, 50, 50]


def test_t25_a_dividend_in_another_currency_is_converted_at_its_ex_date(share) -> None:
    """0.25 USD at 1.25 USD for a euro is 0.20 EUR of 50, not 0.25."""
    FxRate.objects.create(currency="USD", date=dt.date(2022, 3, 3), per_euro=Decimal("1.25"), source=factories.source())
    event(share, dt.date(2022, 3, 3), kind="dividend", amount=Decimal("0.25"), currency="USD")
    derive(share, [2022])
    assert closes_of(share)[2] == pytest.approx(50 / (1 - 0.20 / 50), abs=1e-6)


def test_t25_a_dividend_whose_rate_nobody_knows_is_left_out(share) -> None:
    event(share, dt.date(2022, 3, 3), kind="dividend", amount=Decimal("0.25"), currency="USD")
    derive(share, [2022])
    assert closes_of(share) == [100, 50, 50]


def test_a_replaced_chunk_goes_unless_a_stored_input_names_it(share) -> None:
    first = share.chunks.get().hash
    share.prices.filter(date=dt.date(2022, 3, 3)).update(close=Decimal(51))
    derive(share, [2022])
    named = runs.request(household=factories.household(), user=None, kind="propose", key=uuid.uuid4())
    Run.objects.filter(pk=named.pk).update(snapshot=f'{{"price_chunks":["{first}"]}}')
    assert prune() == 0
    Run.objects.filter(pk=named.pk).update(snapshot="")
    assert prune() == 1
    assert closes_of(share) == [100, 50, 51]
