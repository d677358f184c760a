"""The log page: newest first, verified, filtered, exported."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client

from accounts import activity, triggers
from accounts.models import Activity, Household
from tests import factories
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def alice(house: Household) -> Client:
    return visitor(factories.user())


def text(client: Client, house: Household, query: str = "") -> str:
    response = client.get(address(house, "activity") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_who_did_what(house: Household, alice: Client) -> None:
    activity.record(household=house, user=None, verb="tax_profile.changed", fields=["long_rate"])
    page = text(alice, house)
    assert page.index("Tax profile changed") < page.index("Household created</th>".replace("</th>", "<small"))
    for words in ("alice@example.com", "long_rate", "Ballast"):
        assert words in page


def test_it_says_that_the_chain_holds(house: Household, alice: Client) -> None:
    activity.record(household=house, user=None, verb="run.done")
    assert "Chain holds: 2 lines." in text(alice, house)


def test_it_says_where_the_chain_breaks(house: Household, alice: Client) -> None:
    activity.record(household=house, user=None, verb="run.done")
    triggers.drop(connection)
    Activity.objects.filter(seq=1).update(verb="nothing.happened")
    triggers.install(connection)
    assert "The chain breaks at line 1." in text(alice, house)


def test_it_filters_by_verb(house: Household, alice: Client) -> None:
    activity.record(household=house, user=None, verb="run.done", content_hash="f" * 64)
    page = text(alice, house, "?verb=run.done")
    assert page.count('scope="row"') == 1
    assert '<option value="run.done" selected>' in page


def test_a_former_member_has_no_name(house: Household) -> None:
    bob = factories.join(house, "bob", "member")
    activity.record(household=house, user=bob, verb="run.requested")
    bob.memberships.all().delete()
    assert f"Former member {bob.pk}" in text(visitor(factories.user()), house)


def test_the_export_has_every_hash(house: Household, alice: Client) -> None:
    activity.record(household=house, user=None, verb="run.done")
    body = alice.get(address(house, "activity_csv")).content.decode()
    newest, oldest = csv.DictReader(io.StringIO(body))
    assert (newest["verb"], newest["actor"]) == ("run.done", "system")
    assert newest["prev_hash"] == oldest["hash"]


@pytest.mark.parametrize("name", ["activity", "activity_csv"])
def test_a_stranger_finds_nothing_and_a_reader_may_look(house: Household, name: str) -> None:
    assert visitor(factories.user("charlie")).get(address(house, name)).status_code == 404
    assert visitor(factories.join(house, "bob", "read_only")).get(address(house, name)).status_code == 200


def test_it_shows_a_hundred_lines_a_page_in_a_fixed_number_of_queries(
    house: Household, alice: Client, django_assert_num_queries
) -> None:
    for _ in range(120):
        activity.record(household=house, user=None, verb="run.done")
    with django_assert_num_queries(10):
        page = text(alice, house)
    assert "1 to 100 of 121" in page
