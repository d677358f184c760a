"""Losses of a year and what is carried on: Pub. 550, "Capital Losses" and Worksheet 4-1."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.tax.us import CarryForward, NetGains, carry_forward, net_gains

ZERO = Decimal(0)
GAINS = st.decimals(-20_000, 20_000, places=2)
LOSSES = st.decimals(0, 20_000, places=2)


def carried(short: int, long: int, *, after_deductions: int = 50_000) -> CarryForward:
    """after_deductions: once the deductible loss is taken off."""
    return carry_forward(net_gains(Decimal(short), Decimal(long)), Decimal(after_deductions))


def test_bob_and_gloria_sampson_deduct_3000_of_7000_and_carry_on_4000() -> None:
    assert carried(0, -7000, after_deductions=26_000) == CarryForward(ZERO, Decimal(4000), consumed=Decimal(3000))


def test_bob_and_gloria_sampson_would_carry_nothing_on_from_a_loss_of_2000() -> None:
    assert carried(0, -2000, after_deductions=26_000) == CarryForward(ZERO, ZERO, consumed=Decimal(2000))


def test_short_losses_are_used_up_by_the_limit_first_even_if_incurred_after_the_long() -> None:
    net = net_gains(Decimal(-2000), ZERO, carry_long=Decimal(6000))

    assert carry_forward(net, Decimal(50_000)) == CarryForward(ZERO, Decimal(5000), consumed=Decimal(3000))


@pytest.mark.parametrize(
    ("after_deductions", "consumed", "carry"),
    [
        (0, 3000, 2000),
        (-1800, 1200, 3800),  # deductions left over take 1,800 of the 3,000
        (-3000, 0, 5000),
        (-9000, 0, 5000),
    ],
)
def test_what_no_income_takes_up_of_the_limit_is_carried_on(after_deductions: int, consumed: int, carry: int) -> None:
    found = carried(-5000, 0, after_deductions=after_deductions)

    assert found == CarryForward(Decimal(carry), ZERO, consumed=Decimal(consumed))


def test_a_short_loss_lowers_the_gain_on_collectibles_and_so_does_a_long_loss_carried_in() -> None:
    net = net_gains(Decimal(-4000), Decimal(20_000), collectibles=Decimal(10_000), carry_long=Decimal(1000))

    assert net == NetGains(Decimal(-4000), Decimal(19_000), collectibles=Decimal(5000), deductible=ZERO)
    assert net.net_capital_gain == 15_000


def test_a_gain_on_collectibles_is_no_larger_than_the_net_capital_gain() -> None:
    net = net_gains(Decimal(500), Decimal(2000), collectibles=Decimal(6000))

    assert net.collectibles == net.net_capital_gain == 2000


def worksheet(line_7: Decimal, line_15: Decimal, line_21: Decimal, line_1: Decimal) -> tuple[Decimal, Decimal]:
    """Worksheet 4-1 line by line: the short and the long carryover."""
    line_2 = line_21
    line_3 = max(ZERO, line_1 + line_2)
    line_4 = min(line_2, line_3)
    short = long = line_5 = ZERO
    if line_7 < 0:
        line_5 = -line_7
        line_6 = max(ZERO, line_15)
        short = max(ZERO, line_5 - (line_4 + line_6))
    if line_15 < 0:
        line_9 = -line_15
        line_10 = max(ZERO, line_7)
        line_11 = max(ZERO, line_4 - line_5)
        long = max(ZERO, line_9 - (line_10 + line_11))
    return short, long


@given(GAINS, GAINS, LOSSES, LOSSES, st.sampled_from([Decimal(3000), Decimal(1500)]), GAINS)
def test_carry_forwards_are_those_of_the_worksheet(
    short: Decimal, long: Decimal, carry_short: Decimal, carry_long: Decimal, limit: Decimal, after_deductions: Decimal
) -> None:
    net = net_gains(short, long, carry_short=carry_short, carry_long=carry_long, limit=limit)

    found = carry_forward(net, after_deductions)

    assert (found.short, found.long) == worksheet(net.short, net.long, net.deductible, after_deductions)


@given(st.lists(st.tuples(GAINS, GAINS, GAINS), min_size=1, max_size=8), LOSSES, LOSSES)
def test_losses_are_used_against_gains_taken_up_by_income_or_carried_on_year_after_year(
    years: list[tuple[Decimal, Decimal, Decimal]], carry_short: Decimal, carry_long: Decimal
) -> None:
    balance = -carry_short - carry_long
    for short, long, after_deductions in years:
        net = net_gains(short, long, carry_short=carry_short, carry_long=carry_long)
        found = carry_forward(net, after_deductions)
        balance += short + long - max(ZERO, net.total) + found.consumed
        carry_short, carry_long = found.short, found.long
        assert -carry_short - carry_long == balance
        assert ZERO <= found.consumed <= net.deductible
