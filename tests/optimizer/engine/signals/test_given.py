"""Series from elsewhere: known only after their delay, judged by what followed, without look-ahead."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import pearsonr

from optimizer.engine.signals.given import CHANGE, STALE, foretold, known
from optimizer.engine.signals.record import record_of, sure
from optimizer.engine.signals.scores import MONTH
from tests.optimizer.engine.signals.test_signals import days, walk

DAY = dt.timedelta(1)


def test_a_value_is_known_after_its_delay_and_until_it_is_stale() -> None:
    (start, *_), every = days(1), days(500)
    found = known({"a": [(start, 1.0), (start + 5 * DAY, 2.0)]}, ["a", "b"], every, 3)
    assert np.isnan(found[2, 0])
    assert found[[3, 7, 8, 8 + STALE.days], 0].tolist() == [1.0, 1.0, 2.0, 2.0]
    assert np.isnan(found[9 + STALE.days, 0])
    assert np.isnan(found[:, 1]).all()


def prophecy(closes: np.ndarray) -> np.ndarray:
    """Scores that know the return of the next month."""
    ahead = np.full(closes.shape, np.nan)
    ahead[:-MONTH] = closes[MONTH:] / closes[:-MONTH]
    return ahead


def test_scores_that_know_the_future_are_supported_and_noise_is_not() -> None:
    closes = walk(2000, 12)
    noise = np.random.default_rng(5).normal(size=closes.shape)
    found = record_of("own", prophecy(closes) + noise * 0.01, days(2000), closes, 0.0005, 6)
    assert 0.8 < found.shrunk < found.ic < 1
    assert found.why == "supported"
    assert record_of("own", noise, days(2000), closes, 0.0005, 6).why in {"chance", "cost", "one_half"}


def test_a_record_of_given_scores_reads_no_later_one() -> None:
    closes, every = walk(2000, 12), days(2000)
    scores = np.random.default_rng(5).normal(size=closes.shape)
    whole = record_of("own", scores, every, closes, 0.001, 6).months
    for cut in (MONTH, 5 * MONTH):
        early = record_of("own", scores[:-cut], every[:-cut], closes[:-cut], 0.001, 6).months
        assert early == whole[: len(whole) - cut // MONTH]


def test_every_further_signal_raises_the_bar() -> None:
    assert sure(5) == pytest.approx(2.5758, abs=1e-4)
    assert sure(1) == pytest.approx(1.96, abs=1e-3)
    assert sure(25) > sure(5)


def pairs(values: np.ndarray, closes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    ends = np.arange(len(closes) - 1 - MONTH, CHANGE - 1, -MONTH)
    return values[ends] - values[ends - CHANGE], (closes[ends + MONTH] / closes[ends] - 1).mean(axis=1)


def test_a_series_is_held_against_the_mean_return_that_followed() -> None:
    closes, values = walk(1500, 4), np.cumsum(np.random.default_rng(9).normal(size=1500))
    found = foretold(values, days(1500), closes, 6)
    oracle = pearsonr(*pairs(values, closes))
    interval = oracle.confidence_interval(0.95)
    assert found.correlation == pytest.approx(oracle.statistic)
    assert (found.low, found.high) == (pytest.approx(interval.low, abs=1e-3), pytest.approx(interval.high, abs=1e-3))
    assert found.why == "chance"


def test_a_series_that_foretells_is_told_beyond_chance() -> None:
    closes = walk(1500, 4)
    ahead = np.zeros(1500)
    ahead[:-MONTH] = (closes[MONTH:] / closes[:-MONTH] - 1).mean(axis=1)
    values = np.zeros(1500)
    for at in range(CHANGE, 1500):
        values[at] = values[at - CHANGE] + ahead[at]
    found = foretold(values, days(1500), closes, 6)
    assert found.correlation == pytest.approx(1)
    assert found.why == "told"


def test_what_a_series_foretold_changes_with_no_later_value() -> None:
    closes, values, every = walk(1500, 4), np.arange(1500.0) ** 0.5, days(1500)
    cut = 1500 - MONTH
    later = values.copy()
    later[cut:] += 100
    assert foretold(later, every, closes, 6) == foretold(values, every, closes, 6)


@pytest.mark.parametrize("values", [np.full(1500, 3.0), np.full(1500, np.nan)])
def test_a_series_that_never_moves_or_is_not_there_tells_nothing(values) -> None:
    assert foretold(values, days(1500), walk(1500, 4), 6).why == "short"


def test_three_years_are_the_least() -> None:
    assert foretold(np.arange(600.0) ** 0.5, days(600), walk(600, 4), 6).why == "short"
