"""The page Walk-forward, the comparison of settings, and the panel on a proposal's page."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Run
from optimizer import tasks
from optimizer.inputs.evidence import walk_forward
from optimizer.models import Evidence
from optimizer.pages.evidence.walk_forward import sentence, ways_of, wins
from optimizer.services import evidence
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
KIND = Evidence.Kind.WALK_FORWARD


@pytest.fixture
def market(monkeypatch) -> Market:
    """Three instruments count as many here, so that proposals are asked for by quarter and walks are quick."""
    monkeypatch.setattr(walk_forward, "MANY", 2)
    return markets.market(sessions=1040)


@pytest.fixture
def alice(market: Market) -> Client:
    return visitor(market.alice)


def found(market: Market, subject: str = "", **params: Any) -> Evidence:
    run = evidence.request(
        household=market.house, user=market.alice, kind=KIND, subject=subject, key=uuid.uuid4(), params=params
    )
    tasks.evidence(run.pk)
    for child in Run.objects.filter(parent=run):
        tasks.evidence(child.pk)
    tasks.evidence(run.pk)
    return Evidence.objects.get(run=run)


def page(client: Client, market: Market) -> str:
    return client.get(address(market.house, "evidence_part", slug="walk-forward")).content.decode()


def test_the_page_shows_every_path_its_intervals_and_its_method(market, alice, django_assert_max_num_queries) -> None:
    found(market)
    with django_assert_max_num_queries(13):
        shown = page(alice, market)
    for words in (
        "After costs and taxes Ballast’s proposals earned",
        "The target each time",
        "each found a plan within the policy’s limits",
        "Buy and hold",
        "The policy once a year",
        "Equal weights",
        "60% equities, 40% cash",
        "Proposals less it, points",
        "Where a baseline did better",
        "to 28 Dec 2022, USD, 95% intervals",
        "stationary bootstrap",
        "so they are survivors",
    ):
        assert words in shown


def test_parts_of_a_run_are_no_runs_of_their_own(market, alice) -> None:
    found(market)
    child = Run.objects.filter(parent__isnull=False).first()
    assert alice.get(address(market.house, "run", run=child.uuid)).status_code == 404


def test_a_comparison_is_asked_for_and_shown_with_what_choosing_leaves(market, alice) -> None:
    found(market)
    typed = form_of(alice, address(market.house, "evidence_part", slug="walk-forward"))
    version = str(market.house.policy.versions.get().uuid)
    asked = {**typed, "versions": [version], "rhythms": ["month", "band"]}
    for _ in range(2):
        alice.post(address(market.house, "walk_compare"), asked)
    run = Run.objects.get(subject=f"{KIND}:compare", parent=None)
    assert run.params["rhythms"] == ["month", "band"]
    assert "A comparison is being computed" in page(alice, market)
    tasks.evidence(run.pk)
    for child in Run.objects.filter(parent=run):
        tasks.evidence(child.pk)
    tasks.evidence(run.pk)
    shown = page(alice, market)
    assert "has the highest Sharpe ratio of 2 settings" in shown
    assert "Probability of overfitting" in shown
    assert "Performance degradation" in shown


@pytest.mark.parametrize("rhythms", [[], ["month"], ["every hour", "month"]])
def test_fewer_than_two_settings_are_refused_with_the_remedy(market, alice, rhythms) -> None:
    found(market)
    typed = form_of(alice, address(market.house, "evidence_part", slug="walk-forward"))
    version = str(market.house.policy.versions.get().uuid)
    answer = alice.post(
        address(market.house, "walk_compare"), {**typed, "versions": [version], "rhythms": rhythms}, follow=True
    )
    assert "Choose two settings or more" in answer.content.decode()
    assert not Run.objects.filter(subject=f"{KIND}:compare").exists()


def test_a_version_of_another_household_is_no_choice(market, alice) -> None:
    found(market)
    other = markets.market(factories.user("bob"), sessions=1040)
    typed = form_of(alice, address(market.house, "evidence_part", slug="walk-forward"))
    foreign = str(other.house.policy.versions.get().uuid)
    alice.post(address(market.house, "walk_compare"), {**typed, "versions": [foreign], "rhythms": ["month", "year"]})
    assert not Run.objects.filter(subject=f"{KIND}:compare").exists()


def test_an_index_that_may_lack_its_dividends_is_named(market, alice) -> None:
    row = found(market)
    said = "The benchmark’s index counts as it is quoted"
    assert said not in page(alice, market)
    row.result["said"]["index"] = "yes"
    Evidence.objects.filter(pk=row.pk).update(result=row.result)
    assert said in page(alice, market)


def told(result: dict[str, Any], **returns: float) -> dict[str, Any]:
    """The result with other returns after costs, the proposals' at 8 %."""
    made = copy.deepcopy(result)
    for row in made["rows"]:
        value = returns.get(row["role"], 0.08 if row["role"] == "proposals" else 0.01)
        row["costs"]["figures"]["return"] = [value, value - 0.03, value + 0.03]
        row["costs"]["less"]["return"] = [0.08 - value, 0.08 - value - 0.02, 0.08 - value + 0.02]
        row.pop("taxes", None)
    return made


def test_a_baseline_that_wins_is_said_to_win(market) -> None:
    result = found(market).result
    (way,) = ways_of(told(result, hold=0.09))
    assert sentence(way) == (
        "After costs Ballast’s proposals earned 8.0% a year; "
        "buy and hold earned 1.0 points more, which chance can explain"
    )
    assert any(said.startswith("Buy and hold earned 9.0% a year against 8.0%") for said in wins(way))
    (way,) = ways_of(told(result, hold=0.12))
    assert sentence(way).endswith("buy and hold earned 4.0 points more, beyond what chance explains")
    (way,) = ways_of(told(result, equal=0.05))
    assert sentence(way).endswith("equal weights earned 3.0 points less, beyond what chance explains")
    (way,) = ways_of(told(result, equal=0.08))
    assert sentence(way) == "After costs Ballast’s proposals earned 8.0% a year, as much as equal weights"


def test_a_proposal_shows_the_evidence_beside_the_advice(market, alice) -> None:
    tasks.run(markets.asked(market).pk)
    url = address(market.house, "proposal", number=1)
    assert "It has not been computed yet what this policy would have done" in alice.get(url).content.decode()
    row = found(market)
    shown = alice.get(url).content.decode()
    assert sentence(ways_of(row.result)[-1]) in shown
    assert "What could be wrong" in shown
    assert address(market.house, "evidence_part", slug="walk-forward") in shown
    assert "not this one" not in shown
    markets.save(market, cash="0.4")
    found(market)
    assert "Computed for version 2 of the policy, not this one." in alice.get(url).content.decode()
