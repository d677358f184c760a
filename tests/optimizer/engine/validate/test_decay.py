"""Signal decay: half-years, and a CUSUM with the run lengths that are published for it."""

from __future__ import annotations

import datetime as dt
from math import exp

import numpy as np
import pytest

from optimizer.engine.validate.decay import LIMIT, REFERENCE, SLACK, cusum, half_years


def run_length(shift: float) -> float:
    """Average months to an alarm where the mean falls by so many deviations (Siegmund 1985, one-sided)."""
    drift, boundary = shift - SLACK, LIMIT + 1.166
    if drift == 0:
        return boundary**2
    return (exp(-2 * drift * boundary) + 2 * drift * boundary - 1) / (2 * drift**2)


def test_the_published_run_lengths_hold() -> None:
    """Montgomery, table 9.3: 465 two-sided in control and 10.4 at a shift of one, for k = 1/2 and h = 5."""
    assert run_length(0.0) / 2 == pytest.approx(465, rel=0.02)
    assert run_length(1.0) == pytest.approx(10.4, rel=0.02)
    assert run_length(0.5) == pytest.approx(38.0, rel=0.02)


def test_simulated_run_lengths_agree_with_them() -> None:
    draws = np.random.default_rng(5).normal(-1, 1, (4000, 60))
    level, alarms = np.zeros(4000), np.full(4000, 60)
    for month in range(60):
        level = np.maximum(0, level - draws[:, month] - 0.5)
        alarms = np.where((level > LIMIT) & (alarms == 60), month + 1, alarms)
    assert alarms.mean() == pytest.approx(run_length(1.0), rel=0.05)


def test_a_signal_that_stays_raises_no_alarm_and_one_that_dies_does() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 90)
    stays, dies = 0.1 + noise, 0.1 + noise - np.where(np.arange(90) >= 50, 0.15, 0)
    assert cusum(list(stays)).alarm is None
    found = cusum(list(dies))
    assert 50 - REFERENCE < found.alarm < 50 - REFERENCE + 20
    assert found.now > LIMIT


def test_the_future_changes_no_earlier_value() -> None:
    ics = list(np.random.default_rng(4).normal(0.05, 0.1, 80))
    assert cusum(ics[:60]).path == cusum([*ics[:60], -9.0]).path[:-1]


def test_too_short_a_record_says_nothing() -> None:
    assert cusum([0.1, 0.2] * 18) is None
    assert cusum([0.1] * 50) is None


def test_half_years_go_by_the_calendar_with_their_interval() -> None:
    days = [dt.date(2022, month, 28) for month in range(1, 9)]
    first, second = half_years(days, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.0, 0.2])
    assert (first.label, first.months, second.label, second.months) == ("2022-H1", 6, "2022-H2", 2)
    assert first.ic == pytest.approx(0.2)
    assert first.high - first.ic == pytest.approx(1.96 * np.std([0.1, 0.2, 0.3] * 2, ddof=1) / np.sqrt(6))
    assert (second.low, second.high) == (None, None)
