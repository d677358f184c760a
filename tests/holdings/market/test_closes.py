import datetime as dt
from decimal import Decimal

import pytest

from holdings.ledger.types import Step
from holdings.market.closes import closes
from holdings.models import FxRate, HouseholdPrice, Instrument, Price
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2022, 12, day) for day in (19, 20, 21))
LONG_AGO = dt.date(2010, 5, 3)


def market(what: Instrument, day: dt.date, close: str, currency: str = "USD") -> None:
    source = factories.source()
    Price.objects.create(instrument=what, date=day, close=Decimal(close), currency=currency, source=source)


def own(house, what: Instrument, day: dt.date, close: str) -> None:
    HouseholdPrice.objects.create(
        household=house, instrument=what, date=day, close=Decimal(close), currency="USD", origin="manual"
    )


@pytest.fixture
def house():
    return factories.household()


@pytest.fixture
def fund() -> Instrument:
    return factories.instrument("FUND")


def read(house, what: Instrument, first: dt.date = MONDAY, last: dt.date = WEDNESDAY) -> list[Step]:
    return closes(house, [str(what.uuid)], first, last).get(str(what.uuid), [])


def test_a_series_begins_with_the_last_close_that_was_known(house, fund) -> None:
    market(fund, LONG_AGO, "7")
    market(fund, LONG_AGO - dt.timedelta(days=1), "6")
    market(fund, TUESDAY, "10")
    assert read(house, fund) == [Step(LONG_AGO, Decimal(7)), Step(TUESDAY, Decimal(10))]


def test_a_price_of_the_household_goes_before_the_markets(house, fund) -> None:
    market(fund, MONDAY, "10")
    own(house, fund, MONDAY, "11")
    market(fund, TUESDAY, "12")
    assert [step.level for step in read(house, fund)] == [11, 12]


def test_an_older_price_of_the_household_does_not_hide_a_newer_one_of_the_market(house, fund) -> None:
    own(house, fund, LONG_AGO, "5")
    market(fund, MONDAY, "10")
    assert read(house, fund) == [Step(MONDAY, Decimal(10))]


def test_another_household_never_sees_it(house, fund) -> None:
    own(factories.household(factories.user("charlie")), fund, MONDAY, "11")
    assert read(house, fund) == []
    assert closes(None, [str(fund.uuid)], MONDAY, WEDNESDAY) == {}


def test_t31_a_manual_price_inside_the_period_counts_from_its_day(house, fund) -> None:
    own(house, fund, TUESDAY, "11")
    assert read(house, fund) == [Step(TUESDAY, Decimal(11))]


def test_t26_pence_become_pounds_once(house) -> None:
    share = Instrument.objects.create(symbol="VOD", currency="GBP")
    market(share, MONDAY, "84.15", "GBX")
    assert read(house, share) == [Step(MONDAY, Decimal("0.8415"))]


def test_a_close_in_another_currency_is_converted_at_its_days_rate(house, fund) -> None:
    FxRate.objects.create(currency="USD", date=MONDAY, per_euro=Decimal("1.06"), source=factories.source())
    market(fund, MONDAY, "100", "EUR")
    market(fund, dt.date(2022, 12, 30), "100", "CHF")
    assert read(house, fund, last=dt.date(2022, 12, 30)) == [Step(MONDAY, Decimal(106))]


def test_queries_do_not_grow_with_instruments(house, fund, django_assert_max_num_queries) -> None:
    many = [factories.instrument(f"F{number}", "10") for number in range(20)]
    with django_assert_max_num_queries(5):
        assert len(closes(house, [str(row.uuid) for row in many], MONDAY, factories.AS_OF)) == 20
