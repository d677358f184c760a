"""Accounts that are not imported: a list that is saved as a whole."""

import pytest

from accounts.models import Activity, Household
from holdings.models import AccountElsewhere
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Household:
    return factories.household()


def save(house: Household, *names: str, kind: str = "401k") -> bool:
    owner = house.persons.get()
    rows = [Elsewhere(owner, name, kind, "unknown") for name in names]
    return save_accounts_elsewhere(household=house, user=factories.user(), accounts=rows)


def names(house: Household) -> list[str]:
    return list(house.accounts_elsewhere.values_list("name", flat=True))


def test_the_accounts_become_exactly_those_given(house) -> None:
    save(house, "At work", "Plan")
    save(house, "Plan", "Other")
    assert names(house) == ["Plan", "Other"]


def test_the_same_again_changes_and_logs_nothing(house) -> None:
    assert save(house, "At work")
    assert not save(house, "At work")
    assert Activity.objects.filter(verb="accounts_elsewhere.saved").count() == 1


def test_another_kind_replaces_the_row(house) -> None:
    save(house, "At work")
    assert save(house, "At work", kind="hsa")
    assert AccountElsewhere.objects.get().kind == "hsa"


def test_those_of_another_household_stay(house) -> None:
    other = factories.household(factories.user("bob"))
    save(other, "At work")
    save(house)
    assert names(other) == ["At work"]
