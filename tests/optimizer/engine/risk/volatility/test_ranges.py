"""Variances out of ranges: of one series with gaps, and of several holdings together; each day knows no later one."""

import numpy as np
import pytest

from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.returns import Closes
from optimizer.engine.risk.schedule import BURNED, REFIT
from optimizer.engine.risk.volatility.forecasts import PARTS, forecasts
from optimizer.engine.risk.volatility.series import garman_klass, is_complete, of_ranges, of_returns
from optimizer.engine.risk.volatility.together import of_holdings
from tests.optimizer.engine.risk.volatility.worlds import stormy

LONG = BURNED + REFIT + 20
RETURNS = np.column_stack([stormy(LONG), 0.5 * stormy(LONG) + 0.5 * stormy(LONG, seed=1)])
WEIGHTS = np.array([0.6, 0.3])


def seen(returns: np.ndarray) -> np.ndarray:
    """Ranges as precise as eight squares, the night left out, one day in fifty unknown."""
    rng = np.random.default_rng(2)
    made = 0.7 * returns**2 * rng.chisquare(8, returns.shape) / 8 + 1e-7
    return np.where(rng.random(returns.shape) < 0.02, np.nan, made)


RANGES = seen(RETURNS)


@pytest.mark.parametrize("sessions", [BURNED, BURNED + 1, BURNED + REFIT])
def test_without_the_future_forecasts_from_ranges_are_the_same_in_every_bit(sessions):
    whole = forecasts(of_ranges(RETURNS[:, 0], RANGES[:, 0]))
    then = forecasts(of_ranges(RETURNS[:sessions, 0], RANGES[:sessions, 0]))
    for model in (*PARTS, "combination"):
        assert then.variance[model].tobytes() == whole.variance[model][:, :sessions].tobytes()


@pytest.mark.parametrize("sessions", [300, BURNED, LONG - 1])
def test_without_the_future_holdings_together_have_the_same_variances_in_every_bit(sessions):
    whole = of_holdings(RETURNS, RANGES, WEIGHTS)
    then = of_holdings(RETURNS[:sessions], RANGES[:sessions], WEIGHTS)
    assert then.proxy.tobytes() == whole.proxy[:sessions].tobytes()
    assert then.returns.tobytes() == whole.returns[:sessions].tobytes()


def test_a_day_without_a_range_has_its_square_at_the_level_of_ranges_so_far():
    returns = np.array([0.01, 0.02, 0.03, 0.01])
    ranges = np.array([0.5e-4, 2e-4, np.nan, 0.5e-4])
    assert of_ranges(returns, ranges).proxy == pytest.approx([0.5e-4, 2e-4, 9e-4 * 0.5, 0.5e-4])


def test_before_the_first_range_squares_stand_as_they_are():
    assert of_ranges(np.array([0.01, 0.02]), np.array([np.nan, 2e-4])).proxy == pytest.approx([1e-4, 2e-4])


def test_days_without_a_move_need_no_range():
    returns = np.array([0.01] * 19 + [0.0] * 5 + [0.01])
    ranges = np.where(returns == 0, np.nan, 1e-4)
    assert is_complete(returns, ranges)
    assert not is_complete(returns, np.where(np.arange(25) < 2, np.nan, ranges))
    assert not is_complete(np.zeros(3), np.ones(3))


def test_an_open_that_rounding_put_outside_its_day_has_no_negative_variance():
    one = np.array([100.0])
    assert garman_klass(one * 1.0004, one, one, one).tolist() == [0.0]


def test_garch_parts_of_the_same_returns_are_taken_as_they_are():
    by_closes = forecasts(of_returns(RETURNS[:, 0]))
    series = of_ranges(RETURNS[:, 0], RANGES[:, 0])
    again, whole = forecasts(series, same=by_closes), forecasts(series)
    assert again.variance["combination"].tobytes() == whole.variance["combination"].tobytes()


def test_one_holding_alone_has_its_own_variance_at_the_level_of_its_closes():
    series = of_ranges(RETURNS[:, 0], RANGES[:, 0])
    together = of_holdings(RETURNS[:, :1], RANGES[:, :1], np.array([0.5]))
    assert together.proxy == pytest.approx(0.25 * series.proxy * series.level)


def test_two_that_move_as_one_add_their_deviations_and_two_opposed_ones_cancel():
    twice = np.repeat(RETURNS[:, :1], 2, axis=1)
    ranges = np.repeat(RANGES[:, :1], 2, axis=1)
    one = of_holdings(twice[:, :1], ranges[:, :1], np.array([1.0])).proxy
    assert of_holdings(twice, ranges, np.array([0.5, 0.5])).proxy == pytest.approx(one)
    opposed = of_holdings(twice * [1, -1], ranges, np.array([0.5, 0.5])).proxy
    assert opposed == pytest.approx(np.zeros(LONG), abs=1e-12)


def test_where_a_holding_has_no_price_yet_the_others_stand_for_it():
    closes = 100 * np.vstack([np.ones(2), np.cumprod(1 + RETURNS, axis=0)])
    closes[:400, 1] = np.nan
    _, returns = portfolio_returns(Closes(closes, np.array([0, 400])), WEIGHTS)
    moves = closes[1:] / closes[:-1] - 1
    made = of_holdings(moves, np.where(np.isfinite(moves), RANGES, np.nan), WEIGHTS)
    assert made.returns == pytest.approx(returns)
    alone = of_ranges(RETURNS[:400, 0], RANGES[:400, 0])
    assert made.proxy[:400] == pytest.approx(0.81 * alone.proxy * alone.level)


def test_holdings_without_ranges_have_their_squares():
    made = of_holdings(RETURNS, np.full(RETURNS.shape, np.nan), np.array([1.0, 0.0]))
    assert made.proxy == pytest.approx(RETURNS[:, 0] ** 2)
