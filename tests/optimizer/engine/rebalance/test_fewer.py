"""Orders are left out by what that does to the objective, not by their size alone."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.rebalance.fewer import drop_small, fewer_orders, smallest_first
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.rounding import whole_shares
from optimizer.engine.rebalance.score import score
from optimizer.engine.rebalance.search import Relaxed, search
from optimizer.engine.rebalance.tickets import Trimmed, small_tickets, tickets
from optimizer.engine.rebalance.washed import counting
from optimizer.engine.solvers import Solver
from optimizer.engine.types import Snapshot
from tests.optimizer.engine.households import cap
from tests.optimizer.engine.rebalance.test_search import model_of, random_household

MINIMUM = Decimal(4000)


def household(seed: int, orders: int | None = None) -> Snapshot:
    made = random_household(seed, 8, 4)
    limits = () if orders is None else (cap("trades", "", str(orders), unit="count"),)
    return replace(made, constraints=limits, policy=replace(made.policy, minimum_trade=MINIMUM))


def planned(snapshot: Snapshot, seed: int) -> tuple[Model, Relaxed]:
    model = model_of(snapshot, seed)
    plan, _ = search(model, Solver())
    return replace(model, counting=counting(model, plan.trades)), plan


def in_shares(model: Model, trimmed: Trimmed) -> float:
    """The objective in whole shares."""
    found = score(model, whole_shares(model, tickets(model, trimmed)).trades(model))
    return found.total - found.broken


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_without_small_orders_is_never_worse_than_smallest_first(seed):
    model, plan = planned(household(seed), seed)
    one, other = drop_small(model, plan, Solver()), smallest_first(model, plan, Solver())
    assert one.plan.score.total <= other.plan.score.total
    assert small_tickets(model, one.plan, one.needed) == []


def test_what_the_minimum_costs_falls_by_more_than_a_third():
    """The second number of the certificate, over random households: whole shares and minimum trades."""
    costs = []
    for seed in range(12):
        model, plan = planned(household(seed), seed)
        ways = (smallest_first(model, plan, Solver()), drop_small(model, plan, Solver()))
        costs.append([in_shares(model, way) - plan.value for way in ways])
    first, by_effect = np.mean(costs, axis=0)
    assert 0 < by_effect < 2 / 3 * first


@pytest.mark.parametrize("seed", range(6))
def test_a_number_of_orders_is_kept_and_no_worse_than_without_exchange(seed, monkeypatch):
    model, plan = planned(household(seed, orders=6), seed)
    start = drop_small(model, plan, Solver())
    exchanged = fewer_orders(model, start, Solver())
    monkeypatch.setattr("optimizer.engine.rebalance.fewer.MOST_TRIED", 0)
    left_out = fewer_orders(model, start, Solver())
    traded = [columns for columns in model.book.orders if exchanged.plan.trades[list(columns)].sum() > 0]
    assert len(traded) <= 6
    assert exchanged.plan.score.total <= left_out.plan.score.total
