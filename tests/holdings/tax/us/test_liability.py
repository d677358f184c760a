"""Tax worked by hand from the forms: Form 1040 and its worksheets, Schedule D Tax Worksheet, Form 8960."""

from decimal import Decimal

import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Liability, YearIncome, rates_of, tax_of_year


def tax(year: int = 2025, status: FilingStatus = FilingStatus.SINGLE, **amounts: int | str) -> Liability:
    exactly = {name: Decimal(amount) for name, amount in amounts.items()}
    return tax_of_year(YearIncome(status=status, **exactly), rates_of(year))


def bases(liability: Liability) -> list[Decimal]:
    """What is taxed at ordinary rates, and at 0, 15, 20 and 28 %."""
    return [liability.ordinary.base, *(part.base for part in liability.preferential)]


def test_gain_and_qualified_dividends_fill_the_zero_bracket_on_top_of_other_income() -> None:
    found = tax(other=60_000, qualified=2000, long=10_000)

    assert found.taxable_income == 56_250
    assert bases(found) == [44_250, 4100, 7900, 0, 0]
    assert found.ordinary.tax == Decimal("5071.50")  # 1,192.50 + 12 % of 32,325
    assert found.income_tax == Decimal("6256.50")  # + 15 % of 7,900


def test_gain_above_the_second_threshold_is_taxed_at_20_percent() -> None:
    found = tax(status=FilingStatus.JOINT, other=500_000, long=300_000)

    assert bases(found) == [468_500, 0, 131_550, 168_450, 0]
    assert found.income_tax == Decimal("157468.50")  # 104,046 + 19,732.50 + 33,690
    assert found.niit.tax == 11_400  # 3.8 % of 300,000, less than 550,000
    assert found.total == Decimal("168868.50")


def test_where_15_percent_is_more_than_the_bracket_ordinary_rates_apply_to_everything() -> None:
    found = tax(other=64_100, long=100)

    assert bases(found) == [48_450, 0, 0, 0, 0]
    assert found.income_tax == Decimal("5575.50")  # 12 on the gain, not 15


def test_a_short_gain_is_ordinary_income() -> None:
    assert tax(other=60_000, short=10_000).income_tax == tax(other=70_000).income_tax


def test_a_net_loss_lowers_income_but_leaves_qualified_dividends_their_rates() -> None:
    found = tax(other=63_750, qualified=5000, long=-10_000)

    assert (found.agi, found.taxable_income) == (65_750, 50_000)
    assert bases(found) == [45_000, 3350, 1650, 0, 0]
    assert found.carried.long == 7000


def test_a_married_person_filing_separately_takes_half_the_limit_off() -> None:
    found = tax(status=FilingStatus.SEPARATE, other=100_000, short=-10_000)

    assert (found.agi, found.carried.short) == (98_500, 8500)


def test_deductions_beyond_income_leave_no_tax_and_the_loss_to_carry_on() -> None:
    found = tax(other=17_000, short=-5000)

    assert (found.after_deductions, found.taxable_income, found.total) == (-1750, 0, 0)
    assert (found.carried.consumed, found.carried.short) == (1250, 3750)


def test_entered_deductions_take_the_place_of_the_standard_ones() -> None:
    assert tax(other=60_000).taxable_income == 44_250
    assert tax(other=60_000, deductions=0).taxable_income == 60_000


class TestCollectibles:
    def test_their_gain_is_taxed_at_28_percent_where_the_bracket_is_higher(self) -> None:
        found = tax(2024, other=514_600, long=100_000, collectibles=100_000)

        assert found.income_tax == Decimal("173374.75")  # 145,374.75 + 28,000

    def test_it_fills_the_brackets_up_to_24_percent_first(self) -> None:
        found = tax(2024, other=194_600, long=30_000, collectibles=30_000)

        assert bases(found) == [191_950, 0, 0, 0, 18_050]
        assert found.income_tax == Decimal("44164.50")  # 39,110.50 + 28 % of 18,050

    def test_in_low_brackets_it_is_ordinary_and_takes_room_from_the_zero_bracket(self) -> None:
        found = tax(2024, other=24_600, long=50_000, collectibles=20_000)

        assert bases(found) == [30_000, 17_025, 12_975, 0, 0]
        assert found.income_tax == Decimal("5314.25")  # 3,368 + 1,946.25


class TestNetInvestmentIncomeTax:
    """Reg. 1.1411-4(d)(3)(ii), Example 1: wages of 300,000."""

    def test_the_loss_deducted_from_other_income_lowers_interest(self) -> None:
        found = tax(2024, other=300_000, interest=5000, short=10_000 - 40_000)

        assert (found.investment_income, found.carried.short) == (2000, 27_000)
        assert found.niit.tax == 76

    def test_the_loss_carried_in_lowers_the_gain_of_the_next_year(self) -> None:
        found = tax(2025, other=300_000, short=30_000, carry_short=27_000)

        assert found.investment_income == 3000
        assert found.niit.tax == 114

    def test_it_is_due_on_the_income_above_the_threshold_where_that_is_less(self) -> None:
        assert tax(other=195_000, interest=10_000).niit.tax == 190

    def test_a_loss_beyond_all_investment_income_leaves_nothing_to_tax(self) -> None:
        found = tax(other=300_000, interest=1000, short=-9000)

        assert (found.investment_income, found.niit.base, found.niit.tax) == (-2000, 0, 0)

    def test_additions_raise_the_modified_income_alone(self) -> None:
        found = tax(other=195_000, interest=3000, magi_additions=4000)

        assert (found.agi, found.magi, found.niit.base) == (198_000, 202_000, 2000)


class TestStateTax:
    def test_it_is_a_flat_rate_on_taxable_income_gains_included(self) -> None:
        found = tax(other=60_000, long=10_000, state_rate="0.05")

        assert (found.state.base, found.state.tax) == (54_250, Decimal("2712.50"))

    def test_deductions_of_the_state_take_the_place_of_the_federal_ones(self) -> None:
        found = tax(other=60_000, long=10_000, state_rate="0.05", state_deductions=0)

        assert found.state.tax == 3500

    def test_it_is_never_negative(self) -> None:
        assert tax(other=5000, state_rate="0.05").state.tax == 0


@pytest.mark.parametrize("field", ["interest", "qualified", "carry_short", "carry_long", "deductions"])
def test_an_amount_that_cannot_be_negative_is_refused_by_name(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field}: enter an amount of zero or more, not -1"):
        tax(**{field: -1})


def test_a_state_rate_in_percent_is_refused() -> None:
    with pytest.raises(ValueError, match="state_rate: enter a fraction"):
        tax(state_rate=5)
