"""Abnormal results: what is predicted from the past alone, and what counts as outside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, t

from optimizer.engine.validate.abnormal import (
    Check,
    Distribution,
    Judged,
    Limits,
    Track,
    Validated,
    forecast,
    judge,
    tracking,
)

START = dt.date(2020, 1, 1)
DAILY = 0.01


def track(returns: np.ndarray, **fields: object) -> Track:
    days = tuple(START + dt.timedelta(n) for n in range(len(returns)))
    return Track(days, tuple(float(r) for r in returns), **fields)  # type: ignore[arg-type]


@pytest.fixture
def calm() -> np.ndarray:
    """600 sessions of 16 % a year, without drift."""
    return np.random.default_rng(3).normal(0, DAILY, 600)


def beyond(made: Track, limits: Limits = Limits()) -> list[str]:  # noqa: B008 - immutable
    return [check.kind for check in outside(judge(made, limits))]


def outside(found: Judged) -> list[Check]:
    return [check for check in found.checks if check.beyond]


def test_an_ordinary_track_is_within_every_limit(calm) -> None:
    found = judge(track(calm), Limits(drawdown=0.5))
    assert [check.kind for check in found.checks] == ["return_1", "return_5", "return_21", "drawdown", "risk_ratio"]
    assert outside(found) == []
    assert found.missing == ()


def test_a_crash_is_outside_and_says_by_how_much(calm) -> None:
    calm[-1] = -0.12
    check = outside(judge(track(calm), Limits()))[0]
    assert (check.kind, check.last) == ("return_1", START + dt.timedelta(599))
    assert check.value == pytest.approx(-0.12)
    assert check.sentence.startswith("On 22 Aug 2021 it returned −12.00%, outside −")
    assert "99.80% of the forecast of its own returns before the window" in check.sentence


def test_a_rise_without_precedent_is_as_abnormal_as_a_fall(calm) -> None:
    calm[-1] = 0.15
    assert "return_1" in beyond(track(calm))


def test_a_slow_slide_is_seen_over_21_sessions_only(calm) -> None:
    calm[-21:] = -0.0095
    assert beyond(track(calm)) == ["return_21"]


def test_a_crash_of_the_last_sessions_is_found_by_a_later_look(calm) -> None:
    calm[-5] = -0.12
    assert "return_1" in beyond(track(calm))
    assert "return_1" not in beyond(track(np.append(calm, 0.0)))


def test_nothing_of_the_window_enters_its_prediction(calm) -> None:
    low = judge(track(calm), Limits()).checks[0].low
    calm[-1] = -0.3
    assert judge(track(calm), Limits()).checks[0].low == pytest.approx(low)


def test_the_future_changes_no_earlier_verdict(calm) -> None:
    calm[400] = -0.2
    then = judge(track(calm[:401]), Limits())
    assert then == judge(track(calm[:401].copy()), Limits())
    assert outside(then)[0].last == START + dt.timedelta(400)


def test_what_a_person_has_seen_is_not_judged_again(calm) -> None:
    calm[-3] = -0.12
    seen = START + dt.timedelta(len(calm) - 3)
    assert beyond(track(calm, since=seen)) == []
    assert beyond(track(np.append(calm, -0.2), since=seen)) == ["return_1"]
    assert judge(track(calm, since=START + dt.timedelta(len(calm))), Limits()).checks == ()


def test_a_drawdown_is_of_the_last_session_from_the_highest_level() -> None:
    returns = np.array([0.0, 0.25, -0.2, 0.0])
    check = next(check for check in judge(track(returns), Limits(None, None, 0.15)).checks if check.kind == "drawdown")
    assert check.value == pytest.approx(-0.2)
    assert check.beyond
    assert check.sentence == (
        "On 4 Jan 2020 it stood 20.0% below its highest level of 2 Jan 2020, more than the 15.0% that a goal accepts."
    )


def test_a_drawdown_that_was_resumed_starts_anew() -> None:
    returns = np.array([0.25, -0.2, 0.0, -0.1])
    after = track(returns, since=START + dt.timedelta(2))
    assert judge(after, Limits(None, None, 0.15)).drawdown == pytest.approx(-0.1)
    assert beyond(after, Limits(None, None, 0.15)) == []


def test_risk_is_held_against_what_was_known_before_its_window(calm) -> None:
    calm[-63:] = calm[:63] * 3
    check = next(check for check in judge(track(calm), Limits()).checks if check.kind == "risk_ratio")
    plain = next(check for check in judge(track(calm[:-63]), Limits()).checks if check.kind == "risk_ratio")
    assert check.value > 2.5 > 1.3 > plain.value
    assert check.beyond


def test_a_short_track_uses_what_the_plan_predicted_and_says_so(calm) -> None:
    found = judge(track(calm[:25], stated=0.16), Limits())
    assert found.source == "volatility that the newest plan predicted"
    assert found.checks[0].low == pytest.approx(t.ppf(0.001, 5) * np.sqrt(3 / 5) * 0.16 / np.sqrt(252))
    nothing = judge(track(calm[:25]), Limits())
    assert nothing.checks == ()
    assert len(nothing.missing) == 5


def test_a_validated_distribution_goes_before_the_forecast(calm) -> None:
    tight = Validated(tuple(calm[:300] / 10), "walk-forward of 2010 to 2019")
    found = judge(track(calm, validated=tight), Limits())
    assert found.source == "walk-forward of 2010 to 2019"
    assert "return_21" in [check.kind for check in outside(found)]


def test_the_quantiles_are_those_of_student_and_near_normal_over_many_sessions() -> None:
    one = Distribution(0.0, 0.01, 5.0, "")
    assert one.quantile(0.001, 1) == pytest.approx(t.ppf(0.001, 5) * 0.01 * np.sqrt(3 / 5))
    assert one.quantile(0.001, 252) == pytest.approx(norm.ppf(0.001) * 0.01 * np.sqrt(252), rel=0.02)
    assert one.quantile(0.999, 5) == pytest.approx(-one.quantile(0.001, 5))


def test_thick_tails_are_measured_where_there_are_enough_returns() -> None:
    wild = np.random.default_rng(1).standard_t(5, 4000) * 0.01
    found, normal = forecast(wild), forecast(np.random.default_rng(1).normal(0, 0.01, 4000))
    assert found is not None
    assert normal is not None
    assert 4 < found.nu < 15 < normal.nu
    assert forecast(np.zeros(600)) is None
    assert forecast(wild[:59]) is None


def test_what_is_off_is_not_judged(calm) -> None:
    calm[-1] = -0.5
    assert judge(replace(track(calm)), Limits(None, None, None)).checks == ()


def test_a_return_is_placed_in_what_was_predicted_before_it(calm) -> None:
    calm[-21:] = 0.0
    month = tracking(track(calm))[0]
    assert (month.sessions, month.value) == (21, 0.0)
    assert month.percentile == pytest.approx(0.5)
    calm[-21:] = -0.005
    assert tracking(track(calm))[0].percentile < 0.02
    assert tracking(track(calm[:20])) == []
