"""Each forecast knows its own evening only, finds what was put into the data, and fails in words that are kept."""

import numpy as np
import pytest

from optimizer.engine.risk.schedule import BURNED, REFIT
from optimizer.engine.risk.volatility.ewma import decay_of, ewma
from optimizer.engine.risk.volatility.forecasts import HORIZONS, PARTS, forecasts
from optimizer.engine.risk.volatility.garch import Recursion, garch
from optimizer.engine.risk.volatility.har import har, log_har
from optimizer.engine.risk.volatility.series import Series, garman_klass, of_bars, of_returns
from tests.optimizer.engine.risk.volatility.worlds import gjr, stormy

LONG = BURNED + 2 * REFIT + 20


@pytest.fixture(scope="module")
def series():
    returns = stormy(LONG)
    seen = np.random.default_rng(1).chisquare(8, LONG) / 8
    return Series(returns, 0.7 * returns**2 * seen + 1e-7)


@pytest.fixture(scope="module")
def whole(series):
    return forecasts(series)


@pytest.mark.parametrize("model", [*PARTS, "slow_ewma", "combination"])
@pytest.mark.parametrize("sessions", [BURNED, BURNED + 1, BURNED + REFIT, BURNED + REFIT + 41])
def test_without_the_future_every_forecast_is_the_same_in_every_bit(series, whole, model, sessions):
    then = forecasts(Series(series.returns[:sessions], series.proxy[:sessions])).variance[model]
    assert np.isfinite(then[:, BURNED - 1 :]).all()
    assert then.tobytes() == whole.variance[model][:, :sessions].tobytes()


def test_nothing_is_foretold_before_the_first_estimate(whole):
    assert all(np.isnan(made[:, : BURNED - 1]).all() for made in whole.variance.values())


def test_the_combination_is_the_geometric_mean_of_five(whole):
    five = np.array([whole.variance[name][:, BURNED:] for name in PARTS])
    assert whole.variance["combination"][:, BURNED:] == pytest.approx(np.prod(five, axis=0) ** 0.2)
    assert not whole.alone[:, BURNED:].any()


def test_where_an_estimate_fails_the_combination_is_the_ewma_and_says_so():
    still = np.zeros(LONG)
    still[::7] = 1e-3
    returns = np.where(np.arange(LONG) < BURNED, 0.0, still)
    made = forecasts(of_returns(returns))
    unknown = slice(BURNED - 1, BURNED - 1 + REFIT)
    assert made.alone[:, unknown].all()
    assert made.variance["combination"][:, unknown].tobytes() == made.variance["ewma"][:, unknown].tobytes()


def test_a_short_history_is_foretold_by_the_ewma_alone():
    returns = stormy(300)
    made = forecasts(of_returns(returns))
    assert made.alone[:, -1].all()
    assert made.variance["combination"][:, -1] == pytest.approx(np.array(HORIZONS) * ewma(returns**2)[-1])
    assert made.annual("combination", 21)[-1] == pytest.approx(np.sqrt(252 * ewma(returns**2)[-1]))


def test_ewma_is_the_weighted_sum_written_out():
    proxy = np.array([4.0, 1.0, 9.0])
    assert ewma(proxy, 0.9) == pytest.approx([4, 0.9 * 4 + 0.1, 0.9 * 3.7 + 0.9])
    assert decay_of(63) ** 63 == pytest.approx(0.5)


def test_garch_looks_ahead_as_its_recursion_does():
    model = Recursion(omega=0.2, alpha=0.1, gamma=0.1, beta=0.8)
    ahead = model.ahead(np.array([1.0]), (1, 2, 3))
    assert ahead[:, 0] == pytest.approx([1, 1 + 1.15, 1 + 1.15 + 0.2 + 0.95 * 1.15])


def test_garch_finds_the_variance_that_was_put_in():
    returns, variances = gjr(4000, 2e-6, 0.05, 0.0, 0.93)
    made = garch(returns, (1,))[0]
    ratio = made[BURNED:-1] / variances[BURNED + 1 :]
    assert np.abs(np.log(ratio)).mean() < 0.1


def test_a_fall_raises_the_forecast_of_gjr_by_more_than_a_rise():
    returns, _ = gjr(BURNED, 2e-6, 0.02, 0.12, 0.9)
    fallen, risen = returns.copy(), returns.copy()
    fallen[-1], risen[-1] = -0.03, 0.03
    assert garch(fallen, (1,), leverage=True)[0, -1] > 1.3 * garch(risen, (1,), leverage=True)[0, -1]


@pytest.mark.parametrize("model", [har, log_har])
def test_regressions_on_variance_that_never_changes_foretell_it(model):
    returns = np.random.default_rng(2).choice([-0.01, 0.01], BURNED + 5)
    assert model(of_returns(returns), (21,))[0, -1] == pytest.approx(21e-4, rel=1e-6)


def test_regressions_measure_returns_where_the_proxy_leaves_out_the_night():
    returns = np.random.default_rng(3).choice([-0.01, 0.01], BURNED + 5)
    half = Series(returns, returns**2 / 2)
    assert har(half, (5,))[0, -1] == pytest.approx(5e-4, rel=1e-6)


def test_har_finds_the_weights_that_were_put_in():
    rng, proxy = np.random.default_rng(4), np.ones(BURNED + 1)
    for t in range(22, len(proxy)):
        week, month = proxy[t - 5 : t].mean(), proxy[t - 22 : t].mean()
        proxy[t] = 0.05 + 0.3 * proxy[t - 1] + 0.4 * week + 0.25 * month + rng.uniform(-0.02, 0.02)
    expected = 0.05 + 0.3 * proxy[-1] + 0.4 * proxy[-5:].mean() + 0.25 * proxy[-22:].mean()
    assert har(Series(np.sqrt(proxy), proxy), (1,))[0, -1] == pytest.approx(expected, rel=0.01)


def test_garman_klass_of_a_driftless_walk_is_its_variance():
    steps = np.random.default_rng(5).standard_normal((4000, 400)) * 0.01 / 20
    paths = np.exp(np.hstack([np.zeros((4000, 1)), np.cumsum(steps, axis=1)]))
    seen = garman_klass(paths[:, 0], paths.max(axis=1), paths.min(axis=1), paths[:, -1])
    # A walk of 400 steps misses its extremes between the steps, which takes a few per cent off.
    assert seen.mean() == pytest.approx(1e-4, rel=0.1)
    assert seen.std() < 0.5 * (np.log(paths[:, -1]) ** 2).std()


def test_bars_are_read_from_the_second_on():
    close = np.array([100.0, 110.0])
    read = of_bars(np.array([99.0, 100.0]), np.array([101.0, 110.0]), np.array([98.0, 100.0]), close)
    assert read.returns == pytest.approx([np.log(1.1)])
    assert read.proxy == pytest.approx([(0.5 - 2 * np.log(2) + 1) * np.log(1.1) ** 2])
