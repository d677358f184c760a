"""Taxes as outflows of value: hand-worked returns, and the order in which they must lie."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from holdings.measures.after_tax import taxed_days, taxed_flows, untaxable
from holdings.measures.mwr import mwr
from holdings.measures.twr import Day, twr

MONDAY = date(2025, 6, 2)


def on(day: int) -> date:
    return MONDAY + timedelta(days=day)


DAYS = [Day(on(0), 10_000, inflow=10_000), Day(on(1), 11_000), Day(on(2), 11_880, outflow=220), Day(on(3), 11_880)]


def test_taxes_lower_the_returns_of_their_days_and_are_linked() -> None:
    taxes = {on(1): 330.0, on(2): -110.0}

    # | day | value + out | tax  | base   | after tax |
    # |  0  | 10,000      |      | 10,000 | 1         |
    # |  1  | 11,000      |  330 | 10,000 | 1.067     |
    # |  2  | 12,100      | -110 | 11,000 | 1.11      |
    # |  3  | 11,880      |      | 11,880 | 1         |
    assert twr(taxed_days(DAYS, taxes)).total == pytest.approx(1.067 * 1.11 - 1)


def test_taxes_are_money_put_in_for_the_money_weighted_return() -> None:
    flows = [(date(2024, 1, 1), -10_000.0), (date(2025, 12, 31), 12_100.0)]

    # 10,000 x 1.1^2 = 12,100; with 550 of tax after a year: 10,000 g^2 + 550 g = 12,100
    growth = (-550 + (550**2 + 4 * 10_000 * 12_100) ** 0.5) / 20_000
    taxed = mwr(taxed_flows(flows, {date(2024, 12, 31): 550.0}))
    assert mwr(flows).annual == pytest.approx(0.1)
    assert taxed.annual == pytest.approx(growth - 1)


def test_without_taxes_the_returns_are_the_pre_tax_ones() -> None:
    assert taxed_days(DAYS, {}) == DAYS
    assert taxed_flows([(MONDAY, 1.0)], {MONDAY: 0.0}) == [(MONDAY, 1.0)]


def test_a_tax_on_a_day_without_capital_has_no_return_to_bear_it() -> None:
    closed = [Day(on(0), 0, outflow=500), Day(on(1), 0)]

    assert untaxable(closed, 500, {on(1): 10.0})
    assert not untaxable(closed, 500, {on(0): 10.0})


closes = st.lists(st.floats(5_000, 20_000), min_size=2, max_size=30)
amounts = st.lists(st.floats(0, 1_000), min_size=30, max_size=30)


@given(closes, amounts)
def test_taxes_never_raise_the_return(values: list[float], paid: list[float]) -> None:
    days = [Day(on(at * 20), value) for at, value in enumerate(values)]
    taxes = {day.day: tax for day, tax in zip(days, paid, strict=False)}
    before, after = twr(days, values[0]).total, twr(taxed_days(days, taxes), values[0]).total
    assert before is not None
    assert after is not None
    assert after <= before

    flows = [(on(-1), -values[0]), (days[-1].day, values[-1])]
    untaxed, taxed = mwr(flows).period, mwr(taxed_flows(flows, taxes)).period
    assume(untaxed is not None)
    assume(taxed is not None)
    assert taxed <= untaxed + 1e-9
