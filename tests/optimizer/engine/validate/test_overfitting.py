"""Deflated Sharpe ratio and probability of backtest overfitting against published and plain examples."""

from math import sqrt

import numpy as np
import pytest

from optimizer.engine.validate.overfitting import (
    deflated_sharpe,
    expected_maximum,
    overfitting,
    probabilistic_sharpe,
)

DAYS = 250
"""Of a year, in the paper's example."""


def published(trials: int, skewness: float = -3.0, kurt: float = 10.0) -> float:
    """Annual Sharpe ratio 2.5 over five years of days, variance of the trials' annual ratios 1/2."""
    luck = expected_maximum(0.5 / DAYS, trials)
    return probabilistic_sharpe(2.5 / sqrt(DAYS), luck, 1250, skewness, kurt)


def test_the_published_example_of_a_hundred_trials():
    """Bailey and Lopez de Prado 2014, "A numerical example": SR0 = 0.1132, DSR = 0.9004: not significant at 95 %."""
    assert expected_maximum(0.5 / DAYS, 100) == pytest.approx(0.1132, abs=5e-5)
    assert published(100) == pytest.approx(0.9004, abs=5e-5)


def test_the_published_numbers_of_trials_that_would_have_been_significant():
    """46 of them would have been, or 88 had the returns been normal: 0.9505."""
    assert published(46) == pytest.approx(0.9505, abs=5e-5)
    assert published(88, skewness=0, kurt=3) == pytest.approx(0.9505, abs=5e-5)


def test_one_trial_needs_no_deflation():
    returns = np.random.default_rng(0).normal(0.001, 0.01, (1, 500))
    ratio = returns.mean() / returns.std(ddof=1)
    near = probabilistic_sharpe(float(ratio), 0.0, 500)
    assert deflated_sharpe(returns) == pytest.approx(near, abs=0.01)


def test_the_best_of_many_without_skill_is_not_believed():
    rng = np.random.default_rng(1)
    found = [deflated_sharpe(rng.normal(0, 0.01, (50, 1000))) for _ in range(40)]
    assert np.mean([each > 0.95 for each in found]) <= 0.1


def test_skill_is_believed():
    returns = np.random.default_rng(2).normal(0, 0.01, (10, 2500))
    returns[4] += 0.0015
    assert deflated_sharpe(returns) > 0.95


def halves(first: list[float], second: list[float]) -> np.ndarray:
    """Trials by their mean in two halves, with the same scatter around each."""
    scatter = np.tile([-1.0, 1.0], 10)
    return np.hstack([np.array(means)[:, None] + scatter for means in (first, second)])


def test_by_hand_what_is_best_in_one_half_and_worst_in_the_other_is_always_overfitted():
    found = overfitting(halves([0.3, 0.1], [0.1, 0.3]), parts=2)
    assert (found.probability, found.splits, found.loss) == (1.0, 2, 0.0)


def test_by_hand_what_is_best_in_both_halves_never_is():
    assert overfitting(halves([0.3, 0.1, -0.1], [0.2, 0.1, -0.1]), parts=2).probability == 0.0


def test_by_hand_a_loss_out_of_sample_is_counted():
    found = overfitting(halves([0.3, 0.1], [-0.1, 0.2]), parts=2)
    assert found.loss == 0.5


def test_by_hand_the_slope_is_what_lasts_of_a_better_ratio():
    found = overfitting(halves([0.5, 0.1], [0.2, 0.3]), parts=2)
    assert found.slope == pytest.approx((0.2 - 0.1) / (0.5 - 0.3))


def test_there_are_as_many_splits_as_the_paper_says():
    assert overfitting(np.random.default_rng(0).normal(size=(5, 160))).splits == 12870


def test_noise_is_overfitted_and_skill_is_not():
    """Bailey et al.: without skill the choice is no better than a coin out of sample; with skill the risk vanishes."""
    rng = np.random.default_rng(0)
    noise = [overfitting(rng.normal(size=(20, 1000)), parts=8).probability for _ in range(30)]
    assert 0.4 < np.mean(noise) < 0.75
    skilled = rng.normal(size=(20, 1000))
    skilled[3] += 0.3
    assert overfitting(skilled, parts=8).probability == 0.0
