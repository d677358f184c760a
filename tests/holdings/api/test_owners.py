"""Whose accounts are whose, and accounts elsewhere, over the API."""

import uuid

import pytest
from rest_framework.test import APIClient

from accounts import services as people
from accounts.models import Activity, Household, Person
from tests import callers, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def tom(house: Household) -> Person:
    return people.add_person(household=house, user=factories.user(), name="Tom", relation="spouse")


@pytest.fixture
def client(house: Household) -> APIClient:
    return callers.by_session(factories.user())


def at_work(person: Person, **changes: object) -> dict[str, object]:
    return {"owner": str(person.uuid), "name": "401(k) at work", "kind": "401k", "reinvests": "yes"} | changes


def test_an_account_is_given_to_another_person(house, tom, client) -> None:
    account = factories.account(house)
    body = client.post(callers.url(house, f"accounts/{account.uuid}/owner"), {"person": str(tom.uuid)}).json()
    account.refresh_from_db()
    assert (body["owner"], account.owner) == ("Tom", tom)
    assert Activity.objects.get(verb="account.changed").fields == ["owner"]


def test_a_person_of_another_household_owns_nothing_here(house, client) -> None:
    account = factories.account(house)
    foreign = factories.household(factories.user("bob")).persons.get()
    for person in (str(foreign.uuid), str(uuid.uuid4()), "nobody"):
        answer = client.post(callers.url(house, f"accounts/{account.uuid}/owner"), {"person": person})
        assert (answer.status_code, list(answer.json())) == (400, ["person"])


def test_accounts_elsewhere_come_with_what_cannot_be_known(house, tom, client) -> None:
    url = callers.url(house, "accounts-elsewhere")
    body = client.put(url, {"accounts": [at_work(tom)]}, format="json").json()
    assert body["accounts"] == [at_work(tom)]
    assert body["gaps"][0].startswith("“401(k) at work” of Tom is not imported")
    assert client.get(url).json() == body


def test_an_empty_list_takes_them_out(house, tom, client) -> None:
    url = callers.url(house, "accounts-elsewhere")
    client.put(url, {"accounts": [at_work(tom)]}, format="json")
    assert client.put(url, {"accounts": []}, format="json").json() == {"accounts": [], "gaps": []}


@pytest.mark.parametrize("wrong", [{"kind": "bank"}, {"owner": "x"}, {"name": ""}, {"reinvests": "maybe"}])
def test_a_wrong_row_is_refused_and_the_stored_ones_stay(wrong: dict[str, object], house, tom, client) -> None:
    url = callers.url(house, "accounts-elsewhere")
    client.put(url, {"accounts": [at_work(tom)]}, format="json")
    assert client.put(url, {"accounts": [at_work(tom, **wrong)]}, format="json").status_code == 400
    assert len(client.get(url).json()["accounts"]) == 1


def test_two_of_one_name_and_owner_are_refused(house, tom, client) -> None:
    twice = {"accounts": [at_work(tom), at_work(tom, kind="hsa")]}
    assert client.put(callers.url(house, "accounts-elsewhere"), twice, format="json").status_code == 400


def test_fees_of_an_account_are_stated_whole(house, client) -> None:
    account = factories.account(house)
    url = callers.url(house, f"accounts/{account.uuid}/fees")
    assert client.post(url, {"fee_share": "0.005", "fee_least": "1"}).json()["fee_least"] == "1"
    body = client.post(url, {"fee_ticket": "9.99", "fee_most": "50"}).json()
    assert [body[name] for name in ("fee_ticket", "fee_share", "fee_least", "fee_most")] == ["9.99", "0", "0", "50"]


def test_fees_with_a_maximum_below_their_minimum_are_refused(house, client) -> None:
    account = factories.account(house)
    url = callers.url(house, f"accounts/{account.uuid}/fees")
    answer = client.post(url, {"fee_least": "10", "fee_most": "5"})
    assert (answer.status_code, list(answer.json())) == (400, ["fee_most"])
