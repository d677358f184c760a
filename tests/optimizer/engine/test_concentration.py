"""Where risk sits: known answers of the diversification ratio and of shares by Euler."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.engine.concentration import bets, effective, risk_shares, toward_one
from optimizer.engine.risk.measures import volatility


def alike(n: int, correlation: float, deviation: float = 0.2) -> np.ndarray:
    return deviation**2 * ((1 - correlation) * np.eye(n) + correlation)


@pytest.mark.parametrize(("n", "correlation"), [(1, 0.0), (5, 0.0), (5, 0.3), (20, 0.9), (4, 1.0)])
def test_equal_holdings_of_one_correlation_make_the_closed_form_of_bets(n: int, correlation: float) -> None:
    equal = np.full(n, 1 / n)
    assert bets(equal, alike(n, correlation)) == pytest.approx(n / (1 + (n - 1) * correlation))


def test_cash_beside_the_holdings_changes_no_bet() -> None:
    covariance = alike(3, 0.4)
    assert bets(np.full(3, 0.2), covariance) == pytest.approx(bets(np.full(3, 1 / 3), covariance))


def test_nothing_held_has_no_bets_and_no_shares() -> None:
    assert (bets(np.zeros(2), alike(2, 0.1)), effective(np.zeros(2))) == (0.0, 0.0)
    assert risk_shares(np.zeros(2), alike(2, 0.1)).tolist() == [0.0, 0.0]


def test_one_large_holding_counts_like_few() -> None:
    assert effective(np.array([0.5, 0.5])) == pytest.approx(2)
    assert effective(np.array([0.7, 0.1, 0.1, 0.1])) == pytest.approx(1 / 0.52)


def test_a_riskier_holding_has_the_larger_share_of_the_risk() -> None:
    shares = risk_shares(np.array([0.5, 0.5]), np.diag([0.04, 0.01]))
    assert shares == pytest.approx([0.8, 0.2])


def test_correlations_move_to_one_and_volatilities_stay() -> None:
    moved = toward_one(alike(3, 0.2), 0.5)
    assert moved == pytest.approx(alike(3, 0.6))
    assert bets(np.full(3, 1 / 3), toward_one(alike(3, -0.3), 1.0)) == pytest.approx(1)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.integers(0, 10_000))
def test_shares_add_up_to_one_and_stress_never_diversifies(weights: list[float], seed: int) -> None:
    loadings = np.random.default_rng(seed).normal(size=(len(weights), 8))
    covariance, held = loadings @ loadings.T, np.array(weights)
    assert risk_shares(held, covariance).sum() == pytest.approx(1)
    assert volatility(held, toward_one(covariance, 0.5)) >= volatility(held, covariance) - 1e-9
