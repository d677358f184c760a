"""The page of taxes: what is asked, what is refused and why, and what it says cannot be known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Activity, Person, TaxProfile
from holdings.models import AccountElsewhere
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
AT_WORK = {"elsewhere-0-name": "401(k) at work", "elsewhere-0-kind": "401k", "elsewhere-0-reinvests": "yes"}


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def send(alice: Client, case: plans.Case, *left_out: str, **changes: object) -> str:
    """Type the changes over what the form shows, and save; the page that follows."""
    url = address(case.house, "tax_profile")
    fields = form_of(alice, url) | {"use_own_rates": "on"} | changes
    sent = {name: value for name, value in fields.items() if name not in left_out}
    return alice.post(url, sent, follow=True).content.decode()


def owner(case: plans.Case) -> str:
    return f"owner-{case.account.uuid}"


def profile() -> TaxProfile:
    return TaxProfile.objects.get()


def lines() -> list[str]:
    return list(Activity.objects.filter(verb__regex="tax|person|account").values_list("verb", flat=True))


def test_rates_are_typed_as_per_cent(case: plans.Case, alice: Client) -> None:
    assert form_of(alice, address(case.house, "tax_profile"))["short_rate"] == "24.0"
    send(alice, case, short_rate="35", state_rate="4.95", carry_long="1,250.50")
    assert (profile().short_rate, profile().state_rate) == (Decimal("0.35"), Decimal("0.0495"))
    assert (profile().carry_long, profile().carry_year) == (Decimal("1250.5"), 2022)


def test_income_deductions_and_the_switch_are_kept(case: plans.Case, alice: Client) -> None:
    send(alice, case, "use_own_rates", other_income="$90,000", deductions="15,000.5", state_name="Ohio")
    assert (profile().other_income, profile().deductions) == (Decimal(90_000), Decimal("15000.5"))
    assert (profile().use_own_rates, profile().state_name) == (False, "Ohio")


def test_a_saved_form_changes_and_logs_nothing_when_it_is_saved_again(case: plans.Case, alice: Client) -> None:
    changes = {"spouse": "Tom", owner(case): "spouse", "years-0-year": "2021", "years-0-other_income": "5", **AT_WORK}
    send(alice, case, **changes)
    before = lines()
    assert before[-1] == "accounts_elsewhere.saved"
    send(alice, case, **changes)
    send(alice, case)
    assert lines() == before


def test_a_year_of_its_own_is_kept_and_taken_out_when_its_line_is_cleared(case: plans.Case, alice: Client) -> None:
    line = {"years-0-year": "2021", "years-0-other_income": "60,000", "years-0-qualified_fraction": "92.5"}
    send(alice, case, **line)
    year = case.house.tax_years.get()
    assert (year.year, year.other_income, year.deductions) == (2021, Decimal(60_000), None)
    assert year.qualified_fraction == Decimal("0.925")
    send(alice, case, **dict.fromkeys(line, ""))
    assert not case.house.tax_years.exists()


def test_a_spouse_is_named_and_owns_an_account_at_once(case: plans.Case, alice: Client) -> None:
    send(alice, case, spouse="Tom", **{owner(case): "spouse"})
    case.account.refresh_from_db()
    assert (case.account.owner.name, case.account.owner.relation) == ("Tom", Person.Relation.SPOUSE)


def test_a_spouse_is_renamed_and_taken_out(case: plans.Case, alice: Client) -> None:
    send(alice, case, spouse="Tom")
    send(alice, case, spouse="Thomas")
    assert list(case.house.persons.values_list("name", flat=True)) == ["Ana", "Thomas"]
    send(alice, case, spouse="")
    assert list(case.house.persons.values_list("name", flat=True)) == ["Ana"]


def test_an_account_elsewhere_leaves_the_coverage_incomplete(case: plans.Case, alice: Client) -> None:
    page = send(alice, case, spouse="Tom", **AT_WORK, **{"elsewhere-0-owner": "spouse"})
    row = AccountElsewhere.objects.get()
    assert (row.owner.name, row.kind, row.reinvests) == ("Tom", "401k", "yes")
    for shown in (page, alice.get(address(case.house, "tax_profile")).content.decode()):
        assert "Coverage incomplete" in shown
        assert "“401(k) at work” of Tom is not imported" in shown


def test_a_covered_household_is_told_of_no_gap(case: plans.Case, alice: Client) -> None:
    assert "Coverage incomplete" not in alice.get(address(case.house, "tax_profile")).content.decode()


def test_a_country_without_rules_is_kept_and_said_to_have_none(case: plans.Case, alice: Client) -> None:
    page = send(alice, case, country="FR")
    assert profile().country == "FR"
    assert "No tax rules for this country: the rates entered are used." in page
    assert "France" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"country": "XX"}, "Select a valid choice."),
        ({"spouse": "ana"}, "ana is in the household already. Type the spouse’s name."),
        ({"carry_long": "10", "carry_year": ""}, "Name the tax year that the losses are carried into, as 2022."),
        ({"carry_long": "10", "carry_year": "22"}, "Type a year from 1990 to 2023, as 2022."),
        ({"other_income": "-5"}, "-5 is below 0, the least it can be."),
        ({"years-0-year": "2021"}, "Type the year’s other income, 0 for none, or clear the line."),
        ({"years-0-other_income": "5"}, "Name the tax year, or clear the line."),
        ({"elsewhere-0-kind": "hsa"}, "Say what the account is, as “401(k) at work”, or clear the line."),
        ({"elsewhere-0-name": "Plan"}, "Choose the kind of account, or clear the line."),
        ({**AT_WORK, "elsewhere-0-owner": "spouse"}, "401(k) at work: the spouse’s below. Type the spouse’s name"),
    ],
)
def test_wrong_answers_are_named_with_their_remedy_and_nothing_is_saved(
    case: plans.Case, alice: Client, changes: dict[str, str], words: str
) -> None:
    page = send(alice, case, **{"short_rate": "35", **changes})
    assert words in page
    assert "Nothing was saved." in page
    assert 'value="35"' in page
    assert profile().short_rate == Decimal("0.24")


def test_all_that_is_wrong_is_named_at_once(case: plans.Case, alice: Client) -> None:
    page = send(alice, case, other_income="lots", **{owner(case): "spouse", "years-0-year": "2021"})
    assert "3 fields below need another value." in page
    assert "taxable: the spouse’s below." in page


def test_a_form_that_lost_its_lines_takes_nothing_out(case: plans.Case, alice: Client) -> None:
    send(alice, case, **{"years-0-year": "2021", "years-0-other_income": "5"})
    send(alice, case, "years-TOTAL_FORMS", other_income="7")
    assert (case.house.tax_years.count(), profile().other_income) == (1, 0)


def test_a_line_that_stands_twice_is_refused(case: plans.Case, alice: Client) -> None:
    years = {f"years-{n}-{name}": value for n in (0, 1) for name, value in (("year", "2021"), ("other_income", "1"))}
    assert "2021 stands here twice. Keep one of the lines." in send(alice, case, **years)


def test_an_owner_of_another_household_is_refused(case: plans.Case, alice: Client) -> None:
    foreign = factories.household(factories.user("bob")).persons.get()
    assert "Select a valid choice." in send(alice, case, **{owner(case): str(foreign.uuid)})
