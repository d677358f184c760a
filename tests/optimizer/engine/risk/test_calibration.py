"""Trailing realised over predicted volatility, in worlds where the answer is known."""

import numpy as np
import pytest

from optimizer.engine.risk.calibration import BLOCK, calibration
from optimizer.engine.risk.covariance import ESTIMATORS
from tests.optimizer.engine.risk.test_covariance import history, one_factor, panel_of


def test_without_a_past_nothing_is_calibrated():
    assert calibration(history(panel_of(one_factor(252, 3)))) == 1.0


def test_weights_set_by_hand_are_foretold_rightly():
    ratio = calibration(history(panel_of(one_factor(1100, 6))), "sample", np.full(6, 1 / 6))
    assert ratio == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_estimator_understates_the_minimum_variance_of_many_assets(name):
    assert 1.03 < calibration(history(panel_of(one_factor(1100, 120))), name) < 1.2


def test_a_shift_of_volatility_is_held_at_the_most_that_is_believed():
    moves = one_factor(1100, 1)
    moves[-BLOCK:] *= 40
    assert calibration(history(panel_of(moves)), "sample", np.ones(1)) == 1.5


@pytest.mark.parametrize("name", ESTIMATORS)
def test_what_had_no_price_then_is_left_out_then(name):
    prices = history(panel_of(one_factor(1100, 4)))
    prices.values[:900, 3] = np.nan
    assert 0.8 <= calibration(prices, name) <= 1.5
    assert calibration(prices, name, np.array([0.0, 0, 0, 1])) == 1.0
