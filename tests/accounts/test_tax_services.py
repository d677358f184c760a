"""The tax profile, the years that differ from it, and the persons it speaks of."""

from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from accounts import services
from accounts.models import Activity, Household
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = {"other_income": Decimal("90000.55"), "deductions": None, "qualified_fraction": Decimal("0.85")}


@pytest.fixture
def house() -> Household:
    return factories.household()


def save_years(house: Household, *years: int, **changes: object) -> bool:
    rows = dict.fromkeys(years, YEAR | changes)
    return services.save_tax_years(household=house, user=factories.user(), years=rows)


def lines(house: Household, verb: str) -> int:
    return Activity.objects.filter(household_uuid=house.uuid, verb=verb).count()


def test_a_new_profile_has_the_standard_deduction_and_the_entered_rates(house) -> None:
    profile = house.tax_profile
    assert (profile.deductions, profile.use_own_rates, profile.carry_year) == (None, True, None)


def test_a_changed_profile_logs_the_names_of_its_changed_fields(house) -> None:
    fields = {"country": "DE", "church_rate": Decimal("0.09"), "filing_status": "single"}
    services.save_tax_profile(household=house, user=factories.user(), fields=fields)
    assert Activity.objects.get(verb="tax_profile.changed").fields == ["church_rate", "country"]


@pytest.mark.both_databases
def test_a_year_keeps_its_facts_exactly(house) -> None:
    assert save_years(house, 2021)
    assert house.tax_years.values("other_income", "deductions", "qualified_fraction").get(year=2021) == YEAR


def test_years_become_exactly_those_given(house) -> None:
    save_years(house, 2020, 2021)
    save_years(house, 2021, 2022)
    assert list(house.tax_years.values_list("year", flat=True)) == [2021, 2022]


def test_the_same_years_again_change_and_log_nothing(house) -> None:
    assert save_years(house, 2021)
    assert not save_years(house, 2021)
    assert lines(house, "tax_years.saved") == 1


def test_a_changed_amount_replaces_the_year(house) -> None:
    save_years(house, 2021)
    assert save_years(house, 2021, deductions=Decimal(14_000))
    assert house.tax_years.get().deductions == 14_000


def test_a_person_is_renamed_once(house) -> None:
    ana = house.persons.get()
    for _ in range(2):
        services.change_person(person=ana, user=factories.user(), fields={"name": "Anna", "relation": "self"})
    assert Activity.objects.get(verb="person.changed").fields == ["name"]


def test_a_person_without_accounts_is_removed(house) -> None:
    tom = services.add_person(household=house, user=factories.user(), name="Tom", relation="spouse")
    services.remove_person(person=tom, user=factories.user())
    assert house.persons.count() == 1
    assert lines(house, "person.removed") == 1


def test_an_owner_is_not_removed_and_nothing_is_logged(house) -> None:
    factories.account(house)
    with pytest.raises(ProtectedError):
        services.remove_person(person=house.persons.get(), user=factories.user())
    assert lines(house, "person.removed") == 0
