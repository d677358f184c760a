"""The score, its error, and what it takes to be believed."""

import numpy as np
import pytest

from optimizer.engine.risk.schedule import BURNED
from optimizer.engine.risk.volatility.forecasts import HORIZONS, Forecasts
from optimizer.engine.risk.volatility.record import record, supported
from optimizer.engine.risk.volatility.score import mean, qlike
from tests.optimizer.engine.risk.volatility.worlds import gjr

SESSIONS = BURNED + 3000


def test_a_perfect_forecast_loses_nothing_and_one_of_half_what_the_formula_says():
    assert qlike(np.array([2.0, 2.0]), np.array([2.0, 1.0])) == pytest.approx([0, 2 - np.log(2) - 1])


def test_days_without_a_move_or_a_forecast_have_no_loss():
    assert np.isnan(qlike(np.array([0.0, 1.0]), np.array([1.0, np.nan]))).all()


def test_the_error_of_independent_figures_is_the_textbooks():
    drawn = np.random.default_rng(0).standard_normal(20000)
    assert mean(drawn, 1).error == pytest.approx(1 / np.sqrt(20000), rel=0.1)


def test_the_error_of_overlapping_sums_counts_what_they_share():
    drawn = np.random.default_rng(1).standard_normal(20020)
    sums = np.convolve(drawn, np.ones(21), "valid")
    assert mean(sums, 21).error == pytest.approx(21 / np.sqrt(20000), rel=0.25)


def test_too_few_figures_have_no_mean():
    assert np.isnan(mean(np.arange(42.0), 21).value)


def world(noise: float) -> tuple[Forecasts, np.ndarray]:
    """The combination knows each session's variance; each EWMA knows it but for some noise."""
    returns, variances = gjr(SESSIONS, 4e-5, 0.1, 0.0, 0.5)
    ahead = np.append(variances[1:], variances[-1])
    wrong = np.exp(noise * np.random.default_rng(2).standard_normal((2, SESSIONS)))
    flat = {"combination": ahead, "ewma": ahead * wrong[0], "slow_ewma": ahead * wrong[1]}
    made = {name: np.outer(HORIZONS, each) for name, each in flat.items()}
    for each in made.values():
        each[:, : BURNED - 1] = np.nan
    return Forecasts(made, np.zeros((len(HORIZONS), SESSIONS), bool)), returns**2


def test_a_combination_that_is_clearly_better_is_supported():
    made, squares = world(noise=0.6)
    lines = record(made, squares)
    assert supported(lines)
    line = next(each for each in lines if (each.model, each.horizon) == ("combination", 21))
    assert line.ratio == pytest.approx(1, abs=0.1)
    assert line.saved["ewma"].value > 2 * line.saved["ewma"].error > 0


def test_one_that_is_the_same_is_not():
    assert not supported(record(*world(noise=0.0)))


def test_one_without_a_record_is_not():
    made, squares = world(noise=0.6)
    for each in made.variance.values():
        each[:, :-30] = np.nan
    assert not supported(record(made, squares))
