"""Ticks and labels of every chart."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.figures import style

amounts = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 0.36, [0.0, 0.1, 0.2, 0.3]),
        (970_000, 1_310_000, [1e6, 1.1e6, 1.2e6, 1.3e6]),
        (-2716, 12400, [0, 5000, 10000]),
        (7, 7, [7]),
    ],
)
def test_ticks_are_round_and_few(low: float, high: float, ticks: list[float]) -> None:
    assert style.nice_ticks(low, high) == ticks


@given(amounts, st.floats(min_value=0.001, max_value=1e9))
def test_ticks_stay_inside_and_never_crowd(low: float, room: float) -> None:
    ticks = style.nice_ticks(low, low + room)
    slack = 1e-6 * max(abs(low), room)
    assert len(ticks) <= 6
    assert all(low - slack <= tick <= low + room + slack for tick in ticks)


def test_money_ticks_share_one_unit_and_no_two_dollar_signs_meet() -> None:
    assert style.money_labels([0, 2500, 5000]) == ["&#36;0", "&#36;2.5k", "&#36;5.0k"]
    assert style.money_labels([1e6, 1.25e6], "€") == ["€1.00m", "€1.25m"]
    assert style.money_labels([-100, 0]) == ["−&#36;100", "&#36;0"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1_239_572, "$1.24m"),
        (25_343, "$25.3k"),
        (640.4, "$640"),
        (-53_979, "−$54.0k"),
        (-0.3, "$0"),
        (999_700, "$1.00m"),
    ],
)
def test_short_money(value: float, shown: str) -> None:
    assert style.short_money(value) == shown


def test_a_year_of_days_has_ticks_every_two_months() -> None:
    axis = style.month_axis(dt.date(2021, 12, 28), dt.date(2022, 12, 28))
    assert axis["ticktext"] == ["Jan 2022", "Apr", "Jul", "Oct"]
    assert axis["tickvals"][1] == "2022-04-01"


def test_nine_years_have_years_only() -> None:
    axis = style.month_axis(dt.date(2014, 1, 2), dt.date(2022, 12, 28))
    assert axis["ticktext"] == ["2014", "2016", "2018", "2020", "2022"]


def test_labels_that_would_touch_are_pushed_apart() -> None:
    assert style.pushed_apart([10, 12, 80], [16, 16, 16], room=200) == [10, 26, 80]
    assert style.pushed_apart([190, 195], [16, 32], room=200) == [160, 184]


@given(st.lists(st.floats(0, 260), min_size=1, max_size=8))
def test_pushed_labels_keep_their_order_and_their_gap(wanted: list[float]) -> None:
    places = style.pushed_apart(sorted(wanted), [16] * len(wanted), room=260)
    assert all(other - one >= 16 - 1e-9 for one, other in pairwise(places))
    assert places[-1] <= 252
