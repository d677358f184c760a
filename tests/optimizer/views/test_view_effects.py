"""The proposal's page says what each view moved, and shows the frontier that the target was chosen from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from optimizer.engine.types import FrontierPoint, ViewEffect
from optimizer.models import PolicyView, Proposal
from optimizer.services import proposals
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def view(case: plans.Case) -> PolicyView:
    version = case.house.policy.versions.get()
    return PolicyView.objects.create(
        version=version, instrument=case.xom, against=case.ko, by=Decimal("0.025"), confidence=Decimal("0.6")
    )


def shown(case: plans.Case, effect: ViewEffect, **content: object) -> str:
    made = proposals.finish_run(plans.claimed(case), replace(plans.plan(case), views=(effect,), **content))
    assert Proposal.objects.count() == 1
    page = visitor(case.alice).get(address(case.house, "proposal", number=made.number))
    return " ".join(unescape(page.content.decode()).split())


def test_a_view_is_told_with_what_it_moved_and_why_it_counted_for_less(case: plans.Case, view: PolicyView) -> None:
    moved = {str(case.xom.uuid): 0.0213, str(case.ko.uuid): -0.018}
    effect = ViewEffect(
        str(view.pk), True, implied=0.003, expected=0.0081, downside=0.71, tail=0.8, liquidity=0.5, moved=moved
    )
    page = shown(case, replace(effect, confidence=0.213))
    assert "XOM above KO by 2.5% a year, 60.0% sure" in page
    assert "The market implies 0.3% a year; with all views 0.8% is expected." in page
    assert "Counted as 21.3% sure: its usual losses are larger than those of the whole portfolio, times 0.71;" in page
    assert "little or an unknown amount of it is traded, times 0.50." in page
    assert 'XOM <span class="num">+2.13</span>' in page
    assert 'KO <span class="num">−1.80</span>' in page


def test_a_view_that_the_strategy_does_not_read_says_so(case: plans.Case, view: PolicyView) -> None:
    page = shown(case, ViewEffect(str(view.pk), used=False))
    assert "Target weights that I enter reads no expected returns, so this view moved nothing." in page


def test_the_frontier_and_the_calibration_are_shown(case: plans.Case, view: PolicyView) -> None:
    points = tuple(FrontierPoint(0.02 + 0.002 * at, 0.1 + 0.01 * at) for at in range(40))
    effect = ViewEffect(str(view.pk), used=False)
    page = shown(case, effect, frontier=points, chosen=points[3], calibration=1.083)
    assert "the target has 13.0% for 2.6%." in page
    assert "volatilities times 1.08: what was realised over what was foretold" in page
