"""The tax profile, its years and persons over the API."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from accounts.models import Activity, Household
from tests import callers, factories

pytestmark = pytest.mark.django_db
YEAR = {"year": 2021, "other_income": "90000.55", "deductions": None, "qualified_fraction": "0.85"}


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def client(house: Household) -> APIClient:
    return callers.by_session(factories.user())


def test_the_profile_is_changed_field_by_field(house, client) -> None:
    change = {"country": "DE", "church_rate": "0.09", "deductions": "1500", "use_own_rates": False, "carry_year": 2022}
    body = client.patch(callers.url(house, "tax-profile"), change, format="json").json()
    assert {name: body[name] for name in change} == change
    assert Activity.objects.get(verb="tax_profile.changed").fields == sorted(change)


def test_a_country_without_tax_rules_is_kept(house, client) -> None:
    assert client.patch(callers.url(house, "tax-profile"), {"country": "FR"}).json()["country"] == "FR"


@pytest.mark.parametrize("country", ["XX", "us", "USA", ""])
def test_what_is_no_country_is_refused(country: str, house, client) -> None:
    answer = client.patch(callers.url(house, "tax-profile"), {"country": country})
    assert (answer.status_code, list(answer.json())) == (400, ["country"])


def test_years_are_replaced_as_a_whole(house, client) -> None:
    url = callers.url(house, "tax-years")
    client.put(url, [YEAR, YEAR | {"year": 2020}], format="json")
    assert client.put(url, [YEAR], format="json").json() == [YEAR]
    assert client.get(url).json() == [YEAR]


def test_a_year_may_leave_out_what_is_standard(house, client) -> None:
    client.put(callers.url(house, "tax-years"), [{"year": 2021, "other_income": "1"}], format="json")
    assert (house.tax_years.get().deductions, house.tax_years.get().other_income) == (None, Decimal(1))


@pytest.mark.parametrize(
    "rows", [[YEAR, YEAR], [YEAR | {"qualified_fraction": "85"}], [{"year": 2021}], [YEAR | {"year": 1800}], {}]
)
def test_wrong_years_are_refused_and_the_stored_ones_stay(rows: object, house, client) -> None:
    url = callers.url(house, "tax-years")
    client.put(url, [YEAR], format="json")
    assert client.put(url, rows, format="json").status_code == 400
    assert client.get(url).json() == [YEAR]


def test_a_spouse_is_added_and_renamed(house, client) -> None:
    made = client.post(callers.url(house, "persons"), {"name": "Tom", "relation": "spouse"}).json()
    client.patch(callers.url(house, f"persons/{made['uuid']}"), {"name": "Thomas"})
    people = client.get(callers.url(house, "persons")).json()["results"]
    assert [(row["name"], row["relation"]) for row in people] == [("Ana", "self"), ("Thomas", "spouse")]


def test_there_is_one_spouse_and_one_of_each_name(house, client) -> None:
    url = callers.url(house, "persons")
    client.post(url, {"name": "Tom", "relation": "spouse"})
    assert list(client.post(url, {"name": "Tim", "relation": "spouse"}).json()) == ["relation"]
    assert list(client.post(url, {"name": "ANA", "relation": "dependant"}).json()) == ["name"]
