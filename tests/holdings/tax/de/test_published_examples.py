"""Worked examples that others published: the tax administration's instructions, commentaries, fund houses."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from holdings.tax.de.lump_sums import unit_lump_sum
from holdings.tax.de.rates import base_rate
from holdings.tax.history import FundYear
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.de.households import COIN, counted, matched
from tests.holdings.tax.de.years import GENERAL, SHARES, assessed, gain, parts

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def test_instructions_to_anlage_kap_2024_costs_of_purchase_and_sale_come_off() -> None:
    """Bought for 10,000, sold for 15,000, costs of 250, and 500 that the bank did not take into account."""
    found = matched(buy("b", "2024-01-02", 100, 10_250), sell("s", "2024-12-14", 100, 14_500))

    assert counted(found) == 4_250


def test_haufe_first_in_first_out_takes_the_shares_bought_before_2009_first() -> None:
    """100 for 2,000 in 2008, 50 for 4,000 in 2015; 50 sold for 3,000 in 2023: 40 euros a share, free."""
    found = matched(
        buy("a", "2008-05-02", 100, 2000), buy("b", "2015-05-04", 50, 4000), sell("s", "2023-10-01", 50, 3000)
    )

    assert [(each.lot, each.gain, each.recognised) for each in found.slices] == [("a", 2000, 0)]


@pytest.mark.parametrize(
    ("sold", "proceeds", "taxable"),
    [
        ("2024-09-30", 2200, 1200),  # within the year, at the limit or above
        ("2025-01-02", 1800, 0),  # after the year
        ("2024-09-30", 1400, 0),  # within it, below the limit of 1,000
    ],
)
def test_haufe_amalie_buys_ether_for_1000_on_new_years_day(sold: str, proceeds: int, taxable: int) -> None:
    found = matched(buy("b", "2024-01-01", 1, 1000, instrument=COIN), sell("s", sold, 1, proceeds, instrument=COIN))

    assert parts(assessed(*found.slices, year=int(sold[:4])))["private"] == taxable


def test_a_student_uses_his_carried_loss_of_shares_though_the_allowance_would_have_done() -> None:
    """wertpapier-forum.de, topic 66151: 5,000 brought in, 5,000 gained in 2023, no other income."""
    found = assessed(gain(5000), year=2023, brought={SHARES: 5000})

    assert (found.tax, found.carried[SHARES]) == (0, 0)


def test_onvista_gains_of_shares_meet_all_losses_and_losses_of_shares_only_gains_of_shares() -> None:
    assert assessed(gain(2000), gain(-2000, GENERAL)).tax == 0
    assert assessed(gain(-2000), gain(2000, GENERAL)).tax == 1000 * Decimal("0.26375")


@pytest.mark.parametrize(("year", "percent"), [(2023, "1.785"), (2024, "1.603")])
def test_instructions_to_anlage_kap_inv_the_rate_that_the_price_is_multiplied_with(year: int, percent: str) -> None:
    rate = base_rate(year)

    assert rate is not None
    assert unit_lump_sum(FundYear(Decimal(100), Decimal(200)), rate) == Decimal(percent)


@pytest.mark.parametrize(
    ("last", "found"),
    [("10500", "60.90"), ("10030", "30")],
)
def test_fil_fondsbank_holdings_worth_10000_at_the_base_rate_of_2018(last: str, found: str) -> None:
    """10,000 x 0.87 % x 0.7, and no more than the holding gained."""
    assert unit_lump_sum(FundYear(Decimal(10_000), Decimal(last)), Decimal("0.0087")) == Decimal(found)


@pytest.mark.parametrize(("last", "distributed", "found"), [("10500", "20", "16.40"), ("10030", "0", "30")])
def test_finanztip_holdings_worth_10000_at_the_base_rate_of_2019(last: str, distributed: str, found: str) -> None:
    year = FundYear(Decimal(10_000), Decimal(last), Decimal(distributed))

    assert unit_lump_sum(year, Decimal("0.0052")) == Decimal(found)


def test_consorsbank_a_fund_bought_in_december() -> None:
    """180 to 220, 0.10 paid out, base rate 1 %: 1.16 of the year, 0.10 of a month, 0.07 after partial exemption."""
    year = unit_lump_sum(FundYear(Decimal(180), Decimal(220), Decimal("0.10")), Decimal("0.01"))

    assert year == Decimal("1.16")
    assert cents(year / 12) == Decimal("0.10")
    assert cents(year / 12 * Decimal("0.7")) == Decimal("0.07")


def test_bvi_what_is_paid_out_comes_off_the_base() -> None:
    """Base 5, paid out 2: lump sum 3."""
    assert cents(unit_lump_sum(FundYear(Decimal(500), Decimal(600), Decimal(2)), Decimal(5) / 350)) == 3
