"""Curves, and the shapes of tax years whose edges are known."""

from decimal import Decimal

import pytest

from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Income
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.shape import Curve, curve
from tests.optimizer.engine.rebalance.years import year_input

TEN = Decimal(10)


def test_a_curve_keeps_the_knots_where_its_slope_changes():
    found = curve(lambda x: max(x, 2 * x - TEN), [Decimal(-5), TEN])
    assert (found.knots, found.slopes) == ((TEN,), (1, 2))


def test_the_slope_at_a_knot_is_that_to_its_right():
    bent = Curve((TEN,), (Decimal(1), Decimal(2)))
    assert [bent.slope(Decimal(x)) for x in (9, 10, 11)] == [1, 2, 2]


def shape(country: str, carried: Decimal = Decimal(0), income: Income | None = None, **facts: Decimal):
    rules, year = JURISDICTIONS[country], year_input(country, 0).year
    told = TaxFacts(country, year.label, **facts)
    return rules.shape(income or Income(), told, year, dict.fromkeys(rules.loss_pots, carried))


def test_british_losses_brought_forward_are_used_down_to_the_exempt_amount():
    """Of 2025-26: 3,000 free, then 10,000 of losses, then the band of 50,270 - 40,000, then 24 %."""
    (region,) = shape("GB", Decimal(10_000), other_income=Decimal(40_000)).regions
    (part,) = region.parts
    assert part.due == Curve((Decimal(13_000), Decimal(23_270)), (Decimal(0), Decimal("0.18"), Decimal("0.24")))
    assert part.carried == Curve((Decimal(0), Decimal(3_000), Decimal(13_000)), (1, 0, 1, 0))


def test_a_german_year_is_free_to_the_allowance():
    """Dividends of 400 leave 600 of it; then 25 % and the surcharge of 5.5 % on them."""
    gains, _ = shape("DE", income=Income(dividends=Decimal(400))).regions
    assert gains.parts[0].due == Curve((Decimal(600),), (Decimal(0), Decimal("0.26375")))


@pytest.mark.parametrize("country", ["US", "DE"])
def test_a_year_without_sales_starts_at_the_losses_carried_in(country):
    assert shape(country, Decimal(500)).start == (-500, -500)


def test_a_household_without_income_gains_nothing_by_a_loss():
    assert shape("US").loss_rate == 0
