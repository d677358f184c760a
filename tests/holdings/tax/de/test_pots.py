"""Which loss meets which gain, and in which order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.tax.de.pots import Netted, Pots, net, private_sales

AMOUNTS = st.integers(-10_000, 10_000).map(Decimal)
LOSSES = st.integers(0, 10_000).map(Decimal)


def netted(shares: int, general: int, brought_shares: int = 0, brought_general: int = 0) -> Netted:
    return net(Pots(*map(Decimal, (shares, general, brought_shares, brought_general))))


def test_a_loss_of_shares_meets_no_other_income() -> None:
    found = netted(-1000, 5000)

    assert (found.income, found.carried_shares, found.carried_general) == (5000, 1000, 0)


def test_another_loss_meets_gains_of_shares() -> None:
    found = netted(1000, -1500)

    assert (found.income, found.carried_shares, found.carried_general) == (0, 0, 500)


def test_a_loss_of_shares_brought_in_meets_gains_of_shares_alone() -> None:
    found = netted(300, 5000, brought_shares=1000)

    assert (found.income, found.used_shares, found.carried_shares) == (5000, 300, 700)


def test_another_loss_brought_in_meets_other_income_first_and_then_shares() -> None:
    found = netted(1000, 200, brought_general=500)

    assert (found.shares, found.general, found.carried_general) == (700, 0, 0)


def test_a_loss_of_the_year_comes_before_one_brought_in() -> None:
    found = netted(1000, -1000, brought_shares=1000)

    assert (found.income, found.used_shares, found.carried_shares, found.carried_general) == (0, 0, 1000, 0)


@given(AMOUNTS, AMOUNTS, LOSSES, LOSSES)
def test_no_loss_is_lost_or_used_twice(shares: Decimal, general: Decimal, of_shares: Decimal, other: Decimal) -> None:
    found = net(Pots(shares, general, of_shares, other))

    assert found.income - found.carried_shares - found.carried_general == shares + general - of_shares - other
    assert min(found.carried_shares, found.carried_general, found.used_shares, found.used_general) >= 0


@given(AMOUNTS, AMOUNTS, LOSSES, LOSSES)
def test_more_loss_brought_in_is_never_more_income(
    shares: Decimal, general: Decimal, of_shares: Decimal, other: Decimal
) -> None:
    found = net(Pots(shares, general, of_shares, other)).income

    assert net(Pots(shares, general, of_shares + 1, other)).income <= found
    assert net(Pots(shares, general, of_shares, other + 1)).income <= found


@pytest.mark.parametrize(("gain", "taxable"), [("999.99", "0"), ("1000", "1000"), ("5000", "5000")])
def test_a_gain_of_private_sales_below_the_limit_is_free_and_at_it_is_taxed_whole(gain: str, taxable: str) -> None:
    assert private_sales([Decimal(gain)], Decimal(1000), Decimal(0)).taxable == Decimal(taxable)


def test_the_limit_comes_before_losses_brought_in_and_a_free_gain_uses_none_of_them() -> None:
    """steuerkurse.de: what a loss brought in leaves is taxed though it is below the limit."""
    taxed, free = (private_sales([Decimal(gain)], Decimal(600), Decimal(300)) for gain in (700, 500))

    assert (taxed.taxable, taxed.carried) == (400, 0)
    assert (free.taxable, free.carried) == (0, 300)


def test_each_spouse_has_a_limit_and_the_loss_of_one_meets_the_gain_of_the_other() -> None:
    assert private_sales([Decimal(900), Decimal(900)], Decimal(1000), Decimal(0)).taxable == 0
    assert private_sales([Decimal(1500), Decimal(-600)], Decimal(1000), Decimal(0)).taxable == 900
