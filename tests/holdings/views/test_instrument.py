"""An instrument's page: lots with their trail, closes, gains, and nobody else's instruments."""

import datetime as dt

import pytest
from django.test import Client

from holdings.models import Classification, Liquidity, Price
from tests import factories
from tests.holdings.views.houses import Hale, hale, unknown_lot
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def text(client: Client, owned: Hale, query: str = "") -> str:
    response = client.get(address(owned.house, "instrument", instrument=owned.pg.uuid) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_the_position(owned: Hale, alice: Client) -> None:
    page = text(alice, owned)
    for words in ("PG Inc.", "$67,108", "3 lots in 2 accounts", "57.7% of the household", "$149.13"):
        assert words in page


def test_each_lot_opens_into_what_happened_to_it(owned: Hale, alice: Client) -> None:
    factories.sell(owned.taxable, owned.pg, "25", "140", dt.date(2022, 6, 1))
    trail = text(alice, owned).split('id="trail-1"')[1].split('id="trail-2"')[0]
    assert [words in trail for words in ("10 Nov 2016", "+225", "1 Jun 2022", "−25", "13,780.00")] == [True] * 5


def test_a_sale_stands_under_realised_gains(owned: Hale, alice: Client) -> None:
    factories.sell(owned.taxable, owned.pg, "25", "140", dt.date(2022, 6, 1))
    gains = text(alice, owned).split('id="gains"')[1]
    assert "+1,777.50" in gains  # 25 x (140 - 68.90)
    assert "Long-term" in gains


def test_closes_say_where_they_come_from(owned: Hale, alice: Client) -> None:
    Price.objects.create(
        instrument=owned.pg, date=dt.date(2022, 12, 27), close="148", currency="USD", source=factories.source()
    )
    page = text(alice, owned)
    assert "Closes of PG from 27 Dec 2022 to 28 Dec 2022: $148.00 to $149.13" in page
    assert "Test prices" in page


def test_a_period_without_prices_says_so(owned: Hale, alice: Client) -> None:
    Price.objects.filter(instrument=owned.pg).update(date=dt.date(2019, 1, 2))
    assert "No price of PG is stored for this period." in text(alice, owned, "?period=1")
    assert "Closes of PG from 2 Jan 2019" in text(alice, owned, "?period=")


def test_what_is_sold_out_keeps_its_page(owned: Hale, alice: Client) -> None:
    factories.sell(owned.taxable, owned.cvx, "100", "170", dt.date(2022, 12, 1))
    page = alice.get(address(owned.house, "instrument", instrument=owned.cvx.uuid)).content.decode()
    assert "No lot of CVX is held on 28 Dec 2022." in page


def test_an_unknown_lot_is_shown_as_unknown(owned: Hale, alice: Client) -> None:
    what = unknown_lot(owned.taxable)
    page = alice.get(address(owned.house, "instrument", instrument=what.uuid)).content.decode()
    assert page.count(">unknown<") >= 4
    assert 'aria-label="Trail of the lot of unknown date"' in page


def test_a_stranger_finds_nothing(owned: Hale) -> None:
    url = address(owned.house, "instrument", instrument=owned.pg.uuid)
    assert visitor(factories.user("charlie")).get(url).status_code == 404


def test_an_instrument_of_another_household_is_not_found(owned: Hale) -> None:
    charlie = factories.user("charlie")
    url = address(factories.household(charlie), "instrument", instrument=owned.pg.uuid)
    assert visitor(charlie).get(url).status_code == 404


def test_more_lots_take_no_more_queries(owned: Hale, alice: Client, django_assert_num_queries) -> None:
    for day in range(1, 25):
        factories.buy(owned.ira, owned.pg, "1", "100", dt.date(2022, 3, day))
    with django_assert_num_queries(18):
        text(alice, owned)


def told(owned: Hale, **figures: object) -> None:
    figures = {"sessions": 252, "ranges": 250, "volumes": 251, "last": owned.house.as_of, "source": "Stooq"} | figures
    Liquidity.objects.create(household=owned.house, instrument=owned.pg, as_of=owned.house.as_of, **figures)


def test_without_highs_and_lows_the_spread_is_assumed_and_said_so(owned: Hale, alice: Client) -> None:
    page = text(alice, owned)
    for words in ("0.05%", "Assumed for the class Stocks", "unknown", "No highs, lows or volumes are stored."):
        assert words in page


def test_an_estimate_says_what_it_rests_on(owned: Hale, alice: Client) -> None:
    told(owned, half_spread="0.0123", months=12, daily_volume=45000, daily_value=6710850, volume_days=63)
    page = text(alice, owned)
    for words in (
        "1.23%",
        "Estimated from 12 months of highs and lows to 28 Dec 2022",
        "45,000",
        "$6,710,850: the median of 63 days to 28 Dec 2022",
        "1.00%",  # 450 of 45,000 shares
        "Stooq: highs and lows on 250, volumes on 251 of the last 252 sessions.",
    ):
        assert words in page


def test_a_spread_that_noise_hides_is_bounded(owned: Hale, alice: Client) -> None:
    told(owned, half_spread_most="0.0024", months=12, left_out=1)
    page = text(alice, owned)
    assert "Assumed for the class Stocks; highs and lows say at most 0.24%" in page
    assert "1 day left out, where they contradict the close." in page


def test_a_persons_word_goes_first(owned: Hale, alice: Client) -> None:
    told(owned, half_spread="0.0123", daily_volume=45000)
    Classification.objects.filter(instrument=owned.pg).update(half_spread="0.002", daily_volume=1000)
    page = text(alice, owned)
    for words in ("0.20%", "Set by you", "Shares a day, set by you", "45.00%"):
        assert words in page
