"""The factor form: exact where the covariance has that form, and exact on the diagonal everywhere."""

import numpy as np
import pytest

from optimizer.engine.risk.factors import factors, split
from tests.optimizer.engine.risk.test_covariance import one_factor


def rebuilt(covariance: np.ndarray, count: int | None = None) -> np.ndarray:
    F, d = factors(covariance, count)
    return F @ F.T + np.diag(d)


@pytest.mark.parametrize(("n", "k"), [(1, 0), (2, 1), (3, 2), (10, 3), (60, 12), (200, 20)])
def test_it_has_as_many_factors_as_the_assets_bear(n, k):
    covariance = np.cov(one_factor(504, n).T).reshape(n, n)
    F, d = factors(covariance)
    assert F.shape == (n, k)
    assert (d > 0).all()
    assert np.diag(F @ F.T) + d == pytest.approx(np.diag(covariance))


def test_equal_correlations_have_one_factor_and_little_else():
    volatility = np.linspace(0.1, 0.4, 60)
    covariance = (np.full((60, 60), 0.4) + 0.6 * np.eye(60)) * np.outer(volatility, volatility)
    assert rebuilt(covariance, 1) == pytest.approx(covariance, rel=0.03)


def test_twins_keep_something_of_their_own():
    covariance = np.array([[0.04, 0.04], [0.04, 0.04]])
    F, d = factors(covariance)
    assert d == pytest.approx([4e-6, 4e-6])
    assert F @ F.T + np.diag(d) == pytest.approx(covariance, rel=1e-3)


def test_the_risk_of_spread_weights_is_kept():
    covariance = np.cov(one_factor(504, 100).T)
    w = np.full(100, 0.01)
    assert w @ rebuilt(covariance) @ w == pytest.approx(w @ covariance @ w, rel=0.01)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_the_split_is_exact_and_its_own_part_is_large(n):
    rng = np.random.default_rng(n)
    root = rng.normal(size=(n, 2 * n))
    covariance = root @ root.T / n
    loadings, own = split(covariance)
    assert loadings @ loadings.T + np.diag(own) == pytest.approx(covariance, abs=1e-8)
    assert own.min() > 0
    assert own.sum() >= 0.99 * n * np.linalg.eigvalsh(covariance)[0]


def test_two_assets_that_are_one_leave_nothing_of_their_own():
    loadings, own = split(np.full((2, 2), 0.04))
    assert loadings @ loadings.T == pytest.approx(np.full((2, 2), 0.04), abs=1e-9)
    assert own.max() < 1e-8
