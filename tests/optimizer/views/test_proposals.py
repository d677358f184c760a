"""The list of proposals and the page of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from optimizer.engine.types import Alternative, RuleCheck, Solve, Trace
from optimizer.models import Proposal
from optimizer.services import alternatives, proposals
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


def text(client: Client, case: plans.Case, number: int = 1) -> str:
    page = client.get(address(case.house, "proposal", number=number))
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def made(case: plans.Case, **changes: object) -> Proposal:
    return proposals.finish_run(plans.claimed(case), replace(plans.plan(case), **changes))


def rule(number: int, state: str, kind: str = "sector_weight") -> RuleCheck:
    return RuleCheck(str(number), kind, f"s{number}", True, state, f"Rule {number} is told.")


# The list


def test_the_list_names_number_state_headline_and_date(case, alice) -> None:
    plans.proposal(case)
    shown = alice.get(address(case.house, "proposals")).content.decode()
    assert "2 trades would cut tracking error" in shown
    assert "Waiting for your decision" in shown
    assert "28 Dec 2022" in shown


def test_an_empty_list_offers_to_propose(case, alice) -> None:
    shown = alice.get(address(case.house, "proposals")).content.decode()
    assert "No proposal yet" in shown
    assert "Propose a rebalance" in shown


def test_without_goals_the_empty_list_leads_to_them(case, alice) -> None:
    case.house.policy.delete()
    shown = alice.get(address(case.house, "proposals")).content.decode()
    assert "Set goals" in shown
    assert "Propose a rebalance" not in shown


def test_the_list_says_that_the_last_run_failed(case, alice) -> None:
    plans.fail_run(case)
    assert "No price for ZZZZ." in alice.get(address(case.house, "proposals")).content.decode()


def test_the_list_costs_the_same_however_many_there_are(
    case, alice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        plans.proposal(case)
    with django_assert_max_num_queries(9):
        alice.get(address(case.house, "proposals"))


# The page


def test_the_page_says_what_would_happen_and_when(case, alice) -> None:
    plans.proposal(case)
    shown = text(alice, case)
    assert "2 trades would cut tracking error from 10.00% to 5.00%" in shown
    assert "A year of this drift would cost about $100 in risk." in shown
    assert "from prices at close, 28 Dec 2022, for trades on 29 Dec 2022; goals version 1." in shown


def test_doing_nothing_stands_beside_the_proposal(case, alice) -> None:
    after = replace(plans.measures(case), tracking_error=0.05, turnover=0.33)
    budget = RuleCheck("9", "turnover", "", True, "pass", "Turnover would be 33.0%.", limit=0.4)
    made(case, after=after, rules=(budget,))
    shown = text(alice, case)
    assert "Tracking error to target 10.00% 5.00% −5.00 pts –" in shown
    assert "Turnover 0.0% 33.0% +33.0 pts 40.0%" in shown
    assert "Largest holding XOM 95.0% XOM 95.0% 0.0 pts –" in shown


def test_trades_stand_by_account_with_lot_term_gain_tax_cost_and_reason(case, alice) -> None:
    plans.proposal(case)
    shown = text(alice, case)
    assert "taxable would sell $4,000, buy $3,000 · tax +$120 · cash after $500" in shown
    assert "Reduce XOM 40 sh at 100.00, lot 1 Mar 2021 4,000 long +800 +120 2.00" in shown
    assert "Increase KO 60 sh at 50.00, new lot 3,000 – – – 1.50" in shown
    assert "Energy is 45.0 points over." in shown


def test_failed_rules_come_first_and_many_passes_are_folded(case, alice) -> None:
    made(case, rules=(*(rule(n, "pass") for n in range(12)), rule(90, "near"), rule(91, "fail")))
    shown = text(alice, case)
    assert shown.index("Rule 91") < shown.index("Rule 90") < shown.index("Rule 0 is")
    assert "13 of 14 fulfilled" in shown
    assert "7 more that pass" in shown


def test_the_evidence_says_what_it_was_computed_from(case, alice) -> None:
    solves = tuple(Solve("target", "piqp", "SOLVED", iterations) for iterations in (3, 4))
    made(case, trace=Trace(solves, {"piqp": "0.7"}), held=("Held: wait 15 days.",), notes=("Prices move.",))
    shown = text(alice, case)
    assert "target piqp SOLVED 2 7" in shown
    assert "piqp 0.7" in shown
    assert "f" * 64 in shown
    assert "Held: wait 15 days." in shown
    assert "Prices move." in shown


def test_the_evidence_says_how_near_the_plan_is_to_the_best(case, alice) -> None:
    made(case)
    shown = text(alice, case)
    assert "No plan can be better than this one by more than $0.25 (0.02 bp, hundredths of a percent" in shown
    assert "those cost $1.50 more." in shown


def test_what_the_certificate_leaves_out_is_said(case, alice) -> None:
    found = plans.plan(case).certificate
    made(case, certificate=replace(found, capped=True, uncounted=Decimal(120)))
    shown = text(alice, case)
    assert "The search stopped at its limit of steps." in shown
    assert "they could save $120.00 at most." in shown


def test_a_plan_without_a_bound_says_so(case, alice) -> None:
    made(case, certificate=None)
    assert "How near this is to the best plan was not measured." in text(alice, case)


def test_the_label_of_the_prices_is_shown(case, alice) -> None:
    source = factories.source()
    source.label = "illustrative; dividends are inside the price"
    source.save()
    plans.proposal(case)
    assert "Prices: illustrative; dividends are inside the price" in text(alice, case)


def test_a_superseded_proposal_links_the_one_that_took_its_place(case, alice) -> None:
    plans.proposal(case)
    plans.proposal(case)
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert "Proposal 2 has taken its place." in page
    assert address(case.house, "proposal", number=2) in page
    assert "Send" not in page


def test_an_expired_proposal_says_why(case, alice) -> None:
    proposals.expire(plans.proposal(case), "The price of XOM has moved by more than 2%.")
    shown = text(alice, case)
    assert "This proposal has expired. The price of XOM has moved by more than 2%." in shown


def test_a_re_solved_proposal_says_what_changed(case, alice) -> None:
    first = plans.proposal(case)
    plan = plans.plan(case)
    sale = replace(plan.trades[0], quantity=30)
    proposals.finish_run(plans.claimed(case, parent=str(first.uuid)), replace(plan, trades=(sale,)))
    shown = text(alice, case, 2)
    assert "Re-solved from proposal 1: 2 differences" in shown
    assert "Reduce XOM in taxable, 30 shares, instead of 40." in shown
    assert "No longer there: increase KO in taxable, 60 shares." in shown


def test_a_proposal_without_trades_says_so(case, alice) -> None:
    made(case, trades=())
    assert "No trade is proposed." in text(alice, case)


def test_a_stranger_sees_no_proposal(case) -> None:
    plans.proposal(case)
    charlie = visitor(factories.user("charlie"))
    assert charlie.get(address(case.house, "proposal", number=1)).status_code == 404
    assert charlie.get(address(case.house, "proposals")).status_code == 404


def test_an_unknown_number_is_not_found(case, alice) -> None:
    assert alice.get(address(case.house, "proposal", number=7)).status_code == 404


def test_a_role_that_only_looks_sees_the_trades_without_controls(case) -> None:
    plans.proposal(case)
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    page = bob.get(address(case.house, "proposal", number=1)).content.decode()
    assert "Reduce XOM" in page
    assert "decision-bar" not in page
    assert 'type="radio"' not in page


def test_the_page_costs_the_same_however_many_trades_there_are(
    case, alice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    parent = plans.proposal(case)
    plan = plans.plan(case)
    small = replace(plan.trades[1], quantity=Decimal(1), value=Decimal(50))
    trades = (plan.trades[0], *[small] * 60)
    proposals.finish_run(plans.claimed(case, parent=str(parent.uuid)), replace(plan, trades=trades))
    with django_assert_max_num_queries(18):
        alice.get(address(case.house, "proposal", number=2))


def test_what_limits_cost_comes_with_the_plans_that_are_computed() -> None:
    case = plans.case(kind="turnover", high=Decimal("0.2"))
    alice = visitor(case.alice)
    proposal = plans.proposal(case)
    part = address(case.house, "alternatives", number=1)
    swapped = '<div id="limit-prices" hx-swap-oob="true">'
    assert swapped in alice.get(part).content.decode()
    proposal.limit_prices.create(
        constraint=proposal.version.constraints.get(), moved="0.25", saving="310.50", sentence="At least $310."
    )
    _, limits = alice.get(part).content.decode().split(swapped)
    assert "At least $310." in limits
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert '<div id="limit-prices">' in page


@pytest.mark.parametrize("name", ["proposal", "alternatives"])
def test_no_page_of_a_proposal_reads_the_stored_input(case, alice, name: str) -> None:
    plans.proposal(case)
    with CaptureQueriesContext(connection) as asked:
        alice.get(address(case.house, name, number=1))
    assert asked.captured_queries
    assert not [query["sql"] for query in asked.captured_queries if '"snapshot"' in query["sql"]]


def test_waiting_is_shown_with_its_day_and_what_it_risks_and_cannot_be_chosen_yet(case, alice) -> None:
    proposal = plans.proposal(case)
    note = "From 20 Jan 2023, in 22 days, 1 lot of XOM would be long-term."
    wait = Alternative("wait", plans.measures(case), Decimal(9), day=date(2023, 1, 20), note=note)
    alternatives.write(proposal, wait)
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert "Wait until 20 Jan 2023" in page
    assert "from 20 Jan 2023 on" in page
    assert note in page
    assert 'value="wait"' not in page
