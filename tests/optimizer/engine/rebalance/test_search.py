"""The continuous plan is the best there is, and its certificate says so: against enumeration, chance and an oracle."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.relax import relax
from optimizer.engine.rebalance.score import score
from optimizer.engine.rebalance.search import GOAL, Effort, Relaxed, search, with_sides
from optimizer.engine.risk.model import of_covariance
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.types import ConstraintInput, Snapshot
from tests.optimizer.engine.households import NEW, OLD, RATES, account, asset, cap, household, lot, policy
from tests.optimizer.engine.rebalance.written import relaxed_optimum

KINDS = ("taxable", "traditional_ira", "roth_ira")


def random_household(seed: int, assets: int = 6, losses: int = 4, **kwargs: object) -> Snapshot:
    """Ten lots an asset in three accounts; the first `losses` assets hold lots at a loss, two of them are twins."""
    rng = np.random.default_rng(seed)
    owned = [asset(f"a{i}", sector=f"s{i % 2}", group="twins" if i < 2 else "") for i in range(assets)]
    lots = [
        lot(
            f"a{i}-{k}",
            f"a{i}",
            str(shares := int(rng.integers(5, 60))),
            str(int(shares * 100 * rng.uniform(0.5, 1.4 if i < losses else 1.0))),
            OLD if rng.random() < 0.5 else NEW,
            account=str(rng.choice(KINDS, p=(0.7, 0.15, 0.15))),
        )
        for i in range(assets)
        for k in range(10)
    ]
    year = replace(RATES, short_to_date=Decimal(int(rng.integers(-8000, 8000))), deferral=Decimal("0.05"))
    accounts = [account(kind, str(int(rng.integers(0, 9000))), kind) for kind in KINDS]
    target = policy({item.id: str(Decimal(96 // assets) / 100) for item in owned})
    return household(owned, lots, target, accounts, tax=year, **kwargs)


def model_of(snapshot: Snapshot, seed: int = 0) -> Model:
    rng, n = np.random.default_rng(seed), len(snapshot.assets)
    book = make_book(snapshot)
    common = rng.normal(0.2, 0.05, (n, 1))
    risk = of_covariance(common @ common.T + np.diag(rng.uniform(0.02, 0.1, n)), np.zeros((0, n)))
    target = np.array([float(snapshot.policy.target[item.id]) for item in snapshot.assets])
    return Model(book, target, risk)


def best_by_enumeration(model: Model) -> float:
    """The least objective over every piece and every choice of sides."""
    solver, values = Solver(), []
    for piece in model.pieces():
        for sides in product(("sell losses", "buy"), repeat=len(model.groups)):
            chosen = dict(zip(model.groups, sides, strict=True))
            try:
                values.append(with_sides(model, piece, model.upper, chosen, solver).value)
            except Unsolvable:
                continue
    return min(values)


def money_gap(found: tuple[Relaxed, Effort]) -> float:
    plan, effort = found
    return plan.value - effort.bound


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_is_the_best_of_all_sides_and_pieces_within_its_gap(seed):
    model = model_of(random_household(seed), seed)
    best = best_by_enumeration(model)
    plan, effort = search(model, Solver())
    assert effort.bound <= best + 1e-9
    assert -1e-9 <= plan.value - best <= plan.value - effort.bound + 1e-9
    assert plan.value - effort.bound <= GOAL


@pytest.mark.parametrize("seed", range(3))
def test_branching_to_the_end_finds_the_best(seed):
    model = model_of(random_household(seed), seed)
    plan, effort = search(model, Solver(), goal=1e-8)
    assert not effort.capped
    assert plan.value == pytest.approx(best_by_enumeration(model), abs=1e-7)
    assert effort.nodes > 0 or money_gap((plan, effort)) <= 1e-8


@pytest.mark.parametrize(
    ("seed", "limits"),
    [
        (0, ()),
        (1, (cap("sector_weight", "s0", "0.45"),)),
        (2, (cap("sector_weight", "s0", "0.3", hard=False, priority=2),)),
        (3, (cap("tracking_error", "", "0.007"),)),
    ],
)
def test_the_bound_of_each_piece_is_the_relaxation_written_out(seed, limits):
    model = model_of(random_household(seed, 4, 3, constraints=limits), seed)
    for piece in model.pieces():
        try:
            found = relax(model, piece, model.upper, list(model.groups.values()), Solver())
        except Unsolvable:
            continue
        expected = relaxed_optimum(model, piece)
        assert expected - 1e-6 <= found.bound <= expected + 1e-9


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_no_feasible_plan_is_below_the_bound(seed):
    model = model_of(random_household(seed, 4, 3), seed)
    _, effort = search(model, Solver())
    rng = np.random.default_rng(seed)
    for _ in range(25):
        plan = score(model, random_trades(model, rng))
        assert plan.broken < 1e-6
        assert plan.total - plan.broken >= effort.bound - 1e-9


def random_trades(model: Model, rng: np.random.Generator) -> np.ndarray:
    """Sales of a random part of each lot, the money spent in each account on what its groups may still buy."""
    book, sells = model.book, len(model.book.sells)
    trades = np.where(rng.random(model.trades) < 0.5, 0.0, rng.random(model.trades) * model.upper)
    for group in model.groups.values():
        trades[group.losses if rng.random() < 0.5 else group.buys] = 0.0
    for a in range(len(book.accounts)):
        here = np.flatnonzero(book.sell_account == a)
        cash = book.cash[a] + trades[here] @ (1 - book.trade_cost[here])
        buys = sells + np.flatnonzero(book.buy_account == a)
        wanted = trades[buys] @ (1 + book.trade_cost[buys])
        trades[buys] *= min(1.0, rng.random() * cash / max(wanted, 1e-12))
    return trades


def test_a_tracking_error_limit_is_in_the_bound():
    snapshot = random_household(3, constraints=(cap("tracking_error", "", "0.005"),))
    model = model_of(snapshot, 3)
    plan, effort = search(model, Solver())
    free, _ = search(model_of(replace(snapshot, constraints=()), 3), Solver())
    assert plan.score.broken < 1e-6
    assert free.value < effort.bound <= plan.value <= effort.bound + GOAL


def test_the_same_household_gives_the_same_plan_bit_for_bit():
    snapshot = random_household(5)
    first, second = (search(model_of(snapshot, 5), Solver()) for _ in range(2))
    assert np.array_equal(first[0].trades, second[0].trades)
    assert first[1] == second[1]


def test_where_no_rounding_has_a_plan_branching_finds_one():
    """Alike in all, both lean half way; both selling leaves nothing to buy for the floor, so one must sell, one buy."""
    owned = [asset("a", sector="x"), asset("b", sector="x"), asset("c", sector="y")]
    lots = [lot("a", "a", "100", "20000"), lot("b", "b", "100", "20000"), lot("c", "c", "300", "30000")]
    floor = ConstraintInput("floor", "sector_weight", "x", low=Decimal("0.45"))
    year = replace(RATES, short_to_date=Decimal(50000))
    model = model_of(household(owned, lots, {"a": "0.2", "b": "0.2", "c": "0.6"}, constraints=(floor,), tax=year))
    plan, effort = search(model, Solver())
    assert effort.nodes > 0
    assert set(plan.sides.values()) == {"sell losses", "buy"}
    assert plan.value == pytest.approx(best_by_enumeration(model), abs=1e-7)
    assert effort.bound <= plan.value <= effort.bound + GOAL
