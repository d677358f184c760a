import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household
from holdings.market.ranges import whole_days
from holdings.models import HouseholdPrice, Instrument, Price
from tests import factories

pytestmark = pytest.mark.django_db

DAY = factories.AS_OF
WHOLE = {"open": 10, "high": 11, "low": 9, "close": 10}


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def share() -> Instrument:
    return factories.instrument("ABC")


def store(share: Instrument, day: dt.date = DAY, **changes: object) -> None:
    Price.objects.create(instrument=share, date=day, currency="USD", source=factories.source(), **(WHOLE | changes))


def own(house: Household, share: Instrument, **prices: object) -> None:
    HouseholdPrice.objects.create(
        household=house, instrument=share, date=DAY, currency="USD", origin="upload", **prices
    )


def days(house: Household, share: Instrument) -> dict[dt.date, list[float]]:
    found = whole_days(house, share)
    return dict(zip(found.days, found.prices.tolist(), strict=True))


def test_a_whole_day_has_its_four_prices(house, share) -> None:
    store(share, open=Decimal("9.5"))
    assert days(house, share) == {DAY: [9.5, 11, 9, 10]}


@pytest.mark.parametrize("missing", ["open", "high", "low"])
def test_a_day_that_lacks_one_is_left_out(house, share, missing) -> None:
    store(share, **{missing: None})
    assert days(house, share) == {}


@pytest.mark.parametrize("wrong", [{"open": 8}, {"open": 12}, {"close": 12}, {"high": 8}])
def test_a_day_that_contradicts_itself_is_left_out(house, share, wrong) -> None:
    store(share, **wrong)
    assert days(house, share) == {}


def test_nothing_later_than_the_household_s_date_is_read(house, share) -> None:
    store(share)
    store(share, DAY + dt.timedelta(days=1))
    assert list(days(house, share)) == [DAY]


def test_the_household_s_own_day_goes_first_also_as_a_close_alone(house, share) -> None:
    store(share)
    store(share, DAY - dt.timedelta(days=1))
    own(house, share, close=10)
    assert list(days(house, share)) == [DAY - dt.timedelta(days=1)]
    HouseholdPrice.objects.update(open=20, high=22, low=18, close=20)
    assert days(house, share)[DAY] == [20, 22, 18, 20]


def test_another_household_s_prices_are_never_read(house, share) -> None:
    own(factories.household(factories.user("bob")), share, **WHOLE)
    assert days(house, share) == {}


def test_it_takes_two_queries(house, share, django_assert_num_queries) -> None:
    store(share)
    with django_assert_num_queries(2):
        whole_days(house, share)
