"""A loss taken now against one that is left: deferral, the difference of rates, and a horizon that never sells."""

from decimal import Decimal

import pytest

from holdings.tax.questions.harvest import harvest_value


def test_at_equal_rates_the_value_is_the_deferral_alone() -> None:
    """1,000 at 20 % saves 200 now and costs 200 in ten years: 200 - 200 / 1.05^10 = 77.22."""
    found = harvest_value(Decimal(1000), Decimal(200), later_rate=Decimal("0.2"), years=10, discount=Decimal("0.05"))

    assert round(found.value, 2) == Decimal("77.22")


def test_a_replacement_that_is_never_sold_keeps_all_that_was_saved() -> None:
    found = harvest_value(Decimal(1000), Decimal(200), later_rate=Decimal(0), years=30, discount=Decimal("0.05"))

    assert found.value == 200


def test_a_loss_that_saves_little_now_and_returns_at_a_high_rate_is_better_left() -> None:
    found = harvest_value(Decimal(1000), Decimal(0), later_rate=Decimal("0.15"), years=1, discount=Decimal("0.05"))

    assert found.value < 0


def test_costs_of_trading_come_off() -> None:
    found = harvest_value(
        Decimal(100), Decimal(20), later_rate=Decimal("0.2"), years=0, discount=Decimal(0), cost=Decimal(3)
    )

    assert found.value == -3


@pytest.mark.parametrize(("loss", "years"), [(-1, 1), (1, -1)])
def test_a_negative_loss_or_horizon_is_refused(loss: int, years: int) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        harvest_value(Decimal(loss), Decimal(0), later_rate=Decimal(0), years=years, discount=Decimal(0))
