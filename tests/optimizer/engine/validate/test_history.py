"""The shipped monthly returns of classes, and the dated falls."""

from datetime import date, timedelta

import numpy as np
import pytest

from holdings.sample import catalogue, prices
from optimizer.engine.validate.history import CLASSES, assumptions, history
from optimizer.engine.validate.history.build import bond_return
from optimizer.engine.validate.stress.replay import windows


def test_months_follow_one_another_without_a_gap():
    months = history().months
    assert months[0] == date(1971, 9, 1)
    assert [m.year * 12 + m.month for m in months] == list(
        range(months[0].year * 12 + months[0].month, months[-1].year * 12 + months[-1].month + 1)
    )
    assert history().returns.shape == (len(months), len(CLASSES))


def test_an_october_of_averages_is_milder_than_its_days():
    """Shiller's composite: 968.80 in October 2008 after 1,216.95, and a twelfth of 28.70 in dividends."""
    found = history().between(date(2008, 9, 1), date(2008, 10, 31))
    assert found.returns[0, CLASSES.index("equity")] == pytest.approx((968.80 + 28.70 / 12) / 1216.95 - 1, abs=1e-6)


def test_a_note_whose_yield_stays_earns_its_yield():
    assert bond_return(0.06, 0.06) == pytest.approx(1.03 ** (1 / 6) - 1, abs=2e-5)


def test_a_note_loses_by_its_duration_when_yields_rise():
    """The modified duration of a 10-year 5 % par note is 7.79 years."""
    fall = bond_return(0.05, 0.051) - bond_return(0.05, 0.05)
    assert fall == pytest.approx(-7.79 * 0.001, rel=0.02)


def test_nothing_of_a_month_that_has_not_ended_is_known():
    known = history().until(date(1990, 6, 30))
    assert known.months[-1] == date(1990, 5, 1)
    assert np.array_equal(known.returns, history().returns[: len(known.months)])


def test_real_returns_are_after_inflation():
    one = history().until(date(1975, 1, 1))
    assert np.allclose((1 + one.real) * (1 + one.inflation[:, None]), 1 + one.returns)


def test_the_long_run_is_assumed_below_what_the_united_states_had():
    annual = np.exp(12 * np.log1p(history().real).mean(axis=0)) - 1
    assumed = [assumptions()[name].real for name in CLASSES]
    assert all(low <= high for low, high in zip(assumed, annual, strict=True))


@pytest.mark.parametrize("window", [w for w in windows() if date(1990, 1, 2) <= w.peak], ids=lambda w: w.key)
def test_dated_falls_are_those_of_the_index_that_ships_with_the_sample(window):
    closes = dict(prices.read_closes()[catalogue.INDEX])
    fall = float(closes[window.trough]) / float(closes[window.peak]) - 1
    assert fall == pytest.approx(window.fall, abs=5e-5)
    span = [float(close) for day, close in closes.items() if window.peak - timedelta(365) <= day <= window.trough]
    assert float(closes[window.peak]) == max(span)
    assert float(closes[window.trough]) == min(float(c) for d, c in closes.items() if window.peak <= d <= window.trough)


@pytest.mark.parametrize(
    "window", [w for w in windows() if w.peak.year >= 1990 and w.recovered.year <= 2022], ids=lambda w: w.key
)
def test_an_index_has_recovered_on_its_first_close_above_the_old_peak(window):
    closes = dict(prices.read_closes()[catalogue.INDEX])
    above = [day for day, close in closes.items() if day > window.trough and close > closes[window.peak]]
    assert min(above) == window.recovered
