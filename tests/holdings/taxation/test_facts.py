"""The stored answers of a household as the tax rules read them."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts import services as people
from accounts.models import Household, TaxProfile
from holdings.models import AccountElsewhere, BrokerageAccount
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere
from holdings.tax.facts import FilingStatus
from holdings.tax.history import Relation, Shelter
from holdings.tax.outcome import TaxYear
from holdings.taxation.facts import coverage_gaps, fingerprint, tax_facts
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Household:
    return factories.household()


def says(house: Household, **fields: object) -> Household:
    people.save_tax_profile(household=house, user=factories.user(), fields=fields)
    return Household.objects.get(pk=house.pk)


def year(first: int, label: str = "") -> TaxYear:
    return TaxYear(label or str(first), dt.date(first, 1, 1), dt.date(first, 12, 31))


def elsewhere(house: Household, name: str = "401(k) at work", reinvests: str = "no") -> None:
    rows = [Elsewhere(house.persons.earliest("id"), name, "401k", reinvests)]
    save_accounts_elsewhere(household=house, user=factories.user(), accounts=rows)


def test_the_strings_of_kinds_and_relations_are_those_of_the_models() -> None:
    assert {kind.value for kind in Shelter} == set(BrokerageAccount.Kind.values)
    assert {relation.value for relation in Relation} == {"self", "spouse", "dependant"}


def test_a_year_without_facts_of_its_own_takes_the_profile(house) -> None:
    said = {"other_income": Decimal(80_000), "deductions": Decimal(15_000), "state_rate": Decimal("0.05")}
    carried = {"carry_short": Decimal(100), "carry_long": Decimal("200.5"), "carry_year": 2022}
    facts = tax_facts(says(house, filing_status="head", **said, **carried), year(2022))
    assert (facts.year, facts.status, facts.other_income, facts.deductions) == (
        "2022",
        FilingStatus.HEAD,
        80_000,
        15_000,
    )
    assert (facts.state_rate, facts.carry_short, facts.carry_long) == (Decimal("0.05"), 100, Decimal("200.5"))
    assert (facts.carry_year, facts.qualified_fraction) == ("2022", None)


def test_a_year_with_facts_of_its_own_uses_them_alone(house) -> None:
    house = says(house, other_income=Decimal(80_000), deductions=Decimal(15_000))
    own = {"other_income": Decimal(60_000), "deductions": None, "qualified_fraction": Decimal("0.9")}
    people.save_tax_years(household=house, user=factories.user(), years={2021: own})
    facts = tax_facts(house, year(2021))
    assert (facts.other_income, facts.deductions, facts.qualified_fraction) == (60_000, None, Decimal("0.9"))
    assert tax_facts(house, year(2022)).other_income == 80_000


def test_own_rates_are_given_only_while_they_are_switched_on(house) -> None:
    facts = tax_facts(house, year(2022))
    assert (facts.short_rate, facts.long_rate) == (Decimal("0.24"), Decimal("0.15"))
    facts = tax_facts(says(house, use_own_rates=False), year(2022))
    assert (facts.short_rate, facts.long_rate) == (None, None)


def test_losses_without_a_year_are_carried_into_the_present_one(house) -> None:
    assert tax_facts(says(house, carry_short=Decimal(5)), year(2021)).carry_year == "2022"


def test_a_household_that_enters_no_losses_overrides_no_year(house) -> None:
    assert tax_facts(house, year(2022)).carry_year == ""


def test_a_country_without_rules_always_uses_the_entered_rates(house) -> None:
    facts = tax_facts(says(house, country="FR", use_own_rates=False), year(2022))
    assert facts.short_rate == Decimal("0.24")


def test_years_of_a_british_household_go_by_their_two_halves(house) -> None:
    facts = tax_facts(says(house, country="GB", carry_long=Decimal(5), carry_year=2021), year(2022, "2022-23"))
    assert (facts.year, facts.carry_year) == ("2022-23", "2021-22")


def test_a_couple_on_one_return_shares_its_allowance(house) -> None:
    facts = tax_facts(says(house, country="DE", filing_status="joint", church_rate=Decimal("0.08")), year(2022))
    assert (facts.joint_allowance, facts.church_rate) == (True, Decimal("0.08"))
    assert not tax_facts(says(house, filing_status="separate"), year(2022)).joint_allowance


def test_a_household_without_accounts_elsewhere_is_covered(house) -> None:
    assert coverage_gaps(house) == ()


def test_each_account_elsewhere_is_a_gap_in_words(house) -> None:
    elsewhere(house, reinvests="unknown")
    (gap,) = tax_facts(house, year(2022)).coverage_gaps
    assert gap.startswith("“401(k) at work” of Ana is not imported: a purchase there within 30 days")
    assert "Whether it reinvests" in gap


def test_a_married_household_that_names_no_spouse_has_a_gap(house) -> None:
    house = says(house, filing_status="joint")
    assert "names no spouse" in coverage_gaps(house)[0]
    people.add_person(household=house, user=factories.user(), name="Tom", relation="spouse")
    assert coverage_gaps(house) == ()


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["profile", "year", "spouse", "elsewhere"])
def test_whatever_is_said_of_taxes_changes_the_fingerprint(house, change: str) -> None:
    before = fingerprint(house)
    assert fingerprint(house) == before
    if change == "profile":
        TaxProfile.objects.update(other_income=Decimal(1))
    elif change == "year":
        house.tax_years.create(year=2021, other_income=Decimal(1))
    elif change == "spouse":
        house.persons.create(name="Tom", relation="spouse")
    else:
        elsewhere(house)
    assert fingerprint(house) != before


def test_names_of_persons_and_other_households_leave_the_fingerprint_as_it_is(house) -> None:
    before = fingerprint(house)
    house.persons.update(name="Anna")
    elsewhere(factories.household(factories.user("bob")))
    AccountElsewhere.objects.get()
    assert fingerprint(house) == before
