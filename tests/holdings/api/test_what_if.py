"""What a sale would cost, over the API."""

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Household
from tests import callers, factories
from tests.holdings.taxation.worlds import Hales, hales

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hales:
    return hales().computed()


@pytest.fixture
def client(owned: Hales) -> APIClient:
    return callers.by_token(owned.house, factories.user(), scope="read")


def post(client: APIClient, house: Household, owned: Hales, **data: object) -> Response:
    body = {"account": str(owned.account.uuid), "instrument": str(owned.vti.uuid), **data}
    return client.post(callers.url(house, "tax/what-if"), body, format="json")


def test_a_lot_is_answered_in_exact_amounts(client: APIClient, owned: Hales) -> None:
    found = post(client, owned.house, owned, lots=[{"lot": owned.summer, "shares": "40"}])
    (lot,) = found.data["lots"]

    assert (found.status_code, found.data["expected"], found.data["date"]) == (200, "88", "2022-12-29")
    assert (lot["gain"], lot["gain_class"], lot["long_from"], lot["waiting_saves"]) == (
        "400",
        "short",
        "2023-06-17",
        "28",
    )


def test_a_loss_comes_with_its_value_against_later(client: APIClient, owned: Hales) -> None:
    lots, horizon = [{"lot": owned.winter, "shares": "60"}], {"years": 0, "later_rate": "0.1"}
    found = post(client, owned.house, owned, lots=lots, horizon=horizon).data["harvest"]

    assert (found["loss"], found["saved"], found["owed_later"], found["value"]) == ("2400", "528", "240", "288")


def test_a_method_finds_the_lots(client: APIClient, owned: Hales) -> None:
    found = post(client, owned.house, owned, method="hifo", shares="60")

    assert [each["lot"] for each in found.data["lots"]] == [owned.winter]


def test_a_fault_names_its_field(client: APIClient, owned: Hales) -> None:
    found = post(client, owned.house, owned, method="fifo", shares="500")

    assert found.status_code == 400
    assert found.data["shares"] == ["Main holds 200 shares. Enter at most as many."]


def test_another_household_does_not_exist(owned: Hales) -> None:
    stranger = callers.by_session(factories.user("bob"))

    assert post(stranger, owned.house, owned, method="fifo", shares="5").status_code == 404


def test_the_account_of_another_household_does_not_exist(owned: Hales) -> None:
    other = factories.household(factories.user("bob"))
    bob = callers.by_session(factories.user("bob"))

    assert post(bob, other, owned, method="fifo", shares="5").status_code == 404
