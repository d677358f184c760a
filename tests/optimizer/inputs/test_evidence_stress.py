"""Stress and goals as workers find them: real rows in, stored results out."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Goal, Run, TaxProfile
from holdings.models import Classification, GoalAccount
from optimizer import selectors, tasks
from optimizer.inputs.evidence.goals import months_between
from optimizer.models import Evidence, Proposal
from optimizer.services import evidence, scenarios
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db
STRESS, GOALS = Evidence.Kind.STRESS, Evidence.Kind.GOALS


@pytest.fixture
def market() -> Market:
    return markets.market()


def near_goal(market: Market) -> Goal:
    """Three years ahead, so that little has to be simulated."""
    goal = factories.goal(market.house)
    goal.date = dt.date(2025, 12, 28)
    goal.save()
    return goal


def found(market: Market, kind: str, subject: str = "") -> Evidence:
    run = evidence.request(household=market.house, user=market.alice, kind=kind, subject=subject, key=uuid.uuid4())
    tasks.evidence(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    row = selectors.evidence(market.house, kind, subject)
    assert row is not None
    return row


def proposed(market: Market) -> Proposal:
    run = markets.asked(market)
    tasks.run(run.pk)
    return Proposal.objects.get()


def outcome(row: Evidence, key: str) -> dict:
    return next(each for each in row.result["outcomes"] if each["key"] == key)


def test_every_account_and_its_cash_is_in_the_value(market: Market) -> None:
    row = found(market, STRESS)
    held = sum(Decimal(part["before"]) for part in outcome(row, "equity-20")["by_account"].values())
    assert Decimal(outcome(row, "equity-20")["total"]["before"]) == held < 0
    assert set(row.result["accounts"].values()) == {market.taxable.name, market.ira.name}
    assert row.result["proposal"] is None


def test_without_a_proposal_before_and_after_are_the_same(market: Market) -> None:
    assert all(each["total"]["before"] == each["total"]["after"] for each in found(market, STRESS).result["outcomes"])


def test_an_open_proposal_moves_what_would_be_lost(market: Market) -> None:
    made = proposed(market)
    row = found(market, STRESS)
    assert row.result["proposal"] == made.number
    lines = {each["asset"]: each["amounts"] for each in outcome(row, "equity-20")["lines"]}
    sold = lines[str(market.instruments["XOM"].uuid)]
    assert Decimal(sold["before"]) < Decimal(sold["after"]) < 0
    bought = lines[str(market.instruments["KO"].uuid)]
    assert Decimal(bought["before"]) == 0 > Decimal(bought["after"])


def test_storing_a_proposal_asks_for_stress_and_for_each_goal(market: Market) -> None:
    goal = near_goal(market)
    proposed(market)
    subjects = set(Run.objects.filter(kind=Run.Kind.EVIDENCE).values_list("subject", flat=True))
    assert {f"{STRESS}:", f"{GOALS}:{goal.uuid}"} <= subjects


def test_a_duration_of_the_household_goes_before_the_list(market: Market) -> None:
    rows = Classification.objects.filter(household=market.house, instrument=market.instruments["XOM"])
    rows.update(asset_class="bond", duration=Decimal(10))
    change = outcome(found(market, STRESS), "rates-up-1")["lines"][0]["change"]
    assert change == pytest.approx(-10 * 0.01 + 100 * 0.01**2 / 2)


def test_a_scenario_of_ones_own_is_tested_and_retired(market: Market) -> None:
    moves = [{"axis": "sector", "subject": "energy", "change": "-0.5"}]
    mine = scenarios.save_scenario(household=market.house, user=market.alice, key=uuid.uuid4(), name="Oil", moves=moves)
    row = found(market, STRESS)
    assert outcome(row, str(mine.key))["lines"][0]["change"] == -0.5
    scenarios.retire_scenario(household=market.house, user=market.alice, scenario=mine)
    assert not [each for each in found(market, STRESS).result["outcomes"] if each["kind"] == "own"]


def test_saving_the_same_scenario_makes_no_version(market: Market) -> None:
    said = {"household": market.house, "user": market.alice, "key": uuid.uuid4(), "name": "Oil", "moves": []}
    first, second = (scenarios.save_scenario(**said) for _ in range(2))
    third = scenarios.save_scenario(**said | {"name": "Gas"})
    assert (first, third.number) == (second, 2)
    assert selectors.stress_scenarios(market.house) == [third]


def test_a_goal_counts_its_accounts_their_kinds_and_its_own_rates(market: Market) -> None:
    TaxProfile.objects.filter(household=market.house).update(long_rate=Decimal("0.15"), state_rate=Decimal("0.05"))
    goal = near_goal(market)
    GoalAccount.objects.create(goal=goal, account=market.taxable)
    course = found(market, GOALS, str(goal.uuid)).result["course"]
    assert (course["taxes"]["taxable"], course["taxes"]["deferred"]) == (1.0, 0.0)
    assert course["taxes"]["gain_rate"] == pytest.approx(0.2)
    assert 0 < course["start"] < float(sum(map(Decimal, market_value(market))))


def market_value(market: Market) -> list[str]:
    return [found(market, STRESS).result["value"]["before"]]


def test_odds_say_what_they_rest_on(market: Market) -> None:
    goal = near_goal(market)
    goal.target_return, goal.monthly_contribution = Decimal("0.05"), Decimal(500)
    goal.save()
    result = found(market, GOALS, str(goal.uuid)).result
    assert [way["key"] for way in result["ways"]] == ["bootstrap", "history", "lognormal", "student", "entered"]
    assert all(
        0 <= way["chance"]["low"] <= way["chance"]["probability"] <= way["chance"]["high"] for way in result["ways"]
    )
    assert result["estimate"]["last"] == "2022-11-01"
    assert result["after"] is None


def test_an_open_proposal_has_its_own_odds(market: Market) -> None:
    goal = near_goal(market)
    proposed(market)
    assert 0 <= found(market, GOALS, str(goal.uuid)).result["after"]["probability"] <= 1


def test_a_changed_goal_is_computed_anew_and_an_unchanged_one_is_not(market: Market) -> None:
    goal = near_goal(market)
    first, again = (found(market, GOALS, str(goal.uuid)) for _ in range(2))
    assert first == again
    goal.amount *= 2
    goal.save()
    assert found(market, GOALS, str(goal.uuid)) != first


def test_a_goal_whose_date_has_come_is_told(market: Market) -> None:
    goal = near_goal(market)
    goal.date = market.house.as_of
    goal.save()
    run = evidence.request(household=market.house, user=None, kind=GOALS, subject=str(goal.uuid), key=uuid.uuid4())
    tasks.evidence(run.pk)
    run.refresh_from_db()
    assert "Give it a later date" in run.error
    assert goal not in evidence.simulated(market.house)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (dt.date(2022, 12, 28), dt.date(2023, 12, 28), 12),
        (dt.date(2022, 12, 28), dt.date(2023, 12, 27), 11),
        (dt.date(2022, 12, 28), dt.date(2022, 12, 1), 0),
    ],
)
def test_months_to_a_date_are_whole_ones(start: dt.date, end: dt.date, months: int) -> None:
    assert months_between(start, end) == months
