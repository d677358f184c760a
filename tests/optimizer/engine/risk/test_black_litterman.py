"""Equilibrium returns and views in closed form; against other packages in strategies/test_oracles.py."""

import numpy as np
import pytest

from optimizer.engine.risk.black_litterman import implied, posterior, uncertainty
from tests.optimizer.engine.strategies.test_strategies import random_covariance

SIGMA = random_covariance(5)
PRIOR = implied(SIGMA, np.full(5, 0.2))
PICK = np.array([[1.0, 0, -1.0, 0, 0]])


@pytest.mark.parametrize("sure", [0.1, 0.5, 0.99])
def test_a_view_alone_moves_its_return_by_its_confidence(sure):
    errors = uncertainty(SIGMA, PICK, np.array([sure]))
    moved = posterior(PRIOR, SIGMA, PICK, np.array([0.03]), errors)
    before = float(PICK[0] @ PRIOR)
    assert PICK[0] @ moved == pytest.approx(before + sure * (0.03 - before))


def test_a_view_that_says_what_is_implied_moves_nothing():
    moved = posterior(PRIOR, SIGMA, PICK, PICK @ PRIOR, uncertainty(SIGMA, PICK, np.array([0.7])))
    assert moved == pytest.approx(PRIOR)


def test_it_is_the_precision_weighted_mean():
    """He and Litterman's other form: ((tau Sigma)^-1 + P'W P)^-1 ((tau Sigma)^-1 pi + P'W q)."""
    picks = np.vstack((PICK, np.eye(5)[3]))
    says, errors = np.array([0.02, 0.1]), np.array([0.0004, 0.0009])
    precision = np.linalg.inv(0.05 * SIGMA)
    total = precision + picks.T @ np.diag(1 / errors) @ picks
    other = np.linalg.solve(total, precision @ PRIOR + picks.T @ (says / errors))
    assert posterior(PRIOR, SIGMA, picks, says, errors) == pytest.approx(other)


def test_the_same_view_twice_is_no_trouble():
    picks, says = np.vstack((PICK, PICK)), np.array([0.03, 0.03])
    moved = posterior(PRIOR, SIGMA, picks, says, np.zeros(2))
    assert picks @ moved == pytest.approx(says)
