"""Goals, taxes, classes and themes: looked at by members, changed by those who may."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Goal
from holdings.models import Classification, GoalAccount, ThemeTag
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
PAGES = ["goals", "goal_new", "tax_profile", "classify", "themes", "policy_edit"]


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def typed(alice: Client, case: plans.Case, **changes: object) -> dict[str, object]:
    wanted = {"name": "House", "amount": "$80,000", "date": "2030-06-30", "acceptable_drawdown": "12.5"}
    return form_of(alice, address(case.house, "goal_new")) | {"kind": "preservation"} | wanted | changes


def test_the_page_shows_goals_and_the_policy(case: plans.Case, alice: Client) -> None:
    factories.goal(case.house)
    page = alice.get(address(case.house, "goals")).content.decode()
    for words in ("Retire", "1 Jan 2040", "Target weights that I enter", "45.0%", "Leverage", "The first version."):
        assert words in page


def test_a_household_without_policy_is_told_what_is_missing() -> None:
    alice = factories.user()
    page = visitor(alice).get(address(factories.household(alice), "goals")).content.decode()
    assert "No constraints yet" in page
    assert "Set targets and limits" in page


def test_a_goal_is_kept_exactly_with_its_accounts(case: plans.Case, alice: Client) -> None:
    new = typed(alice, case, accounts=[str(case.account.uuid)])
    assert alice.post(address(case.house, "goal_new"), new).status_code == 302
    goal = Goal.objects.get()
    assert (goal.amount, goal.acceptable_drawdown, goal.target_return) == (Decimal(80_000), Decimal("0.125"), None)
    assert (goal.date, goal.horizon_years) == (dt.date(2030, 6, 30), 8)
    assert GoalAccount.objects.get().account == case.account


def test_the_same_form_sent_twice_makes_one_goal(case: plans.Case, alice: Client) -> None:
    new = typed(alice, case)
    for _ in range(2):
        alice.post(address(case.house, "goal_new"), new)
    assert Goal.objects.count() == 1


def test_a_goal_is_changed_and_archived(case: plans.Case, alice: Client) -> None:
    goal = factories.goal(case.house)
    url = address(case.house, "goal_edit", goal=goal.uuid)
    alice.post(url, form_of(alice, url) | {"amount": "120,000"})
    goal.refresh_from_db()
    assert goal.amount == 120_000
    alice.post(address(case.house, "goal_archive", goal=goal.uuid))
    assert alice.get(url).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "lots", "“lots” is not a number. Type digits, as in 24,000."),
        ("amount", "0", "0 is below 1, the least it can be."),
        ("acceptable_drawdown", "140", "140.0% is above 100.0%, the most it can be."),
        ("date", "2022-12-28", "28 Dec 2022 is not after 28 Dec 2022. Give a later date, or archive the goal."),
    ],
)
def test_wrong_values_stay_with_their_error(
    case: plans.Case, alice: Client, field: str, value: str, words: str
) -> None:
    page = alice.post(address(case.house, "goal_new"), typed(alice, case, **{field: value})).content.decode()
    assert words in page
    assert f'value="{value}"' in page
    assert not Goal.objects.exists()


def test_an_instrument_is_classified(case: plans.Case, alice: Client) -> None:
    url = address(case.house, "classify")
    alice.post(url, form_of(alice, url) | {f"{case.xom.uuid}-sector": "utilities"})
    assert Classification.objects.get(instrument=case.xom).sector == "utilities"
    assert Classification.objects.get(instrument=case.ko).sector == "staples"


def test_what_holds_metal_is_said_and_taken_back(case: plans.Case, alice: Client) -> None:
    url, name = address(case.house, "classify"), f"{case.xom.uuid}-collectible"
    assert form_of(alice, url)[name] == "False"
    alice.post(url, form_of(alice, url) | {name: "True"})
    assert Classification.objects.get(instrument=case.xom).collectible
    assert form_of(alice, url)[name] == "True"
    alice.post(url, form_of(alice, url) | {name: "False"})
    assert not Classification.objects.get(instrument=case.xom).collectible


def test_themes_are_added_changed_and_dropped(case: plans.Case, alice: Client) -> None:
    url = address(case.house, "themes")
    line = {"tags-0-symbol": "xom", "tags-0-theme": "Fossil  Fuel", "tags-0-reason": "Oil and gas"}
    alice.post(url, form_of(alice, url) | line)
    tag = ThemeTag.objects.get()
    assert (tag.instrument, tag.theme, tag.reason) == (case.xom, "fossil fuel", "Oil and gas")
    alice.post(url, form_of(alice, url) | dict.fromkeys(line, ""))
    assert not ThemeTag.objects.exists()


def test_a_half_filled_theme_says_what_is_missing(case: plans.Case, alice: Client) -> None:
    url = address(case.house, "themes")
    page = alice.post(url, form_of(alice, url) | {"tags-0-symbol": "NOPE"}).content.decode()
    assert "No instrument NOPE is known." in page
    assert "Name the theme, or clear the line." in page


def test_untagged_instruments_are_named(case: plans.Case, alice: Client) -> None:
    page = alice.get(address(case.house, "goals")).content.decode()
    assert "Not screened for any theme: XOM." in page


@pytest.mark.parametrize("name", PAGES)
def test_strangers_find_nothing(case: plans.Case, name: str) -> None:
    assert visitor(factories.user("charlie")).get(address(case.house, name)).status_code == 404


@pytest.mark.parametrize("name", PAGES[1:])
def test_readers_look_and_change_nothing(case: plans.Case, name: str) -> None:
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    assert bob.get(address(case.house, name)).status_code == 200
    assert bob.post(address(case.house, name), {"name": "x"}).status_code == 403


def test_a_goal_of_another_household_is_not_found(case: plans.Case, alice: Client) -> None:
    other = factories.goal(factories.household(factories.user("bob")))
    url = address(case.house, "goal_edit", goal=other.uuid)
    assert alice.get(url).status_code == 404
    assert alice.post(address(case.house, "goal_archive", goal=other.uuid)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_the_number_of_queries_does_not_grow(
    case: plans.Case, alice: Client, name: str, django_assert_max_num_queries
) -> None:
    for number in range(20):
        share = factories.instrument(f"S{number}", "10", sector="tech", house=case.house)
        factories.buy(case.account, share, "1", "10", dt.date(2022, 1, 3))
        ThemeTag.objects.create(household=case.house, instrument=share, theme="weapons")
    with django_assert_max_num_queries(21):
        alice.get(address(case.house, name))
