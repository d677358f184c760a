import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.ratios import (
    beta,
    information_ratio,
    jensen_alpha,
    per_period,
    sharpe,
    sortino,
    tracking_error,
)

UP_AND_DOWN = [0.02, -0.01] * 12
NOTHING = [0.0] * 24
INDEX = [0.01, -0.005, 0.002] * 8


def test_a_yearly_rate_per_month() -> None:
    assert per_period(0.12, 12) == pytest.approx(0.00948879, abs=1e-8)


def test_sharpe_is_arithmetic() -> None:
    deviation = 0.015 * (24 / 23) ** 0.5
    assert sharpe(UP_AND_DOWN, NOTHING, 12) == pytest.approx(0.005 / deviation * 12**0.5)


def test_sortino_divides_by_the_downside_over_all_periods() -> None:
    downside = (0.01**2 / 2) ** 0.5
    assert sortino(UP_AND_DOWN, NOTHING, 12) == pytest.approx(0.005 / downside * 12**0.5)


@pytest.mark.parametrize("ratio", [sharpe, sortino, information_ratio])
def test_without_deviation_there_is_no_ratio(ratio) -> None:
    assert ratio([0.01] * 24, NOTHING, 12) is None


@pytest.mark.parametrize("measure", [sharpe, sortino, tracking_error, information_ratio])
def test_fewer_than_twenty_observations_are_refused(measure) -> None:
    assert measure(UP_AND_DOWN[:19], NOTHING[:19], 12) is None


def test_tracking_error_is_the_deviation_of_the_difference() -> None:
    own = [base + extra for base, extra in zip(INDEX, UP_AND_DOWN, strict=True)]
    assert tracking_error(own, INDEX, 12) == pytest.approx(0.015 * (24 / 23) ** 0.5 * 12**0.5)


def test_the_information_ratio_is_the_active_return_over_it() -> None:
    own = [base + extra for base, extra in zip(INDEX, UP_AND_DOWN, strict=True)]
    error = tracking_error(own, INDEX, 12)
    assert error is not None
    assert information_ratio(own, INDEX, 12) == pytest.approx(12 * 0.005 / error)


def test_a_portfolio_of_half_the_index_has_half_its_beta_and_no_alpha() -> None:
    free = [0.001] * 24
    half = [0.5 * each + 0.5 * 0.001 for each in INDEX]
    assert beta(half, INDEX, free) == pytest.approx(0.5)
    assert jensen_alpha(half, INDEX, free, 12) == pytest.approx(0, abs=1e-12)


def test_alpha_is_what_beta_leaves() -> None:
    own = [1.2 * each + 0.0005 for each in INDEX]
    assert jensen_alpha(own, INDEX, NOTHING, 12) == pytest.approx(12 * 0.0005)


def test_an_index_that_stands_still_has_no_beta() -> None:
    assert beta(UP_AND_DOWN, NOTHING, NOTHING) is None
    assert jensen_alpha(UP_AND_DOWN, NOTHING, NOTHING) is None


@given(st.lists(st.floats(-0.1, 0.1), min_size=24, max_size=24), st.floats(0.1, 3))
def test_beta_of_a_multiple_is_the_multiple(index: list[float], factor: float) -> None:
    found = beta([factor * each for each in index], index, NOTHING)
    assert found is None or found == pytest.approx(factor, rel=1e-6)
