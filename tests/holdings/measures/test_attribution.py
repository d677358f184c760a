from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.attribution import Period, Side, brinson_fachler, linked_effects
from holdings.measures.linking import compounded


def period(own: list[tuple[float, float]], benchmark: list[tuple[float, float]]) -> Period:
    """Weights and returns by group A, B, C…"""
    return Period(
        {name: Side(w, w * r) for name, (w, r) in zip("ABC", own, strict=False)},
        {name: Side(w, w * r) for name, (w, r) in zip("ABC", benchmark, strict=False)},
    )


EXAMPLE = period([(0.5, 0.08), (0.3, 0.03), (0.2, -0.02)], [(0.4, 0.06), (0.4, 0.04), (0.2, 0.01)])


def test_the_example_with_three_sectors() -> None:
    effects = brinson_fachler(EXAMPLE)

    assert (EXAMPLE.result, EXAMPLE.benchmark_result) == pytest.approx((0.045, 0.042))
    assert [effects[name].allocation for name in "ABC"] == pytest.approx([0.0018, 0.0002, 0])
    assert [effects[name].selection for name in "ABC"] == pytest.approx([0.0080, -0.0040, -0.0060])
    assert [effects[name].interaction for name in "ABC"] == pytest.approx([0.0020, 0.0010, 0])
    assert fsum(each.total for each in effects.values()) == pytest.approx(0.003)


def test_the_example_over_two_periods() -> None:
    """10 % and -5 % against 6 % and -3 %: 1.68 % more, half by allocation and half by selection."""
    first = period([(0.75, 0.12), (0.25, 0.04)], [(0.5, 0.10), (0.5, 0.02)])
    second = period([(0.75, -0.06), (0.25, -0.02)], [(0.5, -0.05), (0.5, -0.01)])

    effects = linked_effects([first, second]).values()

    assert fsum(each.total for each in effects) == pytest.approx(0.0168)
    assert fsum(each.allocation for each in effects) == pytest.approx(0.0084)
    assert fsum(each.selection for each in effects) == pytest.approx(0.0084)


def test_a_group_that_the_benchmark_lacks_is_measured_against_the_whole() -> None:
    effects = brinson_fachler(period([(0.5, 0.10), (0.5, 0.02)], [(1.0, 0.06)]))

    assert (effects["B"].allocation, effects["B"].selection) == (0, 0)
    assert effects["B"].interaction == pytest.approx(0.5 * (0.02 - 0.06))


def test_a_group_that_the_portfolio_lacks_is_all_allocation() -> None:
    effects = brinson_fachler(period([(1.0, 0.05)], [(0.5, 0.05), (0.5, 0.01)]))

    assert effects["B"].total == effects["B"].allocation == pytest.approx(-0.5 * (0.01 - 0.03))


def test_what_was_bought_during_the_period_shows_as_interaction() -> None:
    effects = brinson_fachler(Period({"A": Side(0.0, 0.01), "B": Side(1.0, 0.0)}, {"B": Side(1.0, 0.0)}))

    assert effects["A"].total == effects["A"].interaction == pytest.approx(0.01)


shares = st.lists(st.floats(0.05, 1), min_size=3, max_size=3)
moves = st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=3)
sides = st.tuples(shares, moves).map(
    lambda both: [(share / sum(both[0]), move) for share, move in zip(*both, strict=True)]
)


@given(st.lists(st.tuples(sides, sides), min_size=1, max_size=15))
def test_linked_effects_add_up_to_the_compounded_difference(pairs) -> None:
    periods = [period(own, benchmark) for own, benchmark in pairs]

    effects = linked_effects(periods)

    more = compounded([p.result for p in periods]) - compounded([p.benchmark_result for p in periods])
    assert fsum(each.total for each in effects.values()) == pytest.approx(more, abs=1e-8)
