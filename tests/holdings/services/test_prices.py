import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Activity, Household
from holdings import selectors
from holdings.market import overlays
from holdings.market.panel import read_panel
from holdings.market.providers.base import Point
from holdings.models import BrokerageAccount, HouseholdPrice, Instrument
from holdings.services.prices import PriceRefused, enter_price, remove_prices, upload_prices
from tests import factories
from tests.factories import AS_OF

pytestmark = pytest.mark.django_db

EARLIER = dt.date(2022, 12, 20)


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def fund() -> Instrument:
    return factories.instrument("FUND", "10")


def enter(house: Household, fund: Instrument, close: str, day: dt.date = AS_OF, currency: str = "") -> HouseholdPrice:
    return enter_price(
        household=house, user=factories.user(), instrument=fund, date=day, close=Decimal(close), currency=currency
    )


def quote(house: Household, fund: Instrument) -> Decimal:
    return selectors.quotes(house, [fund.pk], AS_OF)[fund.pk].close


def panel(house: Household | None, fund: Instrument) -> list[float]:
    return read_panel([fund], AS_OF, household=house)[0].closes[:, 0].tolist()


def test_a_price_counts_before_the_markets_for_its_household_alone(house, fund) -> None:
    other = factories.household(factories.user("charlie"))
    enter(house, fund, "11")
    assert (quote(house, fund), quote(other, fund)) == (11, 10)


def test_a_second_price_of_a_day_replaces_the_first(house, fund) -> None:
    enter(house, fund, "11")
    enter(house, fund, "12")
    assert HouseholdPrice.objects.get().close == 12


def test_a_price_of_tomorrow_is_refused(house, fund) -> None:
    with pytest.raises(PriceRefused, match="29 Dec 2022 is later"):
        enter(house, fund, "11", AS_OF + dt.timedelta(days=1))
    assert not HouseholdPrice.objects.exists()


def test_t26_a_price_in_pence_is_kept_in_pounds(house) -> None:
    share = Instrument.objects.create(symbol="VOD", currency="GBP")
    row = enter(house, share, "84.15", currency="GBX")
    assert (row.close, row.currency) == (Decimal("0.8415"), "GBP")


def test_an_uploaded_series_is_one_change_with_one_line_in_the_log(house, fund) -> None:
    points = [Point(EARLIER, Decimal(8)), Point(AS_OF, Decimal(9))]
    upload_prices(household=house, user=factories.user(), instrument=fund, points=points)
    assert quote(house, fund) == 9
    assert Activity.objects.filter(verb="prices.uploaded").count() == 1


def test_removing_them_brings_the_markets_back(house, fund) -> None:
    enter(house, fund, "11")
    remove_prices(household=house, user=factories.user(), instrument=fund, first=EARLIER, last=AS_OF)
    assert quote(house, fund) == 10


def test_the_panel_reads_them_for_their_household_alone(house, fund) -> None:
    enter(house, fund, "9", EARLIER)
    overlays.derive(fund.pk, house.pk, EARLIER)
    assert panel(house, fund) == [9.0, 10.0]
    assert 9.0 not in panel(None, fund)
    assert 9.0 not in panel(factories.household(factories.user("charlie")), fund)


def test_the_accounts_that_hold_it_are_valued_again(house, fund) -> None:
    account = factories.account(house)
    factories.buy(account, fund, "1", "10", EARLIER)
    BrokerageAccount.objects.update(stale_from=None)
    overlays.derive(fund.pk, house.pk, EARLIER)
    account.refresh_from_db()
    assert account.stale_from == EARLIER


def test_a_home_has_the_value_that_was_entered_last_and_its_age(house) -> None:
    home = Instrument.objects.create(symbol="HOME", kind="private")
    enter(house, home, "650000", dt.date(2021, 6, 1))
    found = selectors.quotes(house, [home.pk], AS_OF)[home.pk]
    assert (found.close, found.date, found.label) == (650000, dt.date(2021, 6, 1), "your own price")
