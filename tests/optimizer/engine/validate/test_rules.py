"""Rules: what a policy would have held, from the past alone."""

from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.risk.covariance import WINDOW, covariance
from optimizer.engine.risk.returns import Closes
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import STRATEGIES, allocate
from optimizer.engine.validate.rules import Fixed, Policy, first_session
from tests.optimizer.engine.validate.markets import random_market, universe

CLOSES = random_market(1400, 6, seed=2).closes


def policy(strategy, closes=CLOSES, **given) -> Policy:
    return Policy(closes, np.arange(closes.shape[1]), universe(closes.shape[1], **given), strategy)


def test_a_policy_holds_what_its_strategy_makes_of_the_window():
    window = CLOSES[900 - WINDOW : 901]
    matrix = covariance(Closes(window, np.zeros(6, np.intp)))
    expected = allocate("minimum_variance", universe(6, 0.3, covariance=matrix), Solver())
    assert policy("minimum_variance", most=0.3)(900) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_strategy_sees_a_later_close(strategy):
    scrambled = CLOSES.copy()
    scrambled[901:] = scrambled[901:][::-1]
    assert np.array_equal(policy(strategy)(900), policy(strategy, scrambled)(900))


@pytest.mark.parametrize("params", [{"target_volatility": Decimal("0.12")}, {"target_return": Decimal("0.03")}])
def test_levels_of_risk_are_calibrated_on_the_past_alone(params):
    scrambled = CLOSES.copy()
    scrambled[1301:] = scrambled[1301:][::-1]
    weights = policy("mean_variance", params=params)(1300)
    assert np.array_equal(weights, policy("mean_variance", scrambled, params=params)(1300))
    assert weights.sum() == pytest.approx(1)


def test_limits_hold_at_every_refit():
    rule = policy("minimum_variance", masks=np.array([[1.0, 1, 0, 0, 0, 0]]), low=np.zeros(1), high=np.array([0.4]))
    assert all(rule(at)[:2].sum() <= 0.4 + 1e-6 for at in range(600, 1400, 100))


def test_an_asset_takes_part_once_it_has_a_history():
    closes = CLOSES.copy()
    closes[:700, 3] = np.nan
    rule = policy("equal_weight", closes)
    assert rule(761)[3] == 0
    assert rule(761).sum() == pytest.approx(1)
    assert rule(762) == pytest.approx(np.full(6, 1 / 6))


def test_only_the_policys_own_columns_get_weight():
    rule = Policy(CLOSES, np.array([1, 4]), universe(2), "inverse_volatility")
    assert np.flatnonzero(rule(900)).tolist() == [1, 4]


def test_fixed_weights_pass_on_what_does_not_exist_yet():
    closes = CLOSES.copy()
    closes[:700, 0] = np.nan
    rule = Fixed(closes, np.array([0.4, 0.4, 0.1, 0, 0, 0]))
    assert rule(600) == pytest.approx([0, 0.72, 0.18, 0, 0, 0])
    assert rule(700) == pytest.approx([0.4, 0.4, 0.1, 0, 0, 0])


def test_a_walk_starts_when_half_of_the_assets_have_a_window_of_returns():
    closes = CLOSES.copy()
    for asset, start in enumerate((0, 300, 100, 900, 900, 900)):
        closes[:start, asset] = np.nan
    assert first_session(closes, 1) == 300 + WINDOW + 1
