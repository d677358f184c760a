"""Limits on risk: kept by the plan, named in its rules, and part of a diagnosis."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from optimizer.engine.risk.measures import cdar, cdar_slope, cvar, cvar_slope
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import ConstraintInput, Plan, Snapshot
from tests.optimizer.engine.households import account, asset, household, lot, panel

MEASURES = {"volatility": "volatility", "cvar": "cvar_95", "drawdown": "drawdown", "beta": "beta"}


def limit(kind: str, **kwargs: object) -> ConstraintInput:
    return ConstraintInput(kind, kind, **kwargs)


def world(*rows: ConstraintInput, **kwargs: object) -> Snapshot:
    """The target is half of wild A and half of B; a dollar of cash has no risk."""
    assets = [asset("a"), asset("b"), asset("c")]
    lots = [lot("1", "b", "60", "6000"), lot("2", "c", "40", "4000")]
    accounts = [account(kind="roth_ira", cash="2000")]
    return household(assets, lots, {"a": "0.5", "b": "0.4"}, accounts, constraints=rows, benchmark="index", **kwargs)


def prices(snapshot: Snapshot) -> Panel:
    """A moves three times as much as the market, and the index is B and C together."""
    made = panel(snapshot.assets, sessions=700)
    steps = np.diff(np.log(made.closes), axis=0) * np.array([3.0, 1.0, 1.0])
    walk = np.exp(np.vstack((np.zeros(3), np.cumsum(steps, axis=0))))
    closes = walk / walk[-1] * 100
    index = closes[:, 1] + closes[:, 2]
    return Panel(made.dates, (*made.assets, "index"), np.column_stack((closes, index)))


def made(snapshot: Snapshot) -> Plan:
    return plan(snapshot, prices(snapshot), lambda stage, fraction: None)


@pytest.fixture(scope="module")
def free() -> Plan:
    return made(world())


@pytest.mark.parametrize("kind", MEASURES)
def test_a_hard_limit_is_kept_and_used_up(kind: str, free: Plan) -> None:
    without = getattr(free.after, MEASURES[kind])
    most = round(0.8 * without, 4)
    found = made(world(limit(kind, high=Decimal(str(most)))))
    value = getattr(found.after, MEASURES[kind])
    assert 0.97 * most <= value <= most + 1e-6
    rule = next(rule for rule in found.rules if rule.kind == kind)
    assert rule.state in ("near", "pass")
    assert float(rule.value) == pytest.approx(value)


@pytest.mark.parametrize("kind", ["tracking_error", "volatility", "cvar"])
def test_a_soft_limit_costs_and_gives_way_to_a_hard_one(kind: str, free: Plan) -> None:
    soft = limit(kind, high=Decimal("0.001"), hard=False, priority=3)
    held = "c" if kind == "tracking_error" else "a"
    floor = ConstraintInput("floor", "instrument_weight", held, low=Decimal("0.3"))
    found = made(world(soft, floor))
    assert found.after.by_asset[held] >= 0.3 - 1e-6
    rule = next(rule for rule in found.rules if rule.kind == kind)
    assert (rule.state, rule.hard) == ("fail", False)
    assert "mending it costs more than it is worth" in rule.sentence


def test_a_soft_limit_on_volatility_lowers_it(free: Plan) -> None:
    most = Decimal(str(round(0.8 * free.after.volatility, 4)))
    found = made(world(limit("volatility", high=most, hard=False)))
    assert float(most) - 1e-3 <= found.after.volatility < free.after.volatility - 0.01


@pytest.mark.parametrize(("kind", "words"), [
    ("volatility", "raise the volatility limit to"),
    ("cvar", "raise the limit on the loss of the worst months to"),
    ("drawdown", "raise the drawdown limit to"),
    ("beta", "raise the beta limit to"),
])  # fmt: skip
def test_against_a_floor_both_are_named_and_what_is_said_is_enough(kind: str, words: str, free: Plan) -> None:
    most = Decimal(str(round(0.5 * getattr(free.after, MEASURES[kind]), 3)))
    floor = ConstraintInput("floor", "instrument_weight", "a", low=Decimal("0.45"))
    with pytest.raises(Infeasible) as caught:
        made(world(limit(kind, high=most), floor))
    (conflict,) = caught.value.diagnosis.conflicts
    assert set(conflict.constraints) == {kind, "floor"}
    assert words in conflict.sentence
    needed = next(give.needed for give in conflict.gives if give.constraint == kind)
    eased = made(world(limit(kind, high=needed), floor))
    assert getattr(eased.after, MEASURES[kind]) <= float(needed) + 1e-6


def test_without_a_benchmark_beta_is_not_passed_as_clean() -> None:
    found = made(replace(world(limit("beta", high=Decimal("0.5"))), benchmark=""))
    rule = next(rule for rule in found.rules if rule.kind == "beta")
    assert (rule.state, rule.value) == ("partial", None)
    assert rule.sentence == "Beta was not checked: the benchmark has too few prices."


@pytest.mark.parametrize(("measure", "slope"), [(cvar, cvar_slope), (cdar, cdar_slope)])
def test_a_slope_meets_its_measure_and_is_nowhere_above_it(measure, slope) -> None:
    rng = np.random.default_rng(3)
    returns = rng.normal(0, 0.02, (203, 4))
    at, others = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4), 200)
    function = slope(at, returns)
    assert function @ at == pytest.approx(measure(at, returns))
    assert all(function @ other <= measure(other, returns) + 1e-12 for other in others)


def test_the_drawdown_of_a_known_path() -> None:
    """Up 10, down 30, up 5, down 10: of 20 steps the worst one in twenty is the last, 35 under the peak."""
    steps = np.zeros((20, 1))
    steps[[0, 5, 10, 19], 0] = 0.10, -0.30, 0.05, -0.10
    assert cdar(np.ones(1), steps) == pytest.approx(0.35)
