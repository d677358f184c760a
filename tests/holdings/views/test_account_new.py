"""Adding an account."""

import pytest

from accounts.models import Activity, Household, TaxProfile
from holdings.forms.account_kinds import kind_choices
from holdings.models import BrokerageAccount
from tests import factories
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


def fields(house, **changes: str) -> dict[str, str]:
    owner = str(house.persons.get().pk)
    return {"name": "Roth", "kind": "roth_ira", "broker": "Schwab", "owner": owner, "number_tail": "482"} | changes


def test_an_account_is_opened_logged_and_led_to_its_import() -> None:
    house = factories.household()
    response = visitor(factories.user()).post(address(house, "account_new"), fields(house))
    account = BrokerageAccount.objects.get()
    assert (account.name, account.kind, account.number_tail, account.owner.name) == ("Roth", "roth_ira", "482", "Ana")
    assert response["Location"] == f"{address(house, 'imports')}?account={account.uuid}"
    assert Activity.objects.get(verb="account.opened").subject == f"brokerageaccount:{account.uuid}"


def test_a_second_click_opens_no_second_account() -> None:
    house = factories.household()
    alice = visitor(factories.user())
    alice.post(address(house, "account_new"), fields(house))
    page = alice.post(address(house, "account_new"), fields(house)).content.decode()
    assert "There is an account called Roth already." in page
    assert BrokerageAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"number_tail": "1234-5678-9012"}, "never the whole number"),
        ({"kind": "offshore"}, "Select a valid choice."),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_is_kept(changes: dict[str, str], words: str) -> None:
    house = factories.household()
    page = visitor(factories.user()).post(address(house, "account_new"), fields(house, **changes)).content.decode()
    assert words in page
    assert 'value="Schwab"' in page
    assert not BrokerageAccount.objects.exists()


def test_a_person_of_another_household_owns_nothing_here() -> None:
    house = factories.household()
    stranger = factories.household(factories.user("charlie")).persons.get()
    response = visitor(factories.user()).post(address(house, "account_new"), fields(house, owner=str(stranger.pk)))
    assert response.status_code == 200
    assert not BrokerageAccount.objects.exists()


def test_who_may_open_one() -> None:
    house = factories.household()
    bob, charlie = visitor(factories.join(house, "bob", "read_only")), visitor(factories.user("charlie"))
    assert bob.get(address(house, "account_new")).status_code == 200
    assert bob.post(address(house, "account_new"), fields(house)).status_code == 403
    assert charlie.get(address(house, "account_new")).status_code == 404


@pytest.mark.parametrize(
    ("country", "first"),
    [
        ("US", ["Taxable", "Traditional IRA", "Roth IRA", "401(k)", "HSA", "529", "Custodial", "Other"]),
        ("GB", ["Taxable", "ISA", "SIPP", "Custodial", "Other"]),
        ("CA", ["Taxable", "RRSP", "TFSA", "Custodial", "Other"]),
        ("DE", ["Taxable", "Custodial", "Other"]),
    ],
)
def test_the_kinds_of_the_households_country_come_first(country: str, first: list[str]) -> None:
    house = factories.household()
    TaxProfile.objects.update(country=country)
    *own, (words, others) = kind_choices(Household.objects.get(pk=house.pk))

    assert [label for _, label in own] == first
    assert words == "Of other countries"
    assert {value for value, _ in [*own, *others]} == set(BrokerageAccount.Kind.values)
