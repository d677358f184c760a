"""Lots: which go first, what they gain, and where a washed loss stays."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.engine.validate.lots import Gains, Lots
from optimizer.engine.validate.types import Taxes
from tests.optimizer.engine.validate.markets import FIFO, LEAST

NEW_YEAR = date(2020, 1, 2)


def bought(taxes: Taxes, *lots: tuple[float, float, date]) -> Lots:
    """One asset: shares, price, day."""
    made = Lots(1, taxes)
    for shares, price, day in lots:
        made.buy(np.array([shares]), np.array([shares * price]), day, Gains())
    return made


def sold(lots: Lots, shares: float, price: float, day: date) -> Gains:
    gains = Gains()
    lots.sell(np.array([shares]), np.array([price]), day, gains)
    return gains


def test_first_in_is_first_out():
    lots = bought(FIFO, (10, 100, NEW_YEAR), (10, 150, date(2020, 6, 1)))
    gains = sold(lots, 12, 160, date(2020, 9, 1))
    assert gains.short == pytest.approx(10 * 60 + 2 * 10)
    assert lots.quantity == pytest.approx([8])


def test_a_long_gain_goes_before_a_smaller_short_one_that_is_taxed_more():
    """60 a share at 15 % is 9 of tax, 30 a share at 35 % is 10.50."""
    lots = bought(LEAST, (10, 100, NEW_YEAR), (10, 130, date(2021, 6, 1)))
    gains = sold(lots, 10, 160, date(2021, 9, 1))
    assert (gains.short, gains.long) == (0, pytest.approx(600))


def test_losses_go_first():
    lots = bought(LEAST, (10, 100, NEW_YEAR), (10, 180, date(2020, 6, 1)))
    assert sold(lots, 10, 160, date(2020, 9, 1)).short == pytest.approx(-200)


@pytest.mark.parametrize(("day", "long"), [(date(2021, 1, 2), False), (date(2021, 1, 3), True)])
def test_a_lot_is_long_term_after_more_than_a_year(day, long):
    gains = sold(bought(LEAST, (10, 100, NEW_YEAR)), 10, 110, day)
    assert (gains.short, gains.long) == pytest.approx((0, 100) if long else (100, 0))


def test_a_loss_is_washed_by_shares_bought_in_the_thirty_days_before():
    """4 of the 10 shares are replaced: their loss of 20 a share enters the basis of the 4."""
    lots = bought(LEAST, (10, 100, NEW_YEAR), (4, 85, date(2020, 6, 1)))
    gains = sold(lots, 10, 80, date(2020, 7, 1))
    assert gains.short == pytest.approx(-6 * 20)
    assert lots.basis == pytest.approx([4 * 85 + 4 * 20])


def test_a_loss_is_washed_by_shares_bought_in_the_thirty_days_after():
    lots = bought(LEAST, (10, 100, NEW_YEAR))
    gains = sold(lots, 10, 80, date(2020, 7, 1))
    lots.buy(np.array([4.0]), np.array([4 * 82.0]), date(2020, 7, 31), gains)
    assert gains.short == pytest.approx(-6 * 20)
    assert lots.basis == pytest.approx([4 * 82 + 4 * 20])


def test_a_day_later_the_loss_stands():
    lots = bought(LEAST, (10, 100, NEW_YEAR), (4, 85, date(2020, 5, 31)))
    gains = sold(lots, 10, 80, date(2020, 7, 1))
    lots.buy(np.array([4.0]), np.array([4 * 82.0]), date(2020, 8, 1), gains)
    assert gains.short == pytest.approx(-10 * 20)
    assert lots.basis == pytest.approx([4 * 85, 4 * 82])


def test_shares_replace_one_loss_only():
    lots = bought(replace(FIFO, wash_sales=True), (10, 100, NEW_YEAR), (4, 85, date(2020, 6, 20)))
    assert sold(lots, 5, 80, date(2020, 7, 1)).short == pytest.approx(-1 * 20)
    assert sold(lots, 5, 80, date(2020, 7, 2)).short == pytest.approx(-5 * 20)


def test_a_lot_does_not_replace_itself():
    assert sold(bought(LEAST, (10, 100, date(2020, 6, 20))), 4, 80, date(2020, 7, 1)).short == pytest.approx(-80)


@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(-1, 1), st.floats(20, 200)), min_size=1, max_size=25),
    st.sampled_from([FIFO, LEAST]),
)
@settings(max_examples=100, deadline=None)
def test_every_dollar_paid_is_in_a_gain_or_in_a_lot(steps, taxes):
    """Paid + gains = proceeds + basis left, whatever is washed."""
    lots, gains, day, held, paid, proceeds = Lots(1, taxes), Gains(), NEW_YEAR, 0.0, 0.0, 0.0
    for days, move, price in steps:
        day += timedelta(days=days)
        shares = 10 * move if move > 0 else held * move
        if shares > 0:
            lots.buy(np.array([shares]), np.array([shares * price]), day, gains)
            paid += shares * price
        else:
            lots.sell(np.array([-shares]), np.array([price]), day, gains)
            proceeds -= shares * price
        held += shares
        assert lots.quantity.sum() == pytest.approx(held, abs=1e-8)
    assert paid + gains.short + gains.long == pytest.approx(proceeds + lots.basis.sum(), abs=1e-6)


def test_rates_are_the_households_own():
    """At equal rates the lot with the smaller gain goes first, however long it was held."""
    same = Taxes(Decimal("0.25"), Decimal("0.25"), Decimal("0.25"))
    lots = bought(same, (10, 100, NEW_YEAR), (10, 130, date(2021, 6, 1)))
    assert sold(lots, 10, 160, date(2021, 9, 1)).short == pytest.approx(300)
