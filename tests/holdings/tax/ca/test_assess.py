"""What gains add to a year's income tax: half of them, in brackets, less the losses of other years."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.tax.ca import CANADA
from holdings.tax.ca.assess import federal_tax
from holdings.tax.ca.rates import rates_of
from holdings.tax.facts import TaxFacts
from holdings.tax.jurisdiction import UnknownYear
from holdings.tax.outcome import Assessment, GainClass, Income, Slice

GENERAL = GainClass.GENERAL


def disposition(day: str, gain: int, *, holder: str = "", disallowed: int = 0) -> Slice:
    proceeds = Decimal(max(gain, 0))
    return Slice(
        f"s{gain}",
        "taxable",
        "KO",
        Decimal(1),
        date.fromisoformat(day),
        proceeds,
        proceeds - gain,
        GENERAL,
        disallowed=Decimal(disallowed),
        holder=holder,
    )


def assessed(year: int, *slices: Slice, other: int = 80000, brought: int = 0, **facts: Decimal) -> Assessment:
    told = TaxFacts("CA", str(year), other_income=Decimal(other), **facts)  # type: ignore[arg-type]
    return CANADA.assess(slices, Income(), told, CANADA.tax_year(date(year, 6, 3)), {GENERAL: Decimal(brought)})


def total(found: Assessment, code: str) -> Decimal:
    return {line.code: line.amount for line in found.parts}[code]


@pytest.mark.parametrize(
    ("year", "taxable", "tax"),
    [
        (2022, 50197, "5369.85"),
        (2022, 100392, "15659.83"),
        (2022, 155625, "30020.41"),
        (2023, 53359, "5753.85"),
        (2023, 106717, "16692.24"),
        (2023, 165430, "31957.62"),
    ],
)
def test_the_tax_at_each_edge_is_as_published(year: int, taxable: int, tax: str) -> None:
    """Federal tax tables of 2022 and 2023 (calculatorscanada.ca), less the credit of the basic personal amount."""
    found = federal_tax(Decimal(taxable), Decimal(taxable), rates_of(str(year)))

    assert abs(found - Decimal(tax)) < Decimal("0.01")


@pytest.mark.parametrize(
    ("income", "rate", "constant"),
    [(80000, "0.205", 3804), (150000, "0.26", 10241), (200000, "0.29", 15685), (300000, "0.33", 26024)],
)
def test_2026_agrees_with_the_constants_of_T4127(income: int, rate: str, constant: int) -> None:
    rates = rates_of("2026")
    credit = rates.bands[0].rate * rates.basic_amount(Decimal(income))

    found = federal_tax(Decimal(income), Decimal(income), rates) + credit

    assert abs(found - (income * Decimal(rate) - constant)) < 1


@pytest.mark.parametrize(("income", "amount"), [(181440, 16452), (219961, "15640.5"), (258482, 14829), (900000, 14829)])
def test_the_basic_personal_amount_of_2026_falls_over_the_band_before_the_last(income: int, amount: str) -> None:
    assert rates_of("2026").basic_amount(Decimal(income)) == Decimal(amount)


@pytest.mark.parametrize(
    ("year", "lowest"), [(2022, "0.15"), (2023, "0.15"), (2024, "0.15"), (2025, "0.145"), (2026, "0.14")]
)
def test_each_year_has_its_lowest_rate_and_half_of_a_gain_counts(year: int, lowest: str) -> None:
    found = assessed(year, disposition(f"{year}-06-03", 1000), other=30000)

    assert found.tax_on_gains == 500 * Decimal(lowest)
    assert found.marginal[GENERAL] == Decimal(lowest) / 2


def test_the_province_taxes_half_of_a_gain_at_the_rate_entered() -> None:
    found = assessed(2026, disposition("2026-06-03", 1000), other=30000, state_rate=Decimal("0.1"))

    assert found.tax_on_gains == 500 * Decimal("0.24")


def test_a_gain_that_crosses_an_edge_is_taxed_on_both_sides_of_it() -> None:
    """58,523 is the first edge of 2026: of 20,000 taxable, 8,523 are below it."""
    found = assessed(2026, disposition("2026-06-03", 40000), other=50000)

    assert found.tax_on_gains == 8523 * Decimal("0.14") + 11477 * Decimal("0.205")
    (schedule,) = found.schedules
    assert (schedule.base, schedule.next_rate, schedule.room) == (70000, Decimal("0.205"), 117045 - 70000)


def test_deductions_come_off_income() -> None:
    found = assessed(2026, disposition("2026-06-03", 1000), other=60000, deductions=Decimal(10000))

    assert found.tax_on_gains == 500 * Decimal("0.14")


def test_losses_of_other_years_are_used_as_far_as_there_are_gains() -> None:
    found = assessed(2026, disposition("2026-06-03", 1000), other=30000, brought=700)

    assert (found.net[GENERAL], found.carried[GENERAL], found.tax_on_gains) == (300, 0, 150 * Decimal("0.14"))


def test_a_net_loss_saves_no_tax_on_other_income_and_is_carried_forward() -> None:
    found = assessed(2026, disposition("2026-06-03", -1000), brought=700)

    assert (found.tax_on_gains, found.carried[GENERAL], found.marginal[GENERAL]) == (0, 1700, 0)


def test_a_denied_loss_is_no_loss_of_the_year() -> None:
    found = assessed(2026, disposition("2026-06-03", -1000, disallowed=600))

    assert found.carried[GENERAL] == 400
    assert (total(found, "losses"), total(found, "denied")) == (-1000, 600)


def test_gains_that_funds_distributed_are_gains() -> None:
    facts = TaxFacts("CA", "2026", other_income=Decimal(30000))
    income = Income(capital_gain_distributions=Decimal(1000))

    found = CANADA.assess((), income, facts, CANADA.tax_year(date(2026, 6, 3)), {})

    assert found.tax_on_gains == 500 * Decimal("0.14")


def test_interest_exempt_elsewhere_is_income_like_a_dividend() -> None:
    facts, year = TaxFacts("CA", "2026", other_income=Decimal(30000)), CANADA.tax_year(date(2026, 6, 3))

    exempt = CANADA.assess((), Income(exempt=Decimal(1000)), facts, year, {})
    assert exempt.tax == CANADA.assess((), Income(dividends=Decimal(1000)), facts, year, {}).tax


def test_a_rate_that_the_user_entered_is_the_rate_of_a_whole_gain() -> None:
    found = assessed(2026, disposition("2026-06-03", 1000), long_rate=Decimal("0.2"))

    assert (found.tax_on_gains, found.marginal[GENERAL]) == (200, Decimal("0.2"))


def test_gains_of_the_spouse_are_in_no_figure() -> None:
    found = assessed(2026, disposition("2026-06-03", 1000, holder="bob"))

    assert found.tax_on_gains == 0
    assert any("other persons" in note for note in found.notes)


def test_a_year_without_figures_names_those_that_there_are() -> None:
    with pytest.raises(UnknownYear, match="2021, only of 2022, 2023"):
        assessed(2021)
