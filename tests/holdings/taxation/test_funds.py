"""Prices of funds at both ends of a year, as stored, and the advance lump sum that comes of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings.market import overlays
from holdings.models import FxRate, HouseholdPrice, Instrument, InstrumentEvent, TaxLot, TaxSlice, TaxState
from holdings.tax.history import FundYear
from holdings.taxation import store, stored
from holdings.taxation.funds import fund_years
from tests import factories
from tests.holdings.taxation import germans
from tests.holdings.taxation.germans import END, START, close

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Household:
    return germans.house()


@pytest.fixture
def world(house: Household) -> Instrument:
    return germans.fund(house)[1]


def year_2024(house: Household, world: Instrument) -> FundYear | None:
    return fund_years(house).get((world.pk, 2024))


def event(what: Instrument, kind: str, day: dt.date, **fields: Decimal) -> None:
    InstrumentEvent.objects.create(instrument=what, kind=kind, ex_date=day, source=factories.source(), **fields)


def test_the_lump_sum_is_income_of_2025_and_raises_the_cost(house: Household, world: Instrument) -> None:
    """10 x 100 x 2.29 % x 70 % = 16.03, 30 % of it exempt; the cost was 900."""
    close(world, START, "100")
    close(world, END, "120")
    store.refresh(house)
    row = TaxSlice.objects.get(sale=None)

    assert (row.report.label, row.sold, row.gain, row.recognised) == (
        "2025",
        dt.date(2025, 1, 2),
        Decimal("16.03"),
        Decimal("11.221"),
    )
    assert TaxLot.objects.get().basis == Decimal("916.03")
    assert "10 units at 100.00 EUR in its first days and 120.00 EUR in its last" in row.notes[0]
    parts = {line.code: line.amount for line in stored.year(row.report).assessment.parts}  # type: ignore[union-attr]
    assert (parts["lump_sums"], parts["general"]) == (Decimal("11.221"), 0)


def test_a_missing_price_is_named_and_nothing_is_guessed(house: Household, world: Instrument) -> None:
    close(world, START, "100")
    close(world, dt.date(2024, 12, 20), "120")  # not among the last days
    store.refresh(house)
    of_2023, of_2024 = stored.state(TaxState.objects.get()).left_out

    assert not TaxSlice.objects.filter(sale=None).exists()
    assert "The advance lump sum of VWCE for 2024 is in no figure" in of_2024.reason
    assert (of_2024.entry, of_2023.day, of_2024.day) == ("", dt.date(2024, 1, 2), dt.date(2025, 1, 2))


def test_a_price_that_arrives_makes_what_is_stored_stale(house: Household, world: Instrument) -> None:
    close(world, START, "100")
    store.refresh(house)
    close(world, END, "120")

    assert not stored.is_current(TaxState.objects.get(), house)


def test_an_own_price_and_a_rate_that_arrive_do_too(
    house: Household, world: Instrument, django_assert_max_num_queries
) -> None:
    close(world, END, "120", "USD")
    store.refresh(house)
    own = {"household": house, "instrument": world, "date": START, "close": Decimal(99), "currency": "EUR"}
    HouseholdPrice.objects.create(**own, origin="manual")
    overlays.derive(world.pk, house.pk, START)
    state = TaxState.objects.get()
    with django_assert_max_num_queries(9):
        assert not stored.is_current(state, house)
    store.refresh(house)
    FxRate.objects.create(currency="USD", date=END, per_euro=Decimal(2), source=factories.source())

    assert not stored.is_current(TaxState.objects.get(), house)


def test_the_first_and_the_last_close_count_and_an_own_price_goes_first(house: Household, world: Instrument) -> None:
    for day, amount in ((START, "100"), (dt.date(2024, 1, 3), "101"), (dt.date(2024, 12, 27), "119"), (END, "120")):
        close(world, day, amount)
    HouseholdPrice.objects.create(
        household=house, instrument=world, date=END, close=Decimal(125), currency="EUR", origin="manual"
    )

    assert year_2024(house, world) == FundYear(Decimal(100), Decimal(125))


def test_prices_and_dividends_are_of_units_of_the_years_end_and_in_euros(house: Household, world: Instrument) -> None:
    close(world, START, "250", "USD")
    close(world, END, "110", "USD")
    for day, rate in ((START, "1.25"), (END, "2")):
        FxRate.objects.create(currency="USD", date=day, per_euro=Decimal(rate), source=factories.source())
    Instrument.objects.filter(pk=world.pk).update(currency="USD")
    event(world, "dividend", dt.date(2024, 3, 1), amount=Decimal(5))
    event(world, "split", dt.date(2024, 6, 3), ratio=Decimal(4))

    assert year_2024(house, world) == FundYear(Decimal(50), Decimal(55), Decimal(1))


def test_a_price_without_an_exchange_rate_counts_as_missing(house: Household, world: Instrument) -> None:
    close(world, START, "110", "USD")
    close(world, END, "120")

    assert year_2024(house, world) is None


def test_other_countries_read_no_prices(house: Household, world: Instrument, django_assert_num_queries) -> None:
    close(world, START, "100")
    close(world, END, "120")
    TaxProfile.objects.update(country="GB")
    house = Household.objects.select_related("tax_profile").get()

    with django_assert_num_queries(0):
        assert fund_years(house) == {}


def test_a_new_ex_date_makes_what_is_stored_stale(house: Household, world: Instrument) -> None:
    TaxProfile.objects.update(country="US")
    house = Household.objects.get()
    store.refresh(house)
    assert stored.is_current(TaxState.objects.get(), house)
    event(world, "dividend", dt.date(2024, 3, 1), amount=Decimal(1))

    assert not stored.is_current(TaxState.objects.get(), house)
