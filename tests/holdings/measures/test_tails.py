import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.tails import historical, normal_tail, parametric, quantile, tail_of

TWENTY = [-0.052, -0.038, *[0.001 * n for n in range(18)]]


def test_of_twenty_values_the_quantile_is_linear_between_the_worst_two() -> None:
    tail = tail_of(TWENTY, 0.95)

    assert tail.var == pytest.approx(0.0387)
    assert tail.cvar == pytest.approx(0.052)


@pytest.mark.parametrize(("level", "count"), [(0.95, 100), (0.99, 250)])
def test_too_few_observations_are_refused(level: float, count: int) -> None:
    assert historical([0.01] * (count - 1), level) is None
    assert normal_tail([0.01] * (count - 1), level) is None
    assert historical([0.01] * count, level) is not None


def test_a_normal_distribution_gives_the_worked_example() -> None:
    day, ten_days = parametric(0.0004, 0.011, 0.95), parametric(0.0004, 0.011, 0.95, periods=10)

    assert (day.var, day.cvar) == pytest.approx((0.0176934, 0.0222898), abs=1e-7)
    assert ten_days.var == pytest.approx(0.0532163, abs=1e-7)


def test_the_parametric_tail_takes_the_returns_own_mean_and_deviation() -> None:
    half = 0.011 * (99 / 100) ** 0.5
    returns = [0.0004 + half, 0.0004 - half] * 50

    tail = normal_tail(returns, 0.95)

    assert tail is not None
    assert tail.var == pytest.approx(0.0176934, abs=1e-7)


@given(st.lists(st.floats(-0.5, 0.5), min_size=100, max_size=160))
def test_the_average_beyond_is_never_smaller_than_the_value_at_risk(returns: list[float]) -> None:
    tail = tail_of(returns, 0.95)

    assert tail.cvar >= tail.var - 1e-12


@given(st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=50))
def test_the_ends_are_the_smallest_and_the_largest(values: list[float]) -> None:
    assert (quantile(values, 0), quantile(values, 1)) == (min(values), max(values))
