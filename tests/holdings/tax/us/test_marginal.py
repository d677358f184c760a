from decimal import Decimal

import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Difference, Kind, Marginal, YearIncome, difference, marginal_rates, rates_of

RATES = rates_of(2025)


def year(**amounts: int | str) -> YearIncome:
    return YearIncome(status=FilingStatus.SINGLE, **{name: Decimal(amount) for name, amount in amounts.items()})


def marginal(kind: Kind, **amounts: int | str) -> Marginal:
    return marginal_rates(year(**amounts), RATES)[kind]


def rates(following: str, last: str | None) -> Marginal:
    return Marginal(Decimal(following), None if last is None else Decimal(last))


def test_an_ordinary_dollar_that_lifts_gain_out_of_the_zero_bracket_costs_both_rates() -> None:
    assert marginal(Kind.ORDINARY, other=50_000, long=30_000) == rates("0.27", "0.27")  # 12 % + 15 %


def test_gain_of_the_zero_bracket_costs_nothing_until_its_edge() -> None:
    assert marginal(Kind.LONG, other=60_000, long=4100) == rates("0.15", "0")


def test_at_the_edge_of_a_bracket_the_next_dollar_costs_more_than_the_last() -> None:
    assert marginal(Kind.ORDINARY, other=103_350 + 15_750) == rates("0.24", "0.22")


def test_beyond_the_threshold_investment_income_bears_the_investment_tax_and_wages_do_not() -> None:
    amounts = {"other": 240_000, "long": 10_000, "interest": 100, "qualified": 100}

    found = marginal_rates(year(**amounts), RATES)

    assert found[Kind.LONG] == found[Kind.QUALIFIED] == rates("0.188", "0.188")
    assert found[Kind.SHORT].next == found[Kind.INTEREST].next == Decimal("0.358")
    assert found[Kind.ORDINARY].next == Decimal("0.32")


def test_where_the_threshold_is_the_smaller_base_wages_bear_the_investment_tax() -> None:
    assert marginal(Kind.ORDINARY, other=190_000, long=30_000).next == Decimal("0.278")  # 24 % + 3.8 %


def test_at_the_loss_limit_more_loss_saves_nothing_and_a_gain_costs_the_ordinary_rate() -> None:
    assert marginal(Kind.SHORT, other=100_000, short=-3000) == rates("0.22", "0")


def test_loss_beyond_the_limit_is_carried_on() -> None:
    found = difference(year(other=100_000, short=-3000), RATES, Kind.SHORT, Decimal(-500))

    assert found == Difference(Decimal(-500), tax=Decimal(0), carry_short=Decimal(500), carry_long=Decimal(0))


def test_a_gain_that_losses_shelter_costs_what_it_takes_from_the_losses_carried_on() -> None:
    found = difference(year(other=100_000, long=-10_000), RATES, Kind.LONG, Decimal(8000))

    assert (found.tax, found.carry_long) == (220, -7000)  # 22 % of the 1,000 that the deduction shrinks by


def test_a_whole_amount_meets_every_kink_on_its_way() -> None:
    found = difference(year(other=60_000), RATES, Kind.LONG, Decimal(10_000))

    assert (found.tax, found.rate) == (885, Decimal("0.0885"))  # 4,100 at 0 %, 5,900 at 15 %


def test_the_state_comes_on_top() -> None:
    assert marginal(Kind.LONG, other=100_000, state_rate="0.05").next == Decimal("0.20")


def test_income_that_is_zero_and_cannot_be_less_has_no_last_dollar() -> None:
    assert marginal(Kind.QUALIFIED, other=100_000) == rates("0.15", None)


def test_an_amount_that_would_leave_dividends_negative_is_refused() -> None:
    with pytest.raises(ValueError, match="qualified: enter an amount of zero or more, not -50"):
        difference(year(qualified=50), RATES, Kind.QUALIFIED, Decimal(-100))
