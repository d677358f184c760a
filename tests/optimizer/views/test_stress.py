"""Evidence of stress and of goals on the pages, and the form of a person's own scenario."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client

from accounts.models import Activity, Goal, Run
from optimizer import selectors, tasks
from optimizer.models import Evidence, Proposal, StressScenario
from optimizer.services import evidence
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


@pytest.fixture
def alice(market: Market) -> Client:
    return visitor(market.alice)


def found(market: Market, kind: str, subject: str = "") -> Evidence:
    run = evidence.request(household=market.house, user=market.alice, kind=kind, subject=subject, key=uuid.uuid4())
    tasks.evidence(run.pk)
    row = selectors.evidence(market.house, kind, subject)
    assert row is not None
    return row


def page(client: Client, market: Market, slug: str = "stress", of: str = "") -> str:
    url = address(market.house, "evidence_part", slug=slug)
    return client.get(url, {"of": of} if of else {}).content.decode()


def near_goal(market: Market, name: str = "Retire") -> Goal:
    goal = factories.goal(market.house)
    goal.name, goal.date = name, dt.date(2025, 12, 28)
    goal.save()
    return goal


def proposed(market: Market) -> Proposal:
    tasks.run(markets.asked(market).pk)
    return Proposal.objects.get()


def typed(client: Client, market: Market, *moves: tuple[str, str], name: str = "Oil") -> dict[str, str]:
    form = form_of(client, address(market.house, "scenario_new")) | {"name": name}
    for at, (subject, change) in enumerate(moves):
        form |= {f"moves-{at}-subject": subject, f"moves-{at}-change": change}
    return form


def test_scenarios_stand_in_money_with_their_chart_and_table(market: Market, alice: Client) -> None:
    found(market, "stress")
    shown = page(alice, market)
    for words in (
        "2007-09, financial crisis would cost",
        "Rates up 1 point",
        "Correlations go to one",
        "Show as table",
    ):
        assert words in shown
    assert "no proposal is open" in shown


def test_with_a_proposal_before_stands_beside_after(market: Market, alice: Client) -> None:
    made = proposed(market)
    found(market, "stress")
    shown = page(alice, market)
    assert f"after proposal {made.number}" in shown
    assert "After the proposal" in shown


def test_a_scenario_opens_by_account_and_holding(market: Market, alice: Client) -> None:
    found(market, "stress")
    shown = alice.get(address(market.house, "stress_scenario", key="2008")).content.decode()
    for words in ("By account", "By holding", "S&amp;P 500 × beta", "fell 56.8%", "stand-in for its class"):
        assert words in shown
    assert alice.get(address(market.house, "stress_scenario", key="1929")).status_code == 404


def test_a_proposals_page_says_what_it_would_lose(market: Market, alice: Client) -> None:
    made = proposed(market)
    url = address(market.house, "proposal", number=made.number)
    assert "Worst fall of history" not in alice.get(url).content.decode()
    found(market, "stress")
    shown = alice.get(url).content.decode()
    assert "Worst fall of history replayed: 2007-09, financial crisis" in shown
    assert "Worst shock tested: " in shown


def test_a_scenario_of_ones_own_is_kept_in_versions_and_computed_once(market: Market, alice: Client) -> None:
    url = address(market.house, "scenario_new")
    new = typed(alice, market, ("Energy, sector", "-50"), ("XOM", "-60"), ("USD, currency", "5"), ("cash", "-1"))
    for _ in range(2):
        assert alice.post(url, new).status_code == 302
    row = StressScenario.objects.get()
    assert (row.number, row.name) == (1, "Oil")
    assert {(move["axis"], move["change"]) for move in row.moves} == {
        ("sector", "-0.5"),
        ("instrument", "-0.6"),
        ("currency", "0.05"),
        ("instrument", "-0.01"),
    }
    assert Run.objects.filter(subject="stress:").count() == 1
    edit = address(market.house, "scenario_edit", key=row.key)
    assert alice.post(edit, form_of(alice, edit) | {"moves-0-change": "-40"}).status_code == 302
    assert [each.number for each in StressScenario.objects.order_by("number")] == [1, 2]
    assert Activity.objects.filter(verb="scenario.saved").count() == 2


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ((), "Nothing moves yet"),
        ((("Enegry", "-5"),), "no instrument, sector, class or currency known here"),
        ((("Energy, sector", ""),), "Say by how much"),
        ((("", "-5"),), "Say what moves"),
        ((("Energy, sector", "-100"),), "the least it can be"),
        ((("XOM", "-5"), ("xom", "-6")), "XOM moves twice"),
    ],
)
def test_a_scenario_that_says_too_little_is_sent_back(market: Market, alice: Client, moves, words: str) -> None:
    answer = alice.post(address(market.house, "scenario_new"), typed(alice, market, *moves))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not StressScenario.objects.exists()


def test_a_retired_scenario_is_gone_from_the_page_and_its_versions_stay(market: Market, alice: Client) -> None:
    alice.post(address(market.house, "scenario_new"), typed(alice, market, ("Energy, sector", "-50")))
    row = StressScenario.objects.get()
    alice.post(address(market.house, "scenario_retire", key=row.key))
    assert StressScenario.objects.count() == 2
    found(market, "stress")
    assert "What worries you and is not above" in page(alice, market)
    assert alice.get(address(market.house, "scenario_edit", key=row.key)).status_code == 404


def test_a_stranger_sees_no_scenario_and_writes_none(market: Market, alice: Client) -> None:
    alice.post(address(market.house, "scenario_new"), typed(alice, market, ("Energy, sector", "-50")))
    found(market, "stress")
    bob = visitor(factories.user("bob"))
    key = StressScenario.objects.get().key
    assert bob.get(address(market.house, "stress_scenario", key="2008")).status_code == 404
    assert bob.post(address(market.house, "scenario_edit", key=key), {"name": "Mine"}).status_code == 404
    assert bob.post(address(market.house, "scenario_retire", key=key)).status_code == 404


def test_odds_are_told_in_words_with_what_is_uncertain(market: Market, alice: Client) -> None:
    goal = near_goal(market)
    assert "Not computed yet" in page(alice, market, "goals")
    found(market, "goals", str(goal.uuid))
    shown = page(alice, market, "goals")
    for words in (
        "of 100 simulated paths reach Retire",
        "allowing for estimation error",
        "Needed for 80%",
        "Student’s t",
    ):
        assert words in shown


def test_each_goal_has_its_own_odds(market: Market, alice: Client) -> None:
    first, second = near_goal(market, "House"), near_goal(market, "Boat")
    found(market, "goals", str(first.uuid))
    assert "reach House" in page(alice, market, "goals", str(first.uuid))
    assert "Not computed yet" in page(alice, market, "goals", str(second.uuid))
    url = address(market.house, "evidence_part", slug="goals")
    assert alice.get(url, {"of": str(uuid.uuid4())}).status_code == 404


def test_a_household_without_goals_is_told(market: Market, alice: Client) -> None:
    assert "No goal with a date ahead" in page(alice, market, "goals")
    url = address(market.house, "evidence_find", slug="goals")
    assert alice.post(url, {"key": str(uuid.uuid4()), "of": ""}).status_code == 404


def test_the_goals_page_shows_the_odds_beside_the_goal(market: Market, alice: Client) -> None:
    goal = near_goal(market)
    url = address(market.house, "goals")
    assert "Chance not computed yet" in alice.get(url).content.decode()
    found(market, "goals", str(goal.uuid))
    assert "of 100 simulated paths" in alice.get(url).content.decode()


def test_saving_a_goal_asks_for_its_odds(market: Market, alice: Client) -> None:
    goal = near_goal(market)
    url = address(market.house, "goal_edit", goal=goal.uuid)
    alice.post(url, form_of(alice, url) | {"kind": "growth", "monthly_contribution": "500"})
    goal.refresh_from_db()
    assert goal.monthly_contribution == 500
    assert Run.objects.get(kind=Run.Kind.EVIDENCE).subject == f"goals:{goal.uuid}"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"monthly_withdrawal": "1000"}, "Say for how many years"),
        ({"withdrawal_years": "10"}, "Say how much is withdrawn"),
    ],
)
def test_a_withdrawal_needs_an_amount_and_years(market: Market, alice: Client, said, words: str) -> None:
    url = address(market.house, "goal_edit", goal=near_goal(market).uuid)
    assert words in alice.post(url, form_of(alice, url) | {"kind": "income"} | said).content.decode()


@pytest.mark.parametrize("slug", ["stress", "goals"])
def test_queries_do_not_grow_with_the_rows(
    market: Market, alice: Client, slug: str, django_assert_max_num_queries
) -> None:
    goals = [near_goal(market, f"Goal {at}") for at in range(3)]
    for subject in [""] if slug == "stress" else [str(goal.uuid) for goal in goals]:
        found(market, slug, subject)
    with django_assert_max_num_queries(12):
        page(alice, market, slug)
