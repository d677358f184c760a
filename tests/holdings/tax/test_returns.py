"""Spouses who are taxed apart: each has a return, with an allowance, brackets, income and losses of their own."""

from dataclasses import replace
from decimal import Decimal

import pytest

from holdings.ledger.types import Entry, Kind
from holdings.tax.chain import YearOutcome, outcome
from holdings.tax.facts import FilingStatus, SpouseFacts, TaxFacts
from holdings.tax.flows import Engine, tax_flows
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import GainClass, TaxYear
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.returns import returns
from tests.holdings.ledger.histories import buy, entry, sell
from tests.holdings.tax.pooled.households import ACCOUNTS, household

ANN = [buy("a", "2024-05-01", 100, 10_000), sell("b", "2025-06-02", 100, 20_000)]
"""Ann gains 10,000."""
BOB = [
    buy("c", "2024-05-01", 100, 10_000, account="spouse"),
    sell("d", "2025-07-01", 100, 15_000, account="spouse"),
]
"""Bob gains 5,000."""
LOSS = [
    buy("e", "2024-05-01", 10, 9_000, account="spouse", instrument="XOM"),
    sell("f", "2025-07-02", 10, 1_000, account="spouse", instrument="XOM"),
]
"""Bob loses 8,000."""


def years(country: str, *entries: Entry, **said: object) -> dict[str, YearOutcome]:
    rules: Jurisdiction = JURISDICTIONS[country]
    history = household(*entries, currency=rules.currency, as_of="2026-06-30")

    def facts(year: TaxYear) -> TaxFacts:
        told = TaxFacts(country, year.label, other_income=Decimal(80_000), spouse=SpouseFacts(Decimal(20_000)))
        return replace(told, **said)  # type: ignore[arg-type]

    return {each.year.label: each for each in outcome(rules, history, facts).years}


def taxes(year: YearOutcome) -> list[Decimal]:
    return [each.assessment.tax for each in year.returns if each.assessment]


def test_each_british_spouse_has_the_annual_exempt_amount_and_a_band_of_their_own() -> None:
    """Ann: 7,000 at 24 %. Bob, with 20,000 of income: 2,000 at 18 %."""
    assert taxes(years("GB", *ANN, *BOB)["2025-26"]) == [1680, 360]


def test_losses_do_not_cross_to_the_other_spouse() -> None:
    """Bob's 3,000 net loss is his to carry on, and is no relief for Ann."""
    found = years("GB", *ANN, *BOB, *LOSS)

    assert taxes(found["2025-26"]) == [1680, 0]
    theirs = found["2026-27"].spouse
    assert theirs is not None
    assert theirs.carried_in == {GainClass.GENERAL: 3000}
    assert found["2026-27"].carried_in == {GainClass.GENERAL: 0}


def test_a_loss_that_the_spouse_carries_in_comes_off_the_spouses_gains_alone() -> None:
    """Bob's 5,000 come down to the exempt amount."""
    said = SpouseFacts(Decimal(20_000), carry=Decimal(9_000))

    assert taxes(years("GB", *ANN, *BOB, spouse=said, carry_year="2025-26")["2025-26"]) == [1680, 0]


def test_a_german_spouse_carries_losses_of_shares_and_other_losses_into_pots_of_their_own() -> None:
    said = SpouseFacts(carry=Decimal(100), carry_long=Decimal(70))
    theirs = years("DE", *ANN, *BOB, spouse=said, carry_year="2025")["2025"].spouse

    assert theirs is not None
    assert theirs.carried_in == {GainClass.SHARES: 100, GainClass.GENERAL: 70}


def test_income_of_the_spouses_accounts_fills_the_spouses_band() -> None:
    """500 of the band are left for Bob's 2,000: 500 at 18 %, 1,500 at 24 %."""
    paid = entry("p", Kind.DIVIDEND, "2025-08-01", cash=29_770, instrument="KO", account="spouse")
    found = years("GB", *ANN, *BOB, paid)["2025-26"]

    assert taxes(found) == [1680, 450]
    assert found.income.dividends == 0


def test_canadian_spouses_have_brackets_and_basic_amounts_of_their_own() -> None:
    """Half of each gain counts: Ann's 5,000 at 20.5 %, Bob's 2,500 at 14.5 % in 2025."""
    mine, theirs = years("CA", *ANN, *BOB)["2025"].returns

    assert mine.assessment is not None
    assert theirs.assessment is not None
    assert round(mine.assessment.tax_on_gains, 2) == Decimal("1025.00")
    assert round(theirs.assessment.tax_on_gains, 2) == Decimal("362.50")


def test_a_joint_german_return_has_both_and_a_single_one_has_not() -> None:
    """Joint: 15,000 less 2,000. Apart: 9,000 and 4,000, each after an allowance of 1,000."""
    rate = Decimal("0.26375")

    joint = years("DE", *ANN, *BOB, status=FilingStatus.JOINT, joint_allowance=True)["2025"]
    assert taxes(joint) == [13_000 * rate]
    assert taxes(years("DE", *ANN, *BOB)["2025"]) == [9_000 * rate, 4_000 * rate]


@pytest.mark.parametrize(("country", "count"), [("US", 1), ("GB", 2), ("CA", 2), ("DE", 2)])
def test_a_child_is_on_neither_return_but_in_the_united_states(country: str, count: int) -> None:
    found = returns(JURISDICTIONS[country], ACCOUNTS, TaxFacts(country, "2025"))

    assert len(found) == count
    assert any("child" in each.accounts for each in found) == (country == "US")


def test_a_spouse_without_taxed_accounts_has_no_return() -> None:
    accounts = {id: each for id, each in ACCOUNTS.items() if id != "spouse"}

    assert len(returns(JURISDICTIONS["GB"], accounts, TaxFacts("GB", "2025-26"))) == 1


def test_the_tax_of_each_day_falls_on_the_account_of_the_spouse_who_sold() -> None:
    rules = JURISDICTIONS["GB"]
    history = household(*ANN, *BOB, currency="GBP", as_of="2026-06-30")
    year = years("GB", *ANN, *BOB)["2025-26"]
    flows = [flow for each in year.returns for flow in tax_flows(Engine(rules, history, each))]

    assert [(flow.account, flow.amount) for flow in flows] == [("taxable", 1680), ("spouse", 360)]
