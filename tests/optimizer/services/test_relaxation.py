"""A failed run's proposals become the next version of the policy, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Run
from optimizer.models import PolicyConstraint, PolicyVersion
from optimizer.services.policies import draft_of, save_version
from optimizer.services.relaxation import RelaxationRefused, relax
from tests import callers
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case(kind="sector_weight", subject="energy", high=Decimal("0.3"), low=Decimal("0.1"), priority=2)


@pytest.fixture
def run(case: plans.Case) -> Run:
    """Failed: the energy cap would have to be 45 %."""
    row = str(PolicyConstraint.objects.get().pk)
    cap = give(row, "high", "0.45", "cap Energy at 45.0% instead of 30.0%")
    useless = give(row, "low", None, "no size of Energy at least 10.0% alone helps")
    wait = {"constraint": "", "kind": "wash", "limit": "0", "needed": None, "sentence": "wait", "side": "wait"}
    conflict = {"constraints": [row], "sentence": "They cannot hold.", "gives": [cap, useless], "laws": [wait]}
    claim = plans.claimed(case)
    runs.fail(claim, "They cannot hold.", {"conflicts": [conflict], "mix": [cap]})
    return Run.objects.get(pk=claim.run.pk)


def give(row: str, side: str, needed: str | None, sentence: str) -> dict[str, str | None]:
    return {
        "constraint": row, "kind": "sector_weight", "limit": "0.3", "needed": needed, "sentence": sentence, "side": side
    }  # fmt: skip


@pytest.mark.parametrize("choice", ["0-0", "mix"])
def test_a_choice_makes_one_version_that_says_why_and_changes_nothing_else(case, run, choice: str) -> None:
    made = relax(run=run, user=case.alice, choice=choice)
    assert relax(run=run, user=case.alice, choice=choice) == made
    first = PolicyVersion.objects.get(number=1)
    assert (made.number, made.user, PolicyVersion.objects.count()) == (2, case.alice, 2)
    assert made.reason == "Proposed where no plan was possible: cap Energy at 45.0% instead of 30.0%"
    row = made.constraints.get()
    assert (row.high, row.low, row.hard, row.priority) == (Decimal("0.45"), Decimal("0.1"), True, 2)
    weights = [set(version.targets.values_list("instrument", "weight")) for version in (first, made)]
    assert weights[0] == weights[1]
    assert first.constraints.get().high == Decimal("0.3")


@pytest.mark.parametrize("choice", ["0-1", "0-2", "1-0", "nothing"])
def test_what_the_run_does_not_offer_is_refused(case, run, choice: str) -> None:
    with pytest.raises(RelaxationRefused, match="proposes no such change"):
        relax(run=run, user=case.alice, choice=choice)


def test_a_policy_that_changed_meanwhile_is_left_alone(case, run) -> None:
    version = PolicyVersion.objects.get()
    save_version(household=case.house, user=case.alice, draft=draft_of(version, uid=run.uuid, reason="Mine"))
    with pytest.raises(RelaxationRefused, match="have changed since this run"):
        relax(run=run, user=case.alice, choice="mix")


def test_the_page_applies_a_choice_and_then_offers_to_run_again(case, run) -> None:
    alice = visitor(case.alice)
    url = address(case.house, "run", run=run.uuid)
    shown = alice.get(url).content.decode()
    assert 'value="0-0"' in shown
    assert 'value="0-1"' not in shown
    shown = alice.post(address(case.house, "run_relax", run=run.uuid), {"choice": "0-0"}, follow=True).content.decode()
    assert "Propose with version 2" in shown
    assert 'value="0-0"' not in shown


def test_only_a_member_who_may_write_applies_a_choice(case, run) -> None:
    stranger = visitor(plans.factories.user("charlie"))
    answer = stranger.post(address(case.house, "run_relax", run=run.uuid), {"choice": "mix"})
    assert (answer.status_code, PolicyVersion.objects.count()) == (404, 1)


def test_the_api_does_the_same(case, run) -> None:
    client = callers.by_session(case.alice)
    answer = client.post(callers.url(case.house, f"runs/{run.uuid}/relax"), {"choice": "mix"}, format="json")
    assert (answer.status_code, answer.json()["number"]) == (200, 2)
    answer = client.post(callers.url(case.house, f"runs/{run.uuid}/relax"), {"choice": "7-7"}, format="json")
    assert answer.status_code == 400
