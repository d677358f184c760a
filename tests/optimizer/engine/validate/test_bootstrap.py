"""Intervals: they hold the truth as often as they say, and days that hang together stay together."""

from datetime import date, timedelta

import numpy as np
import pytest

from holdings.measures.ratios import sharpe
from holdings.measures.risk import max_drawdown, volatility
from holdings.measures.twr import Point
from optimizer.engine.validate.bootstrap import block_length, intervals, stationary
from optimizer.engine.validate.figures import NAMES, Series

YEAR = 252


def autoregressive(size: int, phi: float, rng: np.random.Generator) -> np.ndarray:
    """Mean zero, standard deviation one."""
    shocks = rng.normal(0, np.sqrt(1 - phi**2), size)
    made = np.empty(size)
    made[0] = rng.normal()
    for at in range(1, size):
        made[at] = phi * made[at - 1] + shocks[at]
    return made


@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_intervals_hold_the_true_volatility_and_sharpe_ratio_about_as_often_as_they_say(phi):
    """200 histories of four years; 95 % said. Two standard errors of a share of 200 are 3 points."""
    rng, inside, trials = np.random.default_rng(3), {"volatility": 0, "sharpe": 0, "return": 0}, 200
    truth = {"volatility": 0.01 * np.sqrt(YEAR), "sharpe": 0.05 * np.sqrt(YEAR)}
    truth["return"] = np.expm1((0.0005 - 0.0001 / 2) * YEAR)
    for trial in range(trials):
        returns = 0.0005 + 0.01 * autoregressive(4 * YEAR, phi, rng)
        found = intervals(returns[None], np.zeros(4 * YEAR), seed=trial, draws=200).own[0]
        for name, true in truth.items():
            inside[name] += found[name].low <= true <= found[name].high
    assert all(0.88 <= count / trials <= 0.98 for count in inside.values()), inside


def test_days_drawn_one_by_one_would_be_too_sure():
    """Autocorrelated days: single draws give an interval that is far too narrow, blocks do not."""
    rng = np.random.default_rng(5)
    returns = (0.01 * autoregressive(3000, 0.7, rng))[None]
    alone, blocks = (intervals(returns, np.zeros(3000), 1, block=block).own[0]["sharpe"] for block in (1, None))
    assert blocks.high - blocks.low > 1.8 * (alone.high - alone.low)


def test_differences_are_those_of_one_history():
    rng = np.random.default_rng(0)
    first = rng.normal(0.0005, 0.01, 2000)
    found = intervals(np.array([first, first - 0.0001]), np.zeros(2000), 1).against
    assert (found[0]["return"].low, found[0]["return"].high) == (0, 0)
    assert found[1]["return"].high < 0


def test_the_same_seed_gives_the_same_intervals():
    returns = np.random.default_rng(0).normal(0, 0.01, (2, 500))
    assert intervals(returns, np.zeros(500), 7) == intervals(returns, np.zeros(500), 7)
    assert intervals(returns, np.zeros(500), 7) != intervals(returns, np.zeros(500), 8)


def test_blocks_have_the_mean_length_and_run_on():
    places = stationary(5000, 20, 4, np.random.default_rng(1))
    runs = np.mod(np.diff(places, axis=1), 5000) == 1
    assert runs.mean() == pytest.approx(1 - 1 / 20, abs=0.005)
    assert (places.min(), places.max()) == (0, 4999)


@pytest.mark.parametrize("phi", [0.3, 0.7])
def test_block_lengths_are_near_the_best_ones_of_an_autoregression(phi):
    """(2 phi / (1 - phi^2))^(2/3) T^(1/3), by the formula of Politis and White with the true autocovariances."""
    rng = np.random.default_rng(11)
    found = [block_length(autoregressive(4000, phi, rng)) for _ in range(40)]
    assert np.median(found) == pytest.approx((2 * phi / (1 - phi**2)) ** (2 / 3) * 4000 ** (1 / 3), rel=0.15)


def test_independent_days_need_no_long_blocks():
    rng = np.random.default_rng(11)
    assert np.median([block_length(rng.normal(size=4000)) for _ in range(40)]) <= 3


def test_a_constant_series_needs_no_blocks():
    assert block_length(np.full(100, 0.01)) == 1


def test_figures_are_those_of_the_measures():
    """By holdings/measures, on the same returns."""
    returns = np.random.default_rng(2).normal(0.0004, 0.01, 700)
    cash = np.full(700, 0.0001)
    found = {name: float(value) for name, value in Series.of(returns, cash).figures().items()}
    levels = np.cumprod(np.append(1.0, 1 + returns))
    points = [Point(date(2020, 1, 1) + timedelta(days=at), level) for at, level in enumerate(levels)]
    fall = max_drawdown(points)
    assert fall is not None
    assert found == pytest.approx(
        {
            "return": levels[-1] ** (YEAR / 700) - 1,
            "volatility": volatility(returns.tolist()),
            "sharpe": sharpe(returns.tolist(), cash.tolist()),
            "drawdown": fall.depth,
        }
    )
    assert tuple(found) == NAMES
