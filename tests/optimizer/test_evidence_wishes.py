"""What is changed while evidence is being computed is in what is stored last, by real runs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts import runs
from accounts.models import Goal, Run
from optimizer import selectors, tasks
from optimizer.inputs.evidence import SOURCES
from optimizer.models import Evidence, Proposal
from optimizer.services import evidence, scenarios
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
FALL = [{"axis": "equity", "subject": "", "change": "-0.2"}]
"""Moves of a scenario."""


@pytest.fixture
def market() -> Market:
    return markets.market()


def asked(market: Market, kind: str = "stress", subject: str = "", **params: Any) -> Run:
    return evidence.request(
        household=market.house, user=market.alice, kind=kind, subject=subject, key=uuid.uuid4(), params=params
    )


def while_it_computes(run: Run, change: Callable[[], object]) -> None:
    """What a worker does with the run, where something is changed after it read its inputs."""
    claim = runs.claim(run.pk)
    assert claim is not None
    source = SOURCES[run.params["kind"]]
    frozen = source.read(claim.run)
    change()
    result = source.compute(frozen.inputs, lambda stage, fraction: None)
    evidence.keep(claim, as_of=frozen.as_of, inputs_hash=frozen.digest, result=result)


def finish_all(market: Market) -> None:
    """What a worker does as long as anything is queued, parts first."""
    queued = Run.objects.filter(household=market.house, status="queued", kind="evidence")
    while run := queued.order_by("-parent", "pk").first():
        tasks.evidence(run.pk)


def save_scenario(market: Market, name: str) -> None:
    scenarios.save_scenario(household=market.house, user=market.alice, key=uuid.uuid4(), name=name, moves=FALL)


def names(market: Market) -> set[str]:
    """Of the scenarios in the stress that is shown."""
    row = selectors.evidence(market.house, "stress")
    assert row is not None
    return {outcome["name"] for outcome in row.result["outcomes"]}


def test_a_scenario_saved_meanwhile_is_in_the_stress_that_is_stored_last(market) -> None:
    while_it_computes(asked(market), lambda: save_scenario(market, "Crash"))
    assert "Crash" not in names(market)
    finish_all(market)
    assert "Crash" in names(market)
    assert [run.status for run in Run.objects.filter(subject="stress:")] == ["done", "done"]


def test_a_proposal_made_meanwhile_is_in_the_stress_that_is_stored_last(market) -> None:
    while_it_computes(asked(market), lambda: tasks.run(markets.asked(market).pk))
    finish_all(market)
    row = selectors.evidence(market.house, "stress")
    assert (row.result["proposal"], Proposal.objects.get().number) == (1, 1)


def test_a_goal_changed_meanwhile_has_the_odds_of_its_last_amount(market) -> None:
    goal = factories.goal(market.house)
    goal.date = dt.date(2025, 12, 28)
    goal.save()

    def change() -> None:
        for amount in ("200000", "900000"):
            Goal.objects.filter(pk=goal.pk).update(amount=Decimal(amount))
            evidence.ask_about_goal(Goal.objects.get(pk=goal.pk), market.alice)

    while_it_computes(asked(market, "goals", str(goal.uuid)), change)
    assert Run.objects.filter(subject=f"goals:{goal.uuid}").count() == 2
    finish_all(market)
    row = selectors.evidence(market.house, "goals", str(goal.uuid))
    assert Decimal(row.result["goal"]["amount"]) == 900_000


def test_a_second_comparison_is_made_after_the_first() -> None:
    market = markets.market(sessions=1040)
    markets.save(market, cash="0.4")
    newest, older = (str(version.uuid) for version in selectors.versions(market.house).order_by("-number"))
    settings = {"versions": [newest, older], "rhythms": ["year"]}
    others = {"versions": [newest], "rhythms": ["year", "band"]}
    first = asked(market, "walk_forward", "compare", **settings)
    tasks.evidence(first.pk)
    second = asked(market, "walk_forward", "compare", **others)
    assert second.status == "waiting"
    assert asked(market, "walk_forward", "compare", **others) == second
    finish_all(market)
    rows = Evidence.objects.filter(kind="walk_forward", subject="compare")
    assert {row.run for row in rows} == {first, second}
    assert selectors.evidence(market.house, "walk_forward", "compare").run == second


def test_a_wish_outlives_the_worker_of_the_one_before_it(market) -> None:
    first = asked(market)
    runs.claim(first.pk)
    save_scenario(market, "Crash")
    Run.objects.filter(pk=first.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    tasks.evidence(first.pk)
    finish_all(market)
    assert "Crash" in names(market)
    assert Evidence.objects.filter(kind="stress").count() == 1


def test_a_press_that_changes_nothing_computes_nothing_again(market) -> None:
    while_it_computes(asked(market), lambda: [asked(market) for _ in range(3)])
    finish_all(market)
    assert Run.objects.filter(subject="stress:").count() == 2
    assert Evidence.objects.filter(kind="stress").count() == 1


def test_the_page_says_that_it_starts_after_the_one_at_work(market) -> None:
    alice = visitor(market.alice)
    runs.claim(asked(market).pk)
    save_scenario(market, "Crash")
    page = alice.get(address(market.house, "evidence_part", slug="stress")).content.decode()
    assert "It is being computed from what was known before" in page
    waiting = Run.objects.get(subject="stress:", status="waiting")
    shown = alice.get(address(market.house, "run", run=waiting.uuid)).content.decode()
    assert "The same is being computed; this starts after it" in shown
    assert "hx-trigger" in shown
