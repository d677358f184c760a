from datetime import date, timedelta
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.contribution import contributions
from holdings.measures.twr import Day, twr

MOVES = st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)), min_size=1, max_size=25)


def test_in_one_period_it_is_weight_times_return() -> None:
    parts = contributions({"XOM": [60 * 0.10], "PG": [40 * -0.05]}, [100])

    assert parts == pytest.approx({"XOM": 0.06, "PG": -0.02})


def test_over_two_periods_the_parts_add_up_to_the_compounded_return() -> None:
    parts = contributions({"XOM": [10, 0], "PG": [0, -5.5]}, [100, 110])

    assert parts is not None
    assert sum(parts.values()) == pytest.approx(0.045)
    assert parts["XOM"] == pytest.approx(0.10 * 0.953102 / 0.978150, abs=1e-6)


def test_a_holding_that_was_held_for_no_day_contributes_nothing() -> None:
    assert contributions({"XOM": []}, []) == {"XOM": 0}


def test_days_without_capital_are_left_out() -> None:
    assert contributions({"XOM": [10, 5, 11]}, [100, 0, 110]) == pytest.approx({"XOM": 0.21})


def test_after_a_loss_of_everything_the_parts_begin_anew() -> None:
    assert contributions({"XOM": [-100, 50], "PG": [0, 0]}, [100, 500]) == pytest.approx({"XOM": 0.1, "PG": 0})


def test_while_everything_is_lost_there_are_no_parts() -> None:
    assert contributions({"XOM": [5, -105]}, [100, 105]) is None


@given(MOVES, st.floats(0.1, 1000))
def test_the_parts_add_up_to_the_time_weighted_return_at_any_scale(moves, scale: float) -> None:
    value, bases, gains, days = 1000.0 * scale, [], {"a": [], "b": []}, []
    for at, (one, other) in enumerate(moves):
        inflow = 100.0 * scale if at % 3 == 0 else 0.0
        base = value + inflow
        gains["a"].append(base * 0.4 * one)
        gains["b"].append(base * 0.6 * other)
        bases.append(base)
        value = base + gains["a"][-1] + gains["b"][-1]
        days.append(Day(date(2022, 1, 3) + timedelta(days=at), value, inflow))

    parts = contributions(gains, bases)

    assert parts is not None
    assert fsum(parts.values()) == pytest.approx(twr(days, 1000.0 * scale).total, abs=1e-9)
