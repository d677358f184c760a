"""Signals: scores by hand, records without look-ahead, and support only where chance is left behind."""

import datetime as dt
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from optimizer.engine.signals.record import LEAST_MONTHS, record, sides
from optimizer.engine.signals.scores import MONTH, SIGNALS, YEAR, ranks, scores, standard
from optimizer.engine.signals.tilt import tilt

RNG = np.random.default_rng(7)
START = dt.date(2000, 1, 3)


def days(count: int) -> list[dt.date]:
    return [START + dt.timedelta(each) for each in range(count)]


def walk(sessions: int, assets: int, seed: int = 0, drift: float = 0.0003) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(drift, 0.01, (sessions, assets))
    return 100 * np.exp(np.cumsum(steps, axis=0))


# Scores


def test_momentum_leaves_the_last_month_out() -> None:
    closes = np.full((YEAR + 1, 2), 100.0)
    closes[-1 - MONTH :, 0] = 120.0
    closes[-1, 1] = 500.0
    assert scores("momentum", closes) == pytest.approx([0.2, 0.0])


def test_reversal_is_the_last_month_turned_round() -> None:
    closes = np.full((MONTH + 1, 2), 100.0)
    closes[-1] = [110.0, 95.0]
    assert scores("reversal", closes) == pytest.approx([-0.1, 0.05])


def test_value_is_the_fall_of_the_years_before_the_last() -> None:
    closes = np.full((5 * YEAR + 1, 2), 100.0)
    closes[0] = [200.0, 50.0]
    assert scores("value", closes) == pytest.approx([1.0, -0.5])


def test_calm_assets_and_those_of_small_beta_score_higher() -> None:
    market = RNG.normal(0, 0.01, YEAR)
    closes = 100 * np.cumprod(1 + np.vstack((np.zeros(3), np.outer(market, [0.5, 1.0, 1.5]))), axis=0)
    assert scores("low_beta", closes) == pytest.approx([-0.5, -1.0, -1.5])
    assert scores("low_volatility", closes) == pytest.approx(-np.outer(market, [0.5, 1.0, 1.5]).std(axis=0))


@pytest.mark.parametrize("name", SIGNALS)
def test_an_asset_whose_history_is_too_short_has_no_score(name: str) -> None:
    closes = walk(1300, 3)
    closes[: 1300 - MONTH + 1, 1] = np.nan
    assert np.isnan(scores(name, closes)).tolist() == [False, True, False]
    assert np.isnan(scores(name, closes[:MONTH])).all()


@given(st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=30))
def test_ranks_share_ties_as_scipy_does(values: list[float]) -> None:
    assert ranks(np.array(values)).tolist() == rankdata(values).tolist()


def test_standard_scores_have_mean_zero_and_deviation_one() -> None:
    made = standard(np.array([3.0, np.nan, 1.0, 100.0, 1.0]))
    assert (np.nanmean(made), np.nanstd(made), np.isnan(made).sum()) == (pytest.approx(0), pytest.approx(1), 1)
    assert standard(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20, unique=True))
def test_a_unit_of_money_stands_on_each_side(score: list[float]) -> None:
    weights = sides(np.array(score))
    assert weights[weights > 0].sum() == pytest.approx(1)
    assert weights[weights < 0].sum() == pytest.approx(-1)


# Records


def steady(assets: int = 10, sessions: int = 2000) -> np.ndarray:
    """Assets that keep their order of returns for ever: momentum is always right."""
    growth = np.linspace(-0.0005, 0.0015, assets)
    return 100 * np.exp(np.outer(np.arange(sessions), growth))


def test_a_signal_that_is_nearly_always_right_is_supported() -> None:
    closes = steady() * np.exp(np.random.default_rng(1).normal(0, 0.003, (2000, 10)))
    found = record("momentum", days(2000), closes, 0.0005)
    assert 0.9 < found.shrunk < found.ic < 1
    assert found.why == "supported"


def test_ranks_that_never_change_are_bought_once() -> None:
    found = record("momentum", days(2000), steady(), 0.0)
    assert (found.ic, found.turnover) == (pytest.approx(1), pytest.approx(0.5 / len(found.months)))


def test_its_spread_is_what_the_ranks_earned() -> None:
    closes = steady()
    first = record("momentum", days(2000), closes, 0.0).months[0]
    at = days(2000).index(first.day)
    ahead = closes[at + MONTH] / closes[at] - 1
    assert first.spread == pytest.approx(float(sides(np.arange(10.0)) @ ahead))


def test_costs_are_half_the_spread_on_all_that_is_traded() -> None:
    closes = walk(3000, 12)
    free, dear = (record("reversal", days(3000), closes, cost) for cost in (0.0, 0.001))
    assert free.gross == free.net == dear.gross
    assert dear.gross - dear.net == pytest.approx(dear.turnover * 4 * 0.001 * 12)


def test_the_ic_is_spearmans() -> None:
    closes = walk(600, 15, seed=3)
    month = record("reversal", days(600), closes, 0.0).months[-1]
    at = days(600).index(month.day)
    expected = spearmanr(-(closes[at] / closes[at - MONTH]), closes[at + MONTH] / closes[at]).statistic
    assert month.ic == pytest.approx(expected)


@pytest.mark.parametrize("name", SIGNALS)
def test_months_that_are_past_do_not_change_when_the_future_is_cut_off(name: str) -> None:
    closes, known = walk(2600, 9, seed=5), days(2600)
    whole = record(name, known, closes, 0.001).months
    for cut in (MONTH, 4 * MONTH, 20 * MONTH):
        assert record(name, known[:-cut], closes[:-cut], 0.001).months == whole[: len(whole) - cut // MONTH]


@pytest.mark.parametrize("name", SIGNALS)
def test_a_score_reads_nothing_after_its_day(name: str) -> None:
    closes = walk(1400, 9, seed=6)
    changed = closes.copy()
    changed[1300:] *= RNG.uniform(0.5, 2.0, changed[1300:].shape)
    assert scores(name, closes[:1300]).tolist() == scores(name, changed[:1300]).tolist()


@pytest.mark.parametrize(("assets", "sessions", "why"), [(5, 3000, "few_names"), (10, 252 + 21 * 30, "short")])
def test_too_little_to_judge_supports_nothing(assets: int, sessions: int, why: str) -> None:
    found = record("momentum", days(sessions), walk(sessions, assets), 0.0)
    assert (found.shrunk, found.why) == (0.0, why)
    assert len(found.months) < LEAST_MONTHS


def test_chance_is_rarely_taken_for_skill() -> None:
    """Five signals on random walks: |t| above 2.58 in about one of a hundred."""
    taken = sum(
        record(name, days(2600), walk(2600, 12, seed=seed, drift=0.0), 0.0005).why == "supported"
        for seed in range(30)
        for name in ("momentum", "low_beta", "reversal")
    )
    assert taken <= 3


# Tilt


def test_alpha_is_ic_times_volatility_times_score() -> None:
    closes = steady(assets=3, sessions=300)
    volatility = np.array([0.1, 0.2, 0.3])
    made = tilt({"momentum": 0.05}, closes, volatility)
    assert made == pytest.approx(sqrt(12) * 0.05 * volatility * np.array([-1.5, 0, 1.5]) / sqrt(1.5))


def test_without_supported_signals_nothing_is_added() -> None:
    assert tilt({}, steady(3, 300), np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_an_asset_without_a_score_stays_as_it_is() -> None:
    closes = steady(3, 300)
    closes[:200, 1] = np.nan
    assert tilt({"momentum": 0.05}, closes, np.ones(3))[1] == 0.0
