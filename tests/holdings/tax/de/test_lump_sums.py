"""The advance lump sum: of which units, how much, when, and what becomes of it when they are sold."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.tax.de.lump_sums import first_working_day, unit_lump_sum
from holdings.tax.history import FundYear
from holdings.tax.outcome import GainClass, Slice
from tests.holdings.ledger.histories import buy, received, sell, sent, split
from tests.holdings.tax.de.households import WORLD, counted, matched

RISEN = FundYear(Decimal(100), Decimal(120))
FUNDS = {(WORLD, 2024): RISEN}
UNIT = Decimal("1.603")  # 100 x 2.29 % x 70 %
BOUGHT = buy("b", "2023-03-01", 10, 900, instrument=WORLD)


def lump_sums(*slices: Slice) -> list[Slice]:
    return [each for each in slices if each.rule == "advance lump sum"]


def test_it_is_income_of_the_next_year_a_part_of_which_is_exempt() -> None:
    (found,) = matched(BOUGHT, funds=FUNDS).slices

    assert (found.sold, found.quantity, found.gain_class) == (date(2025, 1, 2), 0, GainClass.GENERAL)
    assert (found.gain, found.recognised) == (10 * UNIT, 7 * UNIT)


def test_it_lowers_the_gain_of_a_later_sale_in_full() -> None:
    found = matched(BOUGHT, sell("s", "2025-07-01", 10, 1300, instrument=WORLD), funds=FUNDS)

    assert counted(found, "s") == (400 - 10 * UNIT) * Decimal("0.7")
    assert counted(found) == 400 * Decimal("0.7")


def test_lump_sums_of_several_years_add_up() -> None:
    funds = FUNDS | {(WORLD, 2025): FundYear(Decimal(120), Decimal(150))}
    found = matched(BOUGHT, sell("s", "2026-07-01", 10, 1600, instrument=WORLD), funds=funds)

    assert [each.gain for each in lump_sums(*found.slices)] == [Decimal("16.03"), Decimal("21.252")]
    assert counted(found) == 700 * Decimal("0.7")


def test_units_sold_in_the_year_bear_none_and_those_that_stay_bear_theirs() -> None:
    found = matched(BOUGHT, sell("s", "2024-12-30", 4, 500, instrument=WORLD), funds=FUNDS)

    assert [each.gain for each in lump_sums(*found.slices)] == [6 * UNIT]


@pytest.mark.parametrize(("bought", "twelfths"), [("2024-01-02", 12), ("2024-03-28", 10), ("2024-12-30", 1)])
def test_in_the_year_of_purchase_each_full_month_before_it_takes_a_twelfth(bought: str, twelfths: int) -> None:
    (found,) = matched(buy("b", bought, 12, 1200, instrument=WORLD), funds=FUNDS).slices

    assert found.gain == UNIT * twelfths


def test_it_follows_the_units_through_splits_and_transfers() -> None:
    found = matched(
        BOUGHT,
        split("x", "2025-02-03", 10, instrument=WORLD),
        sent("t", "2025-03-03", 15, instrument=WORLD),
        received("u", "2025-03-03", 15, "t", instrument=WORLD),
        sell("s", "2025-07-01", 15, 900, instrument=WORLD, account="other"),
        funds=FUNDS,
    )

    assert counted(found, "s") == (900 - 675 - Decimal("7.5") * UNIT) * Decimal("0.7")
    assert [(lot.quantity, lot.basis) for lot in found.lots] == [(5, 225 + Decimal("2.5") * UNIT)]


def test_the_rate_of_the_purchase_is_not_its_rate() -> None:
    bought = buy("b", "2023-03-01", 10, 900, instrument=WORLD, currency="USD", rate=Decimal("0.5"))
    found = matched(bought, sell("s", "2025-07-01", 10, 1300, instrument=WORLD), funds=FUNDS)

    assert counted(found, "s") == (1300 - 450 - 10 * UNIT) * Decimal("0.7")


def test_where_the_cost_is_not_known_it_is_income_and_the_gain_stays_unknown() -> None:
    bought = buy("b", "2023-03-01", 10, 900, instrument=WORLD, currency="USD", rate=None)
    found = matched(bought, sell("s", "2025-07-01", 10, 1300, instrument=WORLD), funds=FUNDS)

    assert [each.recognised for each in found.slices] == [7 * UNIT, None]


def test_there_is_none_without_prices_or_a_positive_base_rate_or_before_its_day_has_come() -> None:
    no_rate = {(WORLD, 2022): RISEN, (WORLD, 2019): RISEN}

    assert matched(BOUGHT).slices == ()
    assert matched(buy("b", "2018-03-01", 10, 900, instrument=WORLD), funds=no_rate).slices == ()
    assert matched(BOUGHT, funds=FUNDS, as_of="2025-01-01").slices == ()


def test_units_in_a_sheltered_account_bear_none() -> None:
    assert matched(buy("b", "2023-03-01", 10, 900, instrument=WORLD, account="plan"), funds=FUNDS).slices == ()


@pytest.mark.parametrize(
    ("first", "last", "distributed", "found"),
    [
        ("100", "120", "0", "1.603"),  # the base
        ("100", "101", "0", "1"),  # at most what the unit gained
        ("100", "90", "0", "0"),  # nothing where it fell
        ("100", "120", "0.6", "1.003"),  # less what was paid out
        ("100", "120", "5", "0"),
        ("100", "99.5", "1.5", "0"),  # gained 1 with what it paid, and paid more
        ("100", "101", "0.5", "1"),  # gained 1.5 in all
    ],
)
def test_of_one_unit(first: str, last: str, distributed: str, found: str) -> None:
    year = FundYear(Decimal(first), Decimal(last), Decimal(distributed))

    assert unit_lump_sum(year, Decimal("0.0229")) == Decimal(found)


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "2024-01-02"), (2025, "2025-01-02"), (2026, "2026-01-02"), (2027, "2027-01-04")]
)
def test_the_day_it_is_received_is_the_one_that_the_ministry_names(year: int, day: str) -> None:
    assert first_working_day(year) == date.fromisoformat(day)
