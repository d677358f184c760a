"""Households, goals, tax profile and the log over the API."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Activity, Goal, Household
from tests import callers, factories

pytestmark = pytest.mark.django_db
GOAL = {"name": "Retire", "amount": "1234567.123456789012345678", "date": "2040-01-01", "horizon_years": 17}


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def client(house: Household) -> APIClient:
    return callers.by_token(house, factories.user())


def test_a_household_says_as_of_which_date(house, client) -> None:
    body = client.get(callers.url(house)).json()
    assert body == {
        "uuid": str(house.uuid),
        "name": "Hale",
        "kind": "paper",
        "base_currency": "USD",
        "as_of": "2022-12-28",
    }


def test_a_goal_keeps_every_digit(house, client) -> None:
    body = client.post(callers.url(house, "goals"), GOAL).json()
    assert body["amount"] == "1234567.123456789012345678"
    assert client.get(callers.url(house, f"goals/{body['uuid']}")).json() == body


def test_an_amount_has_one_spelling(house, client) -> None:
    body = client.post(callers.url(house, "goals"), GOAL | {"amount": "1500.500"}).json()
    assert body["amount"] == "1500.5"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "1e30"),
        ("amount", "NaN"),
        ("amount", "0.1234567890123456789"),
        ("acceptable_drawdown", "1.01"),
        ("target_volatility", "-0.01"),
        ("horizon_years", "81"),
        ("date", "2040-13-01"),
        ("kind", "speculation"),
        ("name", ""),
    ],
)
def test_a_goal_that_cannot_be_meant_is_refused_by_field(field: str, value: str, house, client) -> None:
    response = client.post(callers.url(house, "goals"), GOAL | {field: value})
    assert response.status_code == 400
    assert list(response.json()) == [field]


def test_a_changed_goal_is_a_line_of_the_log(house, client) -> None:
    goal = factories.goal(house)
    response = client.patch(callers.url(house, f"goals/{goal.uuid}"), {"name": "House"})
    assert response.json()["name"] == "House"
    assert Activity.objects.get(verb="goal.changed").fields == ["name"]


def test_a_goal_is_archived_not_erased(house, client) -> None:
    goal = factories.goal(house)
    assert client.delete(callers.url(house, f"goals/{goal.uuid}")).status_code == 204
    assert client.get(callers.url(house, "goals")).json()["count"] == 0
    assert Goal.objects.get().archived_at is not None


def test_tax_rates_are_fractions_and_losses_are_positive(house, client) -> None:
    address = callers.url(house, "tax-profile")
    assert client.patch(address, {"short_rate": "0.37"}).json()["short_rate"] == "0.37"
    assert client.patch(address, {"short_rate": "37"}).status_code == 400
    assert client.patch(address, {"carry_short": "-1"}).status_code == 400


def test_the_log_is_chained_and_newest_first(house, client) -> None:
    factories.goal(house)
    newest, *_, oldest = client.get(callers.url(house, "activity")).json()["results"]
    assert newest["verb"] == "goal.created"
    assert oldest["prev_hash"] == "0" * 64
    assert newest["seq"] == house_lines(house)


def house_lines(house: Household) -> int:
    return Activity.objects.filter(household_uuid=house.uuid).count()


def test_the_log_cannot_be_written(house, client) -> None:
    assert client.post(callers.url(house, "activity"), {}).status_code == 405


def test_long_lists_come_in_pages(house, client) -> None:
    for number in range(5):
        factories.goal(house, f"Goal {number}")
    first = client.get(callers.url(house, "goals"), {"page_size": 2}).json()
    third = client.get(callers.url(house, "goals"), {"page_size": 2, "page": 3}).json()
    assert (first["count"], len(first["results"]), len(third["results"])) == (5, 2, 1)
    assert client.get(first["next"]).json()["previous"] is not None
    assert third["next"] is None


@pytest.mark.parametrize("page", ["0", "9", "x", "99999999999999999999999"])
def test_a_page_that_does_not_exist_is_not_found(page: str, house, client) -> None:
    assert client.get(callers.url(house, "goals"), {"page": page}).status_code == 404
