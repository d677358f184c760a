"""The tax of a year out of its slices: what the brackets make of it, what is carried, what the next dollar costs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.types import ZERO
from holdings.tax.facts import FilingStatus, TaxFacts
from holdings.tax.jurisdiction import UnknownYear
from holdings.tax.outcome import Assessment, GainClass, Income, Slice, TaxYear
from holdings.tax.us.assess import assessed, assessed_at_own_rates
from tests.holdings.tax.us.slices import sold

NOTHING = Income()
LONG, SHORT, COLLECTIBLE = GainClass.LONG, GainClass.SHORT, GainClass.COLLECTIBLE
WAGES = TaxFacts("US", "2025", FilingStatus.SINGLE, other_income=Decimal(115_750), state_rate=Decimal("0.05"))
"""Taxable income of 100,000 after the standard deduction of 2025: in the 22 % bracket, 3,350 below its end."""


def year_of(year: int) -> TaxYear:
    return TaxYear(str(year), date(year, 1, 1), date(year, 12, 31))


def of(*slices: Slice, income: Income = NOTHING, facts: TaxFacts = WAGES, year: int = 2025) -> Assessment:
    return assessed(slices, income, facts, year_of(year), {})


def part(assessment: Assessment, code: str) -> Decimal:
    return next(line.amount for line in assessment.parts if line.code == code)


def test_a_short_term_gain_is_taxed_by_the_ordinary_brackets_and_the_state() -> None:
    """3,350 at 22 % and 1,650 at 24 %, and 5 % of 5,000: 1,383."""
    assert of(sold(5000)).tax_on_gains == Decimal("1383.00")


def test_a_long_term_gain_is_taxed_at_15_per_cent_and_the_state() -> None:
    assert of(sold(5000, LONG)).tax_on_gains == 1000


def test_a_gain_on_collectibles_is_taxed_at_the_ordinary_rate_up_to_28_per_cent() -> None:
    """3,350 at 22 %, 1,650 at 24 %: as a short-term gain at these incomes."""
    assert of(sold(5000, COLLECTIBLE)).tax_on_gains == Decimal("1383.00")


def test_what_a_wash_sale_disallows_is_not_deducted() -> None:
    assert of(sold(-1000, disallowed=1000)).tax_on_gains == 0


def test_a_net_loss_takes_3000_off_other_income_and_the_rest_is_carried() -> None:
    found = of(sold(-5000))

    assert (found.tax_on_gains, found.carried[SHORT]) == (-3000 * Decimal("0.27"), 2000)


def test_the_parts_add_up_to_the_tax() -> None:
    found = of(sold(200_000, LONG), income=Income(dividends=Decimal(2000), qualified=Decimal(2000)))
    taxes = [line.amount for line in found.parts if line.code not in {"agi", "deductions", "taxable"}]

    assert sum(taxes) == found.tax


def test_dividends_that_are_not_qualified_are_ordinary_income() -> None:
    with_dividends = of(income=Income(dividends=Decimal(1000), qualified=Decimal(400)))

    assert with_dividends.tax - of().tax == 600 * Decimal("0.22") + 400 * Decimal("0.15") + 1000 * Decimal("0.05")


def test_gains_that_funds_distributed_are_long_term_gains_also_without_a_sale() -> None:
    paid = Income(capital_gain_distributions=Decimal(1000))

    assert of(income=paid).tax - of().tax == 1000 * Decimal("0.20")
    assert (of(income=paid).net[LONG], of(income=paid).tax_on_gains) == (1000, 0)


def test_exempt_interest_is_in_no_figure() -> None:
    assert of(income=Income(exempt=Decimal(5000))).tax == of().tax


def test_interest_paid_on_margin_is_not_taken_off_dividends() -> None:
    paid = Income(dividends=Decimal(1000), interest=Decimal(-400))

    assert of(income=paid).tax == of(income=replace(paid, interest=ZERO)).tax


def test_the_next_dollar_costs_the_rates_of_its_class() -> None:
    assert of().marginal == {SHORT: Decimal("0.27"), LONG: Decimal("0.20")}


def test_the_place_in_the_brackets_says_how_far_the_next_edge_is() -> None:
    ordinary, preferential, niit = of().schedules

    assert (ordinary.base, ordinary.next_rate, ordinary.room) == (100_000, Decimal("0.22"), 3350)
    assert (preferential.next_rate, preferential.room) == (Decimal("0.15"), 433_400)
    assert (niit.next_rate, niit.room) == (ZERO, 200_000 - 115_750)


def test_slices_of_unknown_gain_are_in_no_sum() -> None:
    assert of(sold(0, GainClass.UNKNOWN, basis=None)).tax_on_gains == 0


def test_a_year_without_rates_yet_takes_the_newest_and_says_so() -> None:
    found = of(year=2031)

    assert found.rates_of == "2026"
    assert found.notes == ("There are no rates of 2031 yet: those of 2026 count.",)


def test_a_year_before_the_first_rates_is_refused() -> None:
    with pytest.raises(UnknownYear, match="no rates of 2019, only of 2022"):
        of(year=2019)


def own(*slices: Slice, status: FilingStatus = FilingStatus.SINGLE) -> Assessment:
    own_rates = {"short_rate": Decimal("0.3"), "long_rate": Decimal("0.1"), "state_rate": Decimal("0.05")}
    facts = TaxFacts("US", "2025", status, **own_rates)
    return assessed_at_own_rates(slices, Income(), facts, year_of(2025), {SHORT: Decimal(100)})


def test_rates_of_the_users_own_tax_the_gains_alone() -> None:
    """1,000 short less 100 carried in at 35 %, 1,000 long at 15 %."""
    assert own(sold(1000), sold(1000, LONG)).tax_on_gains == 465 + Decimal(100) * Decimal("0.35")


def test_rates_of_the_users_own_are_named_so() -> None:
    assert own().rates_of == "own"


def test_rates_of_the_users_own_leave_a_separate_filer_half_the_loss_limit() -> None:
    assert own(sold(-4000), status=FilingStatus.SEPARATE).carried[SHORT] == 2600
