from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.risk import drawdowns, max_drawdown, volatility
from holdings.measures.twr import Day, Point, twr

START = date(2022, 1, 3)


def index(*levels: float) -> list[Point]:
    return [Point(START + timedelta(days=n), level) for n, level in enumerate(levels)]


def test_the_deepest_fall_with_its_peak_trough_and_recovery() -> None:
    fall = max_drawdown(index(100, 110, 105, 120, 90, 95, 80, 100, 121, 118))

    assert fall is not None
    assert fall.depth == pytest.approx(-1 / 3)
    days = [(day - START).days for day in (fall.peak, fall.trough, fall.recovered or START)]
    assert days == [3, 6, 8]


def test_a_fall_that_lasts_has_no_recovery() -> None:
    fall = max_drawdown(index(100, 120, 90, 110))

    assert fall is not None
    assert (fall.depth, fall.recovered) == (pytest.approx(-0.25), None)


def test_the_start_counts_as_a_peak() -> None:
    fall = max_drawdown(index(100, 80))

    assert fall is not None
    assert fall.peak == START


def test_a_later_smaller_fall_leaves_the_deepest_as_it_was() -> None:
    fall = max_drawdown(index(100, 50, 100, 120, 110, 130))

    assert fall is not None
    assert (fall.trough, fall.recovered) == (START + timedelta(days=1), START + timedelta(days=2))


@pytest.mark.parametrize("levels", [[], [100], [100, 100, 101]])
def test_what_never_fell_has_no_drawdown(levels: list[float]) -> None:
    assert max_drawdown(index(*levels)) is None


def test_a_withdrawal_is_not_a_drawdown() -> None:
    assert max_drawdown(twr([Day(START, 500, 0, 500)], opening=1000).points) is None


@pytest.mark.parametrize(("deviation", "periods", "expected"), [(0.01, 252, 0.1587451), (0.045, 12, 0.1558846)])
def test_volatility_is_annual(deviation: float, periods: int, expected: float) -> None:
    half = deviation * (19 / 20) ** 0.5
    returns = [half, -half] * 10

    assert volatility(returns, periods) == pytest.approx(expected, abs=1e-7)


def test_volatility_needs_twenty_returns() -> None:
    assert volatility([0.01] * 19) is None
    assert volatility([0.01] * 20) == pytest.approx(0)


def test_every_fall_is_listed_in_order_of_time() -> None:
    falls = drawdowns(index(100, 90, 95, 101, 80, 102, 100))

    assert [round(fall.depth, 4) for fall in falls] == [-0.1, -0.2079, -0.0196]
    assert [fall.recovered is None for fall in falls] == [False, False, True]


def test_falls_do_not_overlap() -> None:
    falls = drawdowns(index(100, 110, 105, 120, 90, 95, 80, 100, 121, 118))

    assert [(fall.peak, fall.recovered) for fall in falls[:2]] == [
        (START + timedelta(days=1), START + timedelta(days=3)),
        (START + timedelta(days=3), START + timedelta(days=8)),
    ]


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=40))
def test_the_deepest_of_all_falls_is_the_maximum_drawdown(levels: list[float]) -> None:
    depths = [level / max(levels[: at + 1]) - 1 for at, level in enumerate(levels)]
    deepest = max_drawdown(index(*levels))

    assert (deepest.depth if deepest else 0) == pytest.approx(min(depths))
