"""Strategies against closed forms, and against the conditions that a minimiser under limits must meet."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.risk.black_litterman import implied
from optimizer.engine.risk.factors import factors
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import STRATEGIES, allocate
from optimizer.engine.strategies.parity import contributing
from optimizer.engine.strategies.universe import Universe


def random_covariance(n: int, seed: int = 0) -> np.ndarray:
    root = np.random.default_rng(seed).normal(size=(n, 3 * n)) * 0.1
    return root @ root.T / n + 0.01 * np.eye(n)


def universe(n: int = 6, **kwargs) -> Universe:
    defaults = {
        "covariance": random_covariance(n),
        "scenarios": np.random.default_rng(1).normal(0.005, 0.05, (300, n)),
        "weeks": np.random.default_rng(2).normal(0.001, 0.02, (200, n)),
        "entered": np.zeros(n),
        "budget": 1.0,
        "lower": np.zeros(n),
        "upper": np.full(n, np.inf),
        "masks": np.zeros((0, n)),
        "low": np.zeros(0),
        "high": np.zeros(0),
        "params": {},
    }
    values = {**defaults, **kwargs}
    entered = values["entered"]
    parts = entered / entered.sum() if entered.sum() else np.full(n, 1 / n)
    return Universe(**{"expected": implied(values["covariance"], parts * values["budget"]), **values})


def sector_cap(n: int, size: int, high: float) -> dict:
    mask = np.zeros((1, n))
    mask[0, :size] = 1
    return {"masks": mask, "low": np.array([-np.inf]), "high": np.array([high])}


def weights(name: str, of: Universe) -> np.ndarray:
    return allocate(name, of, Solver())


def test_fixed_weights_are_the_entered_ones():
    entered = np.array([0.5, 0.3, 0.1])
    assert weights("fixed_weights", universe(3, entered=entered, budget=0.9)) == pytest.approx(entered, abs=1e-7)


def test_what_a_cap_cuts_off_goes_to_the_others_in_equal_parts():
    made = universe(3, entered=np.array([0.5, 0.3, 0.2]), upper=np.array([0.4, 1, 1]))
    assert weights("fixed_weights", made) == pytest.approx([0.4, 0.35, 0.25], abs=1e-6)


def test_what_limits_keep_out_stays_in_cash():
    made = universe(2, entered=np.array([0.5, 0.5]), **sector_cap(2, 2, 0.7))
    assert weights("fixed_weights", made).sum() == pytest.approx(0.7, abs=1e-6)


def test_equal_weight_splits_the_budget():
    assert weights("equal_weight", universe(4, budget=0.8)) == pytest.approx(np.full(4, 0.2), abs=1e-7)


def test_minimum_variance_of_uncorrelated_assets_is_inverse_variance():
    made = universe(3, covariance=np.diag([0.01, 0.02, 0.04]))
    assert weights("minimum_variance", made) == pytest.approx(np.array([4, 2, 1]) / 7, abs=1e-6)


def test_minimum_variance_has_equal_marginal_risk_where_nothing_binds():
    made = universe(6, **sector_cap(6, 2, 0.2))
    w = weights("minimum_variance", made)
    marginal = made.covariance @ w
    free, inside = w > 1e-6, made.masks[0] == 1
    assert w[inside].sum() <= 0.2 + 1e-7
    assert np.ptp(marginal[free & inside]) < 1e-6
    assert np.ptp(marginal[free & ~inside]) < 1e-6
    assert marginal[free & inside].max() <= marginal[free & ~inside].min() + 1e-6
    assert (marginal[~free & ~inside] >= marginal[free & ~inside].min() - 1e-6).all()


def test_mean_variance_at_the_market_risk_aversion_is_its_reference():
    entered = np.array([0.4, 0.25, 0.2, 0.15])
    assert weights("mean_variance", universe(4, entered=entered)) == pytest.approx(entered, abs=1e-6)


def test_mean_variance_with_great_aversion_is_minimum_variance():
    careful = universe(5, params={"risk_aversion": Decimal(100000)})
    assert weights("mean_variance", careful) == pytest.approx(weights("minimum_variance", careful), abs=1e-4)


def test_risk_parity_contributions_are_equal():
    covariance = random_covariance(20, 5)
    w = contributing(covariance, np.ones(20))
    contributions = w * (covariance @ w)
    assert contributions == pytest.approx(np.full(20, contributions.mean()), rel=1e-8)


def test_risk_parity_of_uncorrelated_assets_is_inverse_volatility():
    made = universe(3, covariance=np.diag([0.01, 0.04, 0.16]), budget=0.7)
    assert weights("risk_parity", made) == pytest.approx(0.7 * np.array([4, 2, 1]) / 7, abs=1e-6)


def test_in_factor_form_the_answer_is_the_same():
    F, d = factors(random_covariance(60, 3))
    dense = universe(60, covariance=F @ F.T + np.diag(d), upper=np.full(60, 0.05), **sector_cap(60, 20, 0.2))
    sparse = replace(dense, loadings=F, own=d)
    for name in ("minimum_variance", "mean_variance", "benchmark_tracking"):
        assert weights(name, sparse) == pytest.approx(weights(name, dense), abs=1e-6)


def test_where_nothing_is_expected_to_earn_the_best_sharpe_ratio_is_the_least_risk():
    made = universe(4, expected=np.full(4, -0.01))
    assert weights("maximum_sharpe", made) == pytest.approx(weights("minimum_variance", made), abs=1e-6)


@pytest.mark.parametrize(("aim", "value"), [("target_return", "9"), ("target_volatility", "9")])
def test_an_aim_out_of_reach_is_met_as_nearly_as_can_be(aim, value):
    made = universe(4, expected=np.array([0.01, 0.02, 0.03, 0.08]), params={aim: Decimal(value)})
    assert weights("mean_variance", made) == pytest.approx([0, 0, 0, 1], abs=1e-5)
    calm = universe(4, params={"target_volatility": Decimal(0)})
    assert weights("mean_variance", calm) == pytest.approx(weights("minimum_variance", calm), abs=1e-6)


def test_a_share_of_risk_of_zero_is_no_weight():
    assert contributing(random_covariance(3), np.array([1.0, 0, 1]))[1] == 0


def test_limits_that_contradict_each_other_are_broken_least():
    floors = {"masks": np.eye(2), "low": np.array([0.7, 0.5]), "high": np.full(2, np.inf)}
    w = weights("minimum_variance", universe(2, **floors))
    assert w.sum() == pytest.approx(1, abs=1e-6)
    assert np.maximum(floors["low"] - w, 0).sum() == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("seed", range(5))
def test_every_strategy_keeps_every_limit(name, seed):
    n = 10
    made = universe(
        n,
        covariance=random_covariance(n, seed),
        entered=np.random.default_rng(seed).dirichlet(np.ones(n)) * 0.95,
        budget=0.95,
        upper=np.full(n, 0.2),
        **sector_cap(n, 4, 0.25),
    )
    w = weights(name, made)
    assert w.sum() == pytest.approx(0.95, abs=1e-6)
    assert w.max() <= 0.2 + 1e-7
    assert w.min() >= 0
    assert w[:4].sum() <= 0.25 + 1e-7
