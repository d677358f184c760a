"""What cannot be known of accounts that are not imported, by kind of account and by country."""

import pytest

from holdings.tax.coverage import account_gap, spouse_gap
from holdings.tax.history import ABROAD, Shelter


def gap(country: str = "US", shelter: Shelter = Shelter.TAXABLE, *, reinvests: bool | None = False) -> str:
    return account_gap(country, shelter, name="401(k) at work", owner="Tom", reinvests=reinvests)


@pytest.mark.parametrize("country", ["US", "GB", "CA", "DE", "FR"])
@pytest.mark.parametrize("shelter", Shelter)
def test_every_kind_has_its_sentence_in_every_country(country: str, shelter: Shelter) -> None:
    assert gap(country, shelter).startswith("“401(k) at work” of Tom is not imported: ")
    assert gap(country, shelter).endswith(".")


def test_a_purchase_in_a_taxable_account_may_wash_a_loss() -> None:
    assert "within 30 days of a sale at a loss here may make that loss a wash sale" in gap()


@pytest.mark.parametrize(
    "shelter", [Shelter.TRADITIONAL_IRA, Shelter.ROTH_IRA, Shelter.K401, Shelter.HSA], ids=lambda kind: kind.value
)
def test_a_purchase_in_a_retirement_account_may_deny_a_loss_for_good(shelter: Shelter) -> None:
    assert "may deny that loss for good" in gap(shelter=shelter)


def test_what_no_ruling_settles_says_so() -> None:
    unsettled = {shelter for shelter in Shelter if "no ruling" in gap(shelter=shelter)}
    assert unsettled == {Shelter.K401, Shelter.HSA, Shelter.PLAN_529, Shelter.CUSTODIAL, *ABROAD}


@pytest.mark.parametrize(
    ("reinvests", "words"),
    [(True, "It reinvests dividends by itself"), (None, "Whether it reinvests dividends by itself")],
)
def test_reinvestment_counts_as_a_purchase(reinvests: bool | None, words: str) -> None:
    assert words in gap(reinvests=reinvests)
    assert words not in gap(reinvests=False)


def test_shares_in_one_pool_make_the_british_cost_unknown() -> None:
    assert "one pool" in gap("GB")
    assert "nothing in it changes a gain here" in gap("GB", Shelter.ISA)


def test_a_registered_plan_in_canada_may_deny_a_loss_for_good() -> None:
    assert "for good" in gap("CA", Shelter.TFSA)


def test_no_purchase_elsewhere_touches_a_german_loss() -> None:
    assert "purchase" not in gap("DE", reinvests=None)
    assert "allowance" in gap("DE")


def test_a_spouse_who_is_not_named_may_wash_losses_where_spouses_count() -> None:
    assert "may deny that loss" in spouse_gap("US")
    assert "may deny" not in spouse_gap("DE")
