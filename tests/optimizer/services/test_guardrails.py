"""Guardrails refuse a plan whoever made it, and a set of trades that would break them."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Activity, Household, Run
from holdings.models import Classification, Liquidity
from optimizer import selectors, tasks
from optimizer.inputs.timing import check
from optimizer.models import Guardrails, Order, Proposal
from optimizer.services.choosing import choose
from optimizer.services.decisions import DecisionRefused, decide
from optimizer.services.guardrails import save_guardrails
from tests import factories
from tests.optimizer import markets, plans
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def settle(house: Household, **settings: object) -> Guardrails:
    return save_guardrails(household=house, user=factories.user(), key=uuid.uuid4(), settings=settings)


def done(run: Run) -> Run:
    tasks.run(run.pk)
    return Run.objects.get(pk=run.pk)


def test_a_plan_that_a_person_asked_for_is_refused_in_words_and_nothing_is_stored(market) -> None:
    settle(market.house, turnover=Decimal("0.01"))
    run = done(markets.asked(market))
    assert run.status == "failed"
    assert run.error.startswith("A guardrail refuses this plan. Turnover would be ")
    assert "one plan may turn over 1.0%" in run.error
    assert not Proposal.objects.exists()


def test_an_open_proposal_stays_open_when_the_next_plan_is_refused(market) -> None:
    proposal = done(markets.asked(market)).proposal
    settle(market.house, turnover=Decimal("0.01"))
    done(markets.asked(market))
    assert list(Proposal.objects.values_list("pk", "status")) == [(proposal.pk, "open")]


def test_an_automatic_draft_is_refused_alike(market) -> None:
    settle(market.house, turnover=Decimal("0.01"))
    run = done(check(market.house).run)
    assert (run.status, run.user) == ("failed", None)
    assert "guardrail" in run.error


def test_a_chosen_alternative_is_refused_alike(market) -> None:
    proposal = done(markets.asked(market)).proposal
    tasks.weigh(Run.objects.get(kind="alternatives").pk)
    settle(market.house, turnover=Decimal("0.001"))
    run = done(choose(proposal=proposal, user=market.alice, key=uuid.uuid4(), name="sell_nothing"))
    assert run.status == "failed"
    assert "guardrail" in run.error
    assert Proposal.objects.count() == 1


def test_what_was_kept_is_stored_with_the_proposal(market) -> None:
    rows = done(markets.asked(market)).proposal.evidence["guardrails"]
    assert [row["kind"] for row in rows] == ["position", "leverage", "turnover", "liquidity", "data_age", "tax"]
    assert "fail" not in {row["state"] for row in rows}


def refused(case: plans.Case, proposal: Proposal, *trades) -> list[str]:
    with pytest.raises(DecisionRefused) as refusal:
        decide(proposal=proposal, user=case.alice, approved=[trade.uuid for trade in trades], rejected={})
    assert not Order.objects.exists()
    return refusal.value.sentences


def test_a_set_that_turns_over_too_much_is_not_booked_and_a_smaller_one_is(case) -> None:
    proposal = plans.proposal(case)
    settle(case.house, turnover=Decimal("0.2"))
    assert refused(case, proposal, *proposal.trades.all()) == [
        "Turnover would be 33.3% of the household; one plan may turn over 20.0%."
    ]
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    assert Order.objects.count() == 1


def test_what_was_approved_before_counts_with_the_set(case) -> None:
    proposal = plans.proposal(case)
    settle(case.house, turnover=Decimal("0.2"))
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    with pytest.raises(DecisionRefused, match=r"Turnover would be 33\.3%"):
        decide(proposal=proposal, user=case.alice, approved=[plans.purchase_of(proposal).uuid], rejected={})


def test_a_set_that_raises_one_stock_too_far_is_not_booked(case) -> None:
    proposal = plans.proposal(case)
    settle(case.house, position=Decimal("0.2"))
    said = refused(case, proposal, *proposal.trades.all())
    assert said == ["KO would be 28.6% of the household: one stock may be 20.0%."]


def test_an_order_too_large_for_its_market_is_not_booked(case) -> None:
    Classification.objects.filter(instrument=case.ko).update(daily_volume=Decimal(100))
    proposal = plans.proposal(case)
    said = refused(case, proposal, *proposal.trades.all())
    assert said[0].startswith("The order in KO would be 60.0% of what is traded in it on an average day")


def test_an_estimated_volume_counts_where_nobody_entered_one(case) -> None:
    Liquidity.objects.create(household=case.house, instrument=case.ko, as_of=factories.AS_OF, daily_volume=100)
    proposal = plans.proposal(case)
    said = refused(case, proposal, *proposal.trades.all())
    assert said[0].startswith("The order in KO would be 60.0% of what is traded in it on an average day")


def test_prices_that_grew_old_since_are_no_ground_to_book_on(case) -> None:
    proposal = plans.proposal(case)
    Proposal.objects.update(expires_on=factories.AS_OF + dt.timedelta(30))
    Household.objects.filter(pk=case.house.pk).update(clock=factories.AS_OF + dt.timedelta(8))
    said = refused(case, Proposal.objects.get(pk=proposal.pk), *proposal.trades.all())
    assert said[0].startswith("The last close of KO and XOM are up to 8 days old")


def test_a_set_that_adds_too_much_tax_is_not_booked(case) -> None:
    proposal = plans.proposal(case)
    settle(case.house, tax=Decimal("0.001"))
    assert "one plan may add 0.1%" in refused(case, proposal, plans.sale_of(proposal))[0]


def test_settings_are_versions_and_the_same_ones_save_nothing(case) -> None:
    assert selectors.guardrails(case.house).number == 0
    key = uuid.uuid4()
    for _ in range(2):
        save_guardrails(household=case.house, user=case.alice, key=key, settings={"tax": Decimal("0.01")})
    settle(case.house, tax=Decimal("0.01"))
    assert [(row.number, row.tax, row.turnover) for row in Guardrails.objects.all()] == [
        (1, Decimal("0.01"), Decimal("0.75"))
    ]
    assert Activity.objects.filter(verb="guardrails.saved").count() == 1


def test_another_household_keeps_its_own(case) -> None:
    settle(case.house, turnover=Decimal("0.01"))
    other = factories.household(factories.user("bob"))
    assert selectors.guardrails(other).turnover == Decimal("0.75")
