from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.twr import Day, before_fees, twr

START = date(2022, 1, 3)
CHANGES = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=30)
FLOWS = st.floats(0, 1e6)


def days(*rows: tuple[float, float, float]) -> list[Day]:
    return [Day(START + timedelta(days=n), *row) for n, row in enumerate(rows)]


def test_the_example_with_an_inflow_and_an_outflow() -> None:
    track = twr(days((104_000, 0, 0), (91_000, 20_000, 30_000), (95_550, 0, 0)), opening=100_000)

    assert track.returns == pytest.approx((0.04, -0.0241935, 0.05), abs=1e-7)
    assert track.total == pytest.approx(0.0655806, abs=1e-7)
    assert track.days == 3


def test_the_first_day_of_an_account_counts_from_its_first_inflow() -> None:
    track = twr(days((990, 1000, 0), (1089, 0, 0)))

    assert track.returns == pytest.approx((-0.01, 0.1))
    assert track.since == date(2022, 1, 2)


def test_a_full_withdrawal_has_a_return_and_leaves_the_index_flat() -> None:
    track = twr(days((0, 0, 1100), (0, 0, 0), (0, 0, 0), (550, 500, 0)), opening=1000)

    assert [round(point.level, 6) for point in track.points] == [1, 1.1, 1.1, 1.1, 1.21]
    assert track.returns == pytest.approx((0.1, 0.1))
    assert track.days == 2


def test_a_cent_left_behind_is_no_capital() -> None:
    track = twr(days((0.01, 0, 1000), (0.50, 0, 0), (0, 0, 0)), opening=1000)

    assert track.total == pytest.approx(0.00001)
    assert track.lost_on == ()


def test_losing_everything_ends_the_track_and_new_capital_starts_another() -> None:
    track = twr(days((0, 0, 0), (0, 0, 0), (525, 500, 0)), opening=1000)

    assert track.lost_on == (START,)
    assert track.total == pytest.approx(0.05)
    assert track.since == START + timedelta(days=1)


def test_losing_everything_without_new_capital_is_minus_one_hundred_per_cent() -> None:
    assert twr(days((-50, 0, 0), (0, 0, 0)), opening=1000).total == -1


def test_r09_an_empty_portfolio_has_no_return() -> None:
    assert twr([]).total is None
    assert twr(days((0, 0, 0))).since is None


def test_r09_bought_and_sold_on_one_day_is_finite() -> None:
    assert twr(days((0, 1000, 990), (0, 0, 0))).total == pytest.approx(-0.01)


def history(changes: list[float], flows: list[tuple[float, float]], scale: float = 1.0) -> list[Day]:
    value, rows = 1000.0, []
    for change, (inflow, share_out) in zip(changes, flows, strict=False):
        grown = (value + inflow) * (1 + change)
        outflow = grown * share_out
        value = grown - outflow
        rows.append((value * scale, inflow * scale, outflow * scale))
    return days(*rows)


@given(CHANGES, st.lists(st.tuples(FLOWS, st.floats(0, 0.5)), min_size=30, max_size=30))
def test_flows_at_unchanged_prices_do_not_change_the_return(
    changes: list[float], flows: list[tuple[float, float]]
) -> None:
    quiet = [(0.0, 0.0)] * 30

    with_flows, without = twr(history(changes, flows), 1000), twr(history(changes, quiet), 1000)

    assert with_flows.returns == pytest.approx(without.returns, abs=1e-9)


@given(CHANGES, st.floats(1, 1000))
def test_the_return_does_not_depend_on_the_scale(changes: list[float], scale: float) -> None:
    flows = [(10.0, 0.01)] * 30

    scaled = twr(history(changes, flows, scale), 1000 * scale)

    assert scaled.returns == pytest.approx(twr(history(changes, flows), 1000).returns, abs=1e-9)


def test_before_fees_the_fee_counts_as_taken_out() -> None:
    after = days((10_395, 0, 0))

    assert twr(after, 10_000).total == pytest.approx(0.0395)
    assert twr(before_fees(after, {START: 25.0}), 10_000).total == pytest.approx(0.0420)


@given(CHANGES, CHANGES)
def test_two_portfolios_together_lie_between_them(one: list[float], other: list[float]) -> None:
    quiet = [(0.0, 0.0)] * 30
    first, second = history(one, quiet), history(other, quiet)
    together = [Day(a.day, a.value + b.value) for a, b in zip(first, second, strict=False)]
    totals = [twr(rows[: len(together)], 1000).total or 0 for rows in (first, second)]

    assert min(totals) - 1e-9 <= (twr(together, 2000).total or 0) <= max(totals) + 1e-9


@given(CHANGES)
def test_merging_two_identical_portfolios_changes_nothing(changes: list[float]) -> None:
    rows = history(changes, [(10.0, 0.01)] * 30)
    doubled = [Day(row.day, 2 * row.value, 2 * row.inflow, 2 * row.outflow) for row in rows]

    assert twr(doubled, 2000).returns == pytest.approx(twr(rows, 1000).returns, abs=1e-12)
