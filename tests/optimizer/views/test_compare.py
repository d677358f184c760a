"""Two plans side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from optimizer.engine.types import Alternative
from optimizer.models import Proposal
from optimizer.services import alternatives, proposals
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def text(client: Client, case: plans.Case, a: str, b: str) -> str:
    page = client.get(address(case.house, "compare") + f"?a={a}&b={b}")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def other(case: plans.Case) -> Proposal:
    """Ten shares of XOM less, and no KO."""
    plan = plans.plan(case)
    sale = replace(plan.trades[0], quantity=Decimal(30), value=Decimal(3000), tax=Decimal(90))
    after = replace(plans.measures(case), tracking_error=0.07)
    return proposals.finish_run(plans.claimed(case), replace(plan, trades=(sale,), after=after))


def test_what_only_one_has_and_what_differs_stand_apart(case, alice) -> None:
    plans.proposal(case)
    other(case)
    shown = text(alice, case, "1", "2")
    assert "Tracking error to target 10.00% 7.00% −3.00 pts" in shown
    assert "Only in the first 1 trade Increase KO taxable, 60 shares 3,000 – −3,000" in shown
    assert "In both, of another size 1 trade Reduce XOM taxable, 40 and 30 shares 4,000 3,000 −1,000 +120 +90" in shown
    assert "Only in the second" not in shown
    assert "Both rest on the same goals, version 1." in shown


def test_the_same_proposal_twice_has_the_same_trades(case, alice) -> None:
    plans.proposal(case)
    shown = text(alice, case, "1", "1")
    assert "The same trades, share for share." in shown
    assert "2 trades are the same in both." in shown


def test_a_point_of_the_frontier_is_compared_with_its_proposal(case, alice) -> None:
    made = plans.proposal(case)
    point = Alternative("frontier_b", plans.measures(case), Decimal(9), plans.plan(case).trades[:1], Decimal(500))
    alternatives.write(made, point)
    shown = text(alice, case, "1", "1-frontier_b")
    assert "$500 of tax at most" in shown
    assert "Only in the first 1 trade Increase KO" in shown


def test_goals_that_changed_between_the_two_are_named(case, alice) -> None:
    plans.proposal(case)
    targets = [(case.xom, Decimal("0.6")), (case.ko, Decimal("0.35")), (None, Decimal("0.05"))]
    save_version(
        household=case.house, user=case.alice, draft=PolicyDraft(fields={"strategy": "fixed_weights"}, targets=targets)
    )
    plans.proposal(case)
    shown = text(alice, case, "1", "2")
    assert "Target of XOM: 50" in shown
    assert "Target of KO: 45" in shown


def test_without_a_choice_the_last_two_are_compared(case, alice) -> None:
    for _ in range(3):
        plans.proposal(case)
    page = alice.get(address(case.house, "compare")).content.decode()
    assert "Proposal 2 beside proposal 3" in page


def test_what_is_not_there_or_another_households_is_not_found(case, alice) -> None:
    plans.proposal(case)
    for key in ("9", "x", "1-frontier_a", "1-"):
        status = alice.get(address(case.house, "compare") + f"?a=1&b={key}").status_code
        assert status == (200 if key == "1-" else 404)
    charlie = visitor(factories.user("charlie"))
    assert charlie.get(address(case.house, "compare") + "?a=1&b=1").status_code == 404


def test_comparing_costs_the_same_however_many_trades_differ(case, alice, django_assert_max_num_queries) -> None:
    plans.proposal(case)
    plan = plans.plan(case)
    small = replace(plan.trades[1], quantity=Decimal(1), value=Decimal(50))
    proposals.finish_run(plans.claimed(case), replace(plan, trades=(plan.trades[0], *[small] * 40)))
    with django_assert_max_num_queries(13):
        alice.get(address(case.house, "compare") + "?a=1&b=2")


def test_comparing_goals_costs_the_same_however_many_views_they_hold(case, alice) -> None:
    plans.proposal(case)
    save_version(household=case.house, user=case.alice, draft=PolicyDraft(fields={"strategy": "fixed_weights"}))
    new = plans.proposal(case).version
    counts = []
    for _ in range(3):
        new.views.create(instrument=case.xom, against=case.ko, by=Decimal("0.02"), confidence=Decimal("0.5"))
        with CaptureQueriesContext(connection) as asked:
            assert "XOM above KO" in text(alice, case, "1", "2")
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
