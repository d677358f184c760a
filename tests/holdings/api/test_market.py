"""Feeds, findings and own prices over the API."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Household
from holdings.models import BrokerageAccount, Feed, HouseholdPrice, Instrument, Liquidity, PriceFinding
from tests import callers, factories

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 12, 20)


@pytest.fixture
def account() -> BrokerageAccount:
    account = factories.account(factories.household())
    factories.buy(account, factories.instrument("XOM"), "5", "80", dt.date(2021, 3, 1))
    return account


@pytest.fixture
def house(account) -> Household:
    return account.household


@pytest.fixture
def client(house) -> APIClient:
    return callers.by_token(house, factories.user())


@pytest.fixture
def xom(account) -> Instrument:
    return Instrument.objects.get(symbol="XOM")


def rows(client: APIClient, house: Household, path: str) -> list[dict]:
    return client.get(callers.url(house, path)).json()["results"]


def test_a_feed_says_its_policy_and_its_state(house, client, xom) -> None:
    Feed.objects.create(source=factories.source(), instrument=xom, symbol="xom.us", error="Wait.", failures=2)
    Feed.objects.create(source=factories.source(), instrument=factories.instrument("THEIRS"), symbol="x")
    (feed,) = rows(client, house, "feeds")
    assert (feed["source"], feed["instrument"], feed["error"], feed["unit"]) == (
        "Test prices",
        str(xom.uuid),
        "Wait.",
        "1",
    )


def test_a_finding_is_a_sentence_with_what_it_blocks(house, client, xom) -> None:
    detail = {"ratio": "4"}
    PriceFinding.objects.create(instrument=xom, kind="unadjusted_split", first=DAY, last=DAY, detail=detail)
    (finding,) = rows(client, house, "findings")
    assert finding["sentence"].startswith("The close moved on 20 Dec 2022 as if 4 shares for 1")
    assert finding["blocks"].startswith("Trades of XOM")


def test_findings_are_counted_and_read_once(house, client, xom) -> None:
    PriceFinding.objects.create(instrument=xom, kind="unadjusted_split", first=DAY, last=DAY, detail={"ratio": "4"})
    with CaptureQueriesContext(connection) as seen:
        client.get(callers.url(house, "findings"))
    about = [query for query in seen if "pricefinding" in query["sql"]]
    assert len(about) == 2


def test_a_price_is_entered_and_kept_to_the_last_digit(house, client, xom) -> None:
    sent = {"instrument": str(xom.uuid), "date": "2022-12-20", "close": "109.123456789012345678"}
    answer = client.post(callers.url(house, "prices"), sent, format="json")
    assert answer.status_code == 201
    assert answer.json()["close"] == "109.123456789012345678"
    assert rows(client, house, "prices")[0]["origin"] == "manual"


@pytest.mark.parametrize(
    "wrong", [{"close": "0"}, {"close": "-1"}, {"date": "2023-02-01"}, {"currency": "DOLLAR"}, {"date": "soon"}]
)
def test_a_price_that_cannot_be_is_refused(house, client, xom, wrong: dict[str, str]) -> None:
    sent = {"instrument": str(xom.uuid), "date": "2022-12-20", "close": "1", **wrong}
    assert client.post(callers.url(house, "prices"), sent, format="json").status_code == 400
    assert not HouseholdPrice.objects.exists()


def test_only_what_the_household_reads_can_have_a_price(house, client) -> None:
    other = factories.instrument("THEIRS")
    sent = {"instrument": str(other.uuid), "date": "2022-12-20", "close": "1"}
    assert client.post(callers.url(house, "prices"), sent, format="json").status_code == 404


def test_another_households_prices_are_not_listed(house, client, xom) -> None:
    theirs = factories.household(factories.user("charlie"))
    HouseholdPrice.objects.create(
        household=theirs, instrument=xom, date=DAY, close=Decimal(1), currency="USD", origin="manual"
    )
    assert rows(client, house, "prices") == []


def test_what_prices_tell_of_spread_and_volume_until_the_household_s_date(house, client, xom) -> None:
    later = Instrument.objects.create(symbol="LATER")
    for instrument, day in ((xom, house.as_of), (later, house.as_of + dt.timedelta(days=1))):
        Liquidity.objects.create(household=house, instrument=instrument, as_of=day, half_spread="0.0021", months=12)
    Liquidity.objects.create(household=factories.household(factories.user("bob")), instrument=later, as_of=DAY)
    (row,) = rows(client, house, "liquidity")
    assert (row["symbol"], row["half_spread"], row["daily_volume"]) == ("XOM", "0.0021", None)
