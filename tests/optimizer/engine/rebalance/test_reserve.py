"""The tax that a plan adds stays in cash where it is due, if the policy says so."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.plan import plan
from optimizer.engine.rebalance.relax import relax
from optimizer.engine.rebalance.search import GOAL, search
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.types import ConstraintInput, Plan, Snapshot
from tests.optimizer.engine.households import account, asset, household, lot, panel
from tests.optimizer.engine.rebalance.test_search import best_by_enumeration, model_of, random_household


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def reserving(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, policy=replace(snapshot.policy, reserve_tax=True))


def gains(**kwargs: object) -> Snapshot:
    """All of it in one stock at a long-term gain, half of which the target wants elsewhere; beside it a Roth IRA."""
    accounts = [account("main"), account("roth", "1000", "roth_ira")]
    lots = [lot("1", "a", "1000", "50000")]
    return household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}, accounts, **kwargs)


def test_the_tax_added_stays_in_the_taxable_account():
    free, kept = make(gains()), make(reserving(gains()))
    assert free.reserved is None
    assert free.after.account_cash["main"] < 100
    assert kept.reserved == kept.after.tax > 1000
    assert kept.after.account_cash["main"] >= kept.after.tax
    assert kept.after.account_cash["main"] < kept.after.tax + 300  # whole shares
    assert kept.after.account_cash["roth"] < 1000


def test_the_rules_say_what_is_kept():
    check = next(rule for rule in make(reserving(gains())).rules if rule.kind == "reserve")
    assert check.state == "pass"
    assert check.sentence.startswith("Main would have $")
    assert check.sentence.endswith("of it is kept for the tax added.")


def test_it_comes_on_top_of_the_cash_that_the_account_keeps():
    floor = replace(gains(), accounts=(account("main", cash_min=Decimal(2000)), account("roth", "1000", "roth_ira")))
    made = make(reserving(floor))
    assert made.after.account_cash["main"] >= 2000 + made.after.tax


def test_where_no_tax_is_added_nothing_is_kept():
    snapshot = replace(gains(), lots=(lot("1", "a", "1000", "100000"),))
    made = make(reserving(snapshot))
    assert made.reserved == 0
    assert made.after.account_cash["main"] < 200


def test_what_cannot_be_raised_does_not_leave_the_household_without_a_plan():
    """A cap asks for sales, two floors for almost all of the proceeds: the plan says that the tax is not all kept."""
    cap = ConstraintInput("cap", "instrument_weight", "a", low=Decimal("0.495"), high=Decimal("0.5"))
    floor = ConstraintInput("floor", "instrument_weight", "b", low=Decimal("0.499"))
    made = make(reserving(gains(constraints=(cap, floor))))
    assert made.after.by_asset["b"] >= 0.499 - 1e-6
    check = next(rule for rule in made.rules if rule.kind == "reserve")
    assert check.state == "fail"
    assert "less than the $" in check.sentence


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_it_is_part_of_the_search_and_of_its_bound(seed):
    snapshot = reserving(random_household(seed, 4, 2))
    moved = replace(snapshot.policy, risk_aversion=Decimal(2000))
    lots = tuple(replace(each, basis=(each.basis or 0) / 3, account="taxable") for each in snapshot.lots)
    model = model_of(replace(snapshot, policy=moved, lots=lots), seed)
    found, effort = search(model, Solver())
    assert effort.bound <= best_by_enumeration(model) + 1e-9
    assert found.value - effort.bound <= GOAL
    assert found.score.soft < 1e-6
    assert found.score.tax > 0


def test_the_relaxation_of_each_piece_keeps_it_too():
    model = model_of(reserving(random_household(1, 4, 3)), 1)
    free = model_of(random_household(1, 4, 3), 1)
    for pieces in zip(model.pieces(), free.pieces(), strict=True):
        try:
            kept, other = (
                relax(own, piece, own.upper, list(own.groups.values()), Solver()).bound
                for own, piece in zip((model, free), pieces, strict=True)
            )
        except Unsolvable:
            continue
        assert kept >= other - 1e-7
