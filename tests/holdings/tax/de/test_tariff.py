"""The flat tax with church tax, and the schedule of § 32a as published."""

from decimal import Decimal

import pytest

from holdings.ledger.exact import exact
from holdings.tax.de.rates import rates_of
from holdings.tax.de.tariff import flat_charge, schedule_charge, schedule_tax

NO_CHURCH = Decimal(0)
YEARS = [2022, 2023, 2024, 2025, 2026]
EDGES = {
    2022: (10_347, 14_926, 58_596, 277_825),
    2023: (10_908, 15_999, 62_809, 277_825),
    2024: (11_784, 17_005, 66_760, 277_825),
    2025: (12_096, 17_443, 68_480, 277_825),
    2026: (12_348, 17_799, 69_878, 277_825),
}


@pytest.mark.parametrize(("church", "percent"), [("0", "26.375"), ("0.08", "27.819"), ("0.09", "27.995")])
def test_church_tax_comes_off_its_own_base(church: str, percent: str) -> None:
    charge = flat_charge(Decimal(100), rates_of("2025"), Decimal(church))

    assert charge.total.quantize(Decimal("0.001")) == Decimal(percent)


@pytest.mark.parametrize("church", ["0", "0.08", "0.09"])
def test_the_flat_tax_is_the_formula_of_32d(church: str) -> None:
    """(e - 4q) / (4 + k), without foreign tax to credit."""
    charge = flat_charge(Decimal(4000), rates_of("2025"), Decimal(church))

    assert abs(charge.income_tax - Decimal(4000) / (4 + Decimal(church))) < Decimal("1e-20")
    assert charge.church == exact.multiply(charge.income_tax, Decimal(church))


@pytest.mark.parametrize("year", YEARS)
def test_each_zone_goes_on_where_the_one_below_ends(year: int) -> None:
    """The published formulas meet at each edge within ten cents, as their rounded figures let them; wrong ones do not.

    At the 42 % edge of 2025 the statute itself steps down by 9.4 cents.
    """
    tariff = rates_of(str(year)).tariff
    zones = (tariff.low, tariff.middle, tariff.high, tariff.top)

    assert tuple(zone.floor for zone in zones) == EDGES[year]
    for edge in EDGES[year]:
        step = schedule_tax(Decimal(edge) + Decimal("0.0001"), tariff) - schedule_tax(Decimal(edge), tariff)
        assert abs(step) < Decimal("0.1")


@pytest.mark.parametrize("year", YEARS)
def test_the_rate_begins_with_14_percent_goes_through_23_97_and_ends_with_45(year: int) -> None:
    tariff = rates_of(str(year)).tariff
    basic, middle, high, top = map(Decimal, EDGES[year])

    rates = [
        schedule_tax(edge + 1, tariff) - schedule_tax(edge, tariff) for edge in (basic, middle + 1, high + 1, top + 1)
    ]

    assert [round(float(rate), 3) for rate in rates] == [0.14, 0.24, 0.42, 0.45]


def test_the_formulas_of_2025_as_the_statute_prints_them() -> None:
    tariff = rates_of("2025").tariff

    assert schedule_tax(Decimal(12_096), tariff) == 0
    assert schedule_tax(Decimal(100_000), tariff) == Decimal("42000") - Decimal("10911.92")
    assert schedule_tax(Decimal(300_000), tariff) == Decimal("135000") - Decimal("19246.67")
    assert schedule_tax(Decimal(27_443), tariff) == Decimal("176.64") + 2397 + Decimal("1015.13")


def test_a_couple_pays_twice_the_tax_of_half_its_income() -> None:
    rates = rates_of("2025")
    one = schedule_charge(Decimal(40_000), rates, NO_CHURCH, 1)

    assert schedule_charge(Decimal(80_000), rates, NO_CHURCH, 2).income_tax == 2 * one.income_tax


@pytest.mark.parametrize(
    ("income", "solidarity"),
    [
        ("73482", "0"),  # income tax of 19,950.52, 52 cents above the free amount of 2025: 11.9 % of them
        ("80000", "325.83"),  # 11.9 % of 2,738.08
        ("200000", "4019.84"),  # 5.5 % of 73,088.08
    ],
)
def test_the_surcharge_begins_above_its_free_amount_and_rises_softly(income: str, solidarity: str) -> None:
    found = schedule_charge(Decimal(income), rates_of("2025"), NO_CHURCH, 1).solidarity

    assert abs(found - Decimal(solidarity)) < Decimal("0.1")
