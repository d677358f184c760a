"""What holds for the tax of any year."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Kind, YearIncome, difference, rates_of, tax_of_year, years

AMOUNTS = st.one_of(st.decimals(0, 3000, places=2), st.decimals(0, 700_000, places=2))
SIGNED = st.builds(lambda amount, sign: amount * sign, AMOUNTS, st.sampled_from([1, -1]))
INCOMES = st.builds(
    YearIncome,
    status=st.sampled_from(FilingStatus),
    other=SIGNED,
    interest=AMOUNTS,
    qualified=AMOUNTS,
    short=SIGNED,
    long=SIGNED,
    collectibles=SIGNED,
    carry_short=AMOUNTS,
    carry_long=AMOUNTS,
    deductions=st.none() | AMOUNTS,
    magi_additions=AMOUNTS,
    state_rate=st.decimals(0, "0.14", places=4),
    state_deductions=st.none() | AMOUNTS,
)
RATES = st.sampled_from([rates_of(year) for year in years()])
STEPS = st.one_of(st.just(Decimal("0.01")), st.just(Decimal(1)), st.decimals("0.01", 400_000, places=2))


@given(INCOMES, RATES, st.sampled_from(Kind), STEPS)
def test_more_income_never_costs_less_and_never_more_than_itself(income, rates, kind, step) -> None:
    """So the tax is continuous, and every marginal rate lies in [0, 1)."""
    found = difference(income, rates, kind, step)

    assert 0 <= found.rate < 1


@given(INCOMES, RATES, STEPS)
def test_gain_on_collectibles_never_costs_less_than_other_gain(income, rates, step) -> None:
    more = replace(income, collectibles=income.collectibles + step)

    assert 0 <= tax_of_year(more, rates).total - tax_of_year(income, rates).total < step


@given(INCOMES, RATES)
def test_the_parts_add_up_to_the_taxable_income_and_the_tax(income, rates) -> None:
    found = tax_of_year(income, rates)
    parts = [found.ordinary, *found.preferential]

    assert sum(part.base for part in parts) == found.taxable_income
    assert sum(part.tax for part in [*parts, found.niit, found.state]) == found.total
    assert all(part.base >= 0 and part.tax >= 0 for part in [*parts, found.niit, found.state])


@given(INCOMES, RATES)
def test_preferential_rates_never_cost_more_than_ordinary_ones(income, rates) -> None:
    plain = replace(
        income,
        interest=income.interest + income.qualified,
        qualified=Decimal(0),
        short=income.short - income.carry_short + income.long - income.carry_long,
        long=Decimal(0),
        collectibles=Decimal(0),
        carry_short=Decimal(0),
        carry_long=Decimal(0),
    )

    assert tax_of_year(income, rates).total <= tax_of_year(plain, rates).total


@given(INCOMES, RATES)
def test_losses_brought_in_and_made_are_used_deducted_or_carried_on(income, rates) -> None:
    found = tax_of_year(income, rates)

    brought = income.short + income.long - income.carry_short - income.carry_long
    left = found.carried.consumed + found.carried.short + found.carried.long
    assert brought == max(Decimal(0), found.net.total) - left
