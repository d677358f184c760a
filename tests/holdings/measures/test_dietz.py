from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.dietz import linked_dietz, modified_dietz
from holdings.measures.linking import compounded

MARCH, APRIL = date(2024, 3, 31), date(2024, 4, 30)
FLOWS = [(date(2024, 4, 10), 10_000.0), (date(2024, 4, 25), -5_000.0)]


@pytest.mark.parametrize(("at_start", "expected"), [(False, 0.02362205), (True, 0.02358491)])
def test_the_example_with_flows_at_the_end_or_the_start_of_their_day(at_start: bool, expected: float) -> None:
    change = modified_dietz(100_000, 107_500, FLOWS, MARCH, APRIL, at_start=at_start)

    assert change == pytest.approx(expected, abs=1e-8)


def test_flows_in_the_middle_of_the_month_give_the_simple_form() -> None:
    middle = [(date(2024, 4, 15), 10_000.0), (date(2024, 4, 15), -5_000.0)]

    assert modified_dietz(100_000, 107_500, middle, MARCH, APRIL) == pytest.approx(0.02439024, abs=1e-8)


@pytest.mark.parametrize("opening", [0.0, -10.0, 0.5])
def test_without_capital_at_work_it_is_undefined(opening: float) -> None:
    assert modified_dietz(opening, 100, [], MARCH, APRIL) is None


def test_a_span_of_no_days_is_undefined() -> None:
    assert modified_dietz(100, 110, [], MARCH, MARCH) is None


def test_it_is_revalued_at_a_large_flow() -> None:
    values = {MARCH: 100_000.0, date(2024, 4, 13): 98_000.0, date(2024, 4, 14): 160_500.0, APRIL: 164_429.1}
    flow = [(date(2024, 4, 14), 60_000.0)]

    alone = modified_dietz(100_000, values[APRIL], flow, MARCH, APRIL)
    spans = linked_dietz(values, flow)

    assert [(span.first, span.last) for span in spans] == [(MARCH, date(2024, 4, 13)), (date(2024, 4, 13), APRIL)]
    assert alone == pytest.approx(0.0335, abs=1e-3)
    assert compounded([span.change or 0 for span in spans]) == pytest.approx(0.0203, abs=1e-3)


def test_months_link_and_small_flows_stay_inside_them() -> None:
    values = {MARCH: 1_000.0, date(2024, 4, 12): 1_020.0, APRIL: 1_100.0, date(2024, 5, 31): 1_210.0}

    spans = linked_dietz(values, [(date(2024, 4, 20), 50.0)])

    assert [span.last for span in spans] == [APRIL, date(2024, 5, 31)]
    assert spans[1].change == pytest.approx(0.1)


def test_one_value_is_no_span() -> None:
    assert linked_dietz({MARCH: 1_000.0}, []) == []


@given(st.floats(1, 1000), st.floats(-4000, 4000))
def test_scale_and_the_splitting_of_a_flow_do_not_matter(scale: float, part: float) -> None:
    split = [(FLOWS[0][0], (10_000 - part) * scale), (FLOWS[0][0], part * scale), (FLOWS[1][0], -5_000 * scale)]

    assert modified_dietz(100_000 * scale, 107_500 * scale, split, MARCH, APRIL) == pytest.approx(0.02362205, abs=1e-7)
