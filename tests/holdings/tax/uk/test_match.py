"""What is an acquisition and what is not, whose pool it is, and what nobody can know."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.types import Kind, Origin
from holdings.tax.chain import outcome
from holdings.tax.facts import TaxFacts
from holdings.tax.jurisdiction import UnsupportedHistory
from holdings.tax.outcome import GainClass, Matching
from holdings.tax.uk import UK
from tests.holdings.ledger.histories import buy, entry, merger, opening, received, sell, sent, spin_off, split
from tests.holdings.tax.pooled.households import gains, household, pool, slices

KO = [buy("b", "2020-01-06", 100, 1000)]


def matched(*entries: object, **more: str) -> Matching:
    return UK.match(household(*entries, currency="GBP", **more))  # type: ignore[arg-type]


def test_the_thirty_day_rule_applies_to_gains_too() -> None:
    found = matched(*KO, sell("s", "2024-07-01", 100, 5000), buy("b2", "2024-07-15", 100, 4900))

    assert (gains(found, "s"), pool(found)) == (100, (100, 1000))


def test_the_same_day_comes_before_an_earlier_sale_of_the_thirty_days_before() -> None:
    found = matched(
        *KO, sell("s1", "2024-07-01", 40, 800), buy("b2", "2024-07-15", 50, 1500), sell("s2", "2024-07-15", 30, 960)
    )

    assert [(each.rule, each.quantity) for each in slices(found, "s2")] == [("same day", 30)]
    assert [(each.rule, each.quantity) for each in slices(found, "s1")] == [("30 days", 20), ("section 104", 20)]


def test_all_accounts_of_a_person_are_one_pool_and_those_of_the_spouse_another() -> None:
    found = matched(
        *KO,
        buy("b2", "2020-02-03", 100, 3000, account="other"),
        buy("b3", "2020-02-03", 100, 9000, account="spouse"),
        sell("s", "2024-07-01", 50, 2000),
    )

    assert gains(found) == 1000
    assert (pool(found), pool(found, holder="bob")) == ((150, 3000), (100, 9000))


def test_a_purchase_by_the_spouse_or_in_a_sheltered_account_is_not_identified() -> None:
    found = matched(
        *KO,
        sell("s", "2024-07-01", 100, 5000),
        buy("b2", "2024-07-02", 100, 4900, account="spouse"),
        buy("b3", "2024-07-02", 100, 4900, account="plan"),
    )

    assert [each.rule for each in slices(found, "s")] == ["section 104"]


def test_a_sale_in_a_sheltered_account_is_no_disposal() -> None:
    inside = [buy("b", "2020-01-06", 10, 100, account="plan"), sell("s", "2024-07-01", 10, 900, account="plan")]

    assert matched(*inside) == Matching()


def test_a_split_is_no_acquisition_and_the_pool_keeps_its_cost() -> None:
    found = matched(*KO, split("x", "2024-07-10", 100), sell("s", "2024-07-10", 50, 900))

    assert [each.rule for each in found.slices] == ["section 104"]
    assert (gains(found), pool(found)) == (650, (150, 750))


@pytest.mark.parametrize(("more", "bought"), [(100, 80), (-50, 20)])
def test_a_purchase_after_a_split_meets_a_sale_before_it_in_its_own_shares(more: int, bought: int) -> None:
    """40 of 100 shares are sold; after the split they would be 80, or 20."""
    found = matched(
        *KO,
        sell("s", "2024-07-01", 40, 800),
        split("x", "2024-07-10", Decimal(more) * 6 / 10),
        buy("b2", "2024-07-15", bought, 700),
    )

    assert [(each.rule, each.quantity, each.gain) for each in found.slices] == [("30 days", 40, 100)]
    assert pool(found) == (100 + more, 1000)


def test_a_split_reaches_shares_that_a_later_purchase_puts_back() -> None:
    """All is sold, so that the split finds nothing in the account; the spouse's account tells of it."""
    found = matched(
        *KO,
        buy("b3", "2020-01-06", 10, 100, account="spouse"),
        sell("s", "2024-07-01", 100, 1500),
        split("x", "2024-07-10", 10, account="spouse"),
        buy("b2", "2024-07-15", 200, 1400),
    )

    assert (gains(found, "s"), pool(found)) == (100, (200, 1000))


def test_two_brokers_that_book_a_split_two_days_apart_tell_of_one() -> None:
    found = matched(
        *KO,
        buy("b2", "2020-01-06", 100, 3000, account="other"),
        split("x", "2024-07-10", 100),
        split("y", "2024-07-12", 100, account="other"),
    )

    assert pool(found) == (400, 4000)


def test_a_change_of_symbol_joins_the_class_and_is_no_disposal() -> None:
    renamed = entry("r", Kind.SYMBOL_CHANGE, "2024-07-10", other="COKE")
    found = matched(*KO, sell("s", "2024-07-01", 50, 800), renamed, buy("b2", "2024-07-15", 50, 700, instrument="COKE"))

    assert (gains(found, "s"), pool(found, "COKE")) == (100, (100, 1000))


def test_a_transfer_between_ones_own_accounts_changes_nothing() -> None:
    found = matched(*KO, sent("t", "2024-07-01", 60), received("u", "2024-07-03", 60, "t"))

    assert (found.slices, found.left_out, pool(found)) == ((), (), (100, 1000))


def test_a_transfer_to_the_spouse_takes_its_cost_along_without_gain_or_loss() -> None:
    found = matched(
        *KO,
        buy("b3", "2020-01-06", 40, 1000, account="spouse"),
        sent("t", "2024-07-01", 60),
        received("u", "2024-07-01", 60, "t", account="spouse"),
    )

    assert found.slices == ()
    assert (pool(found), pool(found, holder="bob")) == ((40, 400), (100, 1600))


def test_a_transfer_to_the_child_is_a_disposal_at_market_value() -> None:
    gift = [sent("t", "2024-07-01", 50, fair_value="800"), received("u", "2024-07-01", 50, "t", account="child")]
    found = matched(*KO, *gift)

    assert gains(found, "t") == 300
    assert pool(found, holder="cy") == (50, 800)


def test_a_transfer_into_a_plan_without_its_value_is_named_and_left_out() -> None:
    found = matched(*KO, sent("t", "2024-07-01", 50), received("u", "2024-07-01", 50, "t", account="plan"))

    assert [(each.entry, "market value" in each.reason) for each in found.left_out] == [("t", True)]
    assert (found.slices, pool(found)) == ((), (50, 500))


def test_shares_that_leave_the_household_are_named_and_take_their_cost_along() -> None:
    found = matched(*KO, sent("t", "2024-07-01", 50))

    assert [each.entry for each in found.left_out] == ["t"]
    assert (found.slices, pool(found)) == ((), (50, 500))


def test_a_spin_off_takes_its_fraction_of_the_cost_along_and_is_not_identified() -> None:
    found = matched(*KO, spin_off("o", "2024-07-10", 25, "0.2"), sell("s", "2024-07-12", 5, 90, instrument="PEP"))

    assert (gains(found), pool(found), pool(found, "PEP")) == (50, (100, 800), (20, 160))


def test_a_spin_off_in_two_accounts_takes_its_fraction_once() -> None:
    found = matched(
        *KO,
        buy("b2", "2020-01-06", 100, 3000, account="other"),
        spin_off("o", "2024-07-10", 25, "0.2"),
        spin_off("p", "2024-07-10", 25, "0.2", account="other"),
    )

    assert (pool(found), pool(found, "PEP")) == ((200, 3200), (50, 800))


def test_a_merger_for_shares_carries_the_cost_over() -> None:
    assert pool(matched(*KO, merger("m", "2024-07-01", 100, 50)), "PEP") == (50, 1000)


def test_cash_beside_new_shares_is_a_part_disposal_by_market_values() -> None:
    """TCGA 1992 s128, s129: 4,000 of 16,000 in cash takes a quarter of the cost of 1,000."""
    found = matched(*KO, merger("m", "2024-07-01", 100, 50, cash="4000", fair_value="12000"))

    assert (gains(found, "m"), pool(found, "PEP")) == (3750, (50, 750))


def test_a_small_capital_sum_lowers_the_cost_and_what_exceeds_it_is_a_gain() -> None:
    lowered = matched(*KO, entry("c", Kind.RETURN_OF_CAPITAL, "2024-07-01", cash="300"))
    exceeded = matched(*KO, entry("c", Kind.RETURN_OF_CAPITAL, "2024-07-01", cash="1300"))

    assert (lowered.slices, pool(lowered)) == ((), (100, 700))
    assert (gains(exceeded), pool(exceeded)) == (300, (100, 0))


def test_a_large_capital_sum_needs_the_value_of_the_shares() -> None:
    unknown = matched(*KO, entry("c", Kind.RETURN_OF_CAPITAL, "2024-07-01", cash="4000"))
    known = matched(*KO, entry("c", Kind.RETURN_OF_CAPITAL, "2024-07-01", cash="4000", fair_value="12000"))

    assert [each.basis for each in unknown.slices] == [None]
    assert "market value" in unknown.slices[0].notes[0]
    assert pool(unknown) == (100, None)
    assert (gains(known), pool(known)) == (3750, (100, 750))


def test_worthless_shares_are_a_loss_of_the_pool_on_the_day_of_the_claim() -> None:
    found = matched(*KO, entry("w", Kind.WORTHLESS, "2024-07-01", -100), buy("b2", "2024-07-10", 100, 10))

    assert [(each.gain, each.rule, each.sold) for each in found.slices] == [(-1000, "section 104", date(2024, 7, 1))]


def test_an_imported_holding_counts_from_the_day_it_was_acquired_in_the_shares_of_that_day() -> None:
    """Of 100 shares 40 were sold and 60 split in two; the other broker's 80 were 40 when they were bought back."""
    found = matched(
        *KO,
        sell("s", "2024-07-01", 40, 800),
        split("x", "2024-07-10", 60),
        opening("o", "2025-01-02", 80, basis="600", acquired="2024-07-05", account="other"),
    )

    assert [(each.rule, each.quantity, each.gain) for each in found.slices] == [("30 days", 40, 200)]
    assert pool(found) == (200, 1000)


def test_an_imported_holding_of_unknown_date_is_in_the_pool_alone() -> None:
    found = matched(*KO, sell("s", "2024-07-01", 40, 800), opening("o", "2024-07-05", 40, basis="600"))

    assert [each.rule for each in found.slices] == ["section 104"]


def test_an_unknown_cost_makes_the_pool_unknown_until_it_is_empty() -> None:
    found = matched(
        *KO,
        opening("o", "2020-02-03", 10),
        sell("s", "2024-07-01", 110, 2000),
        buy("b2", "2025-01-06", 10, 100),
        sell("s2", "2025-06-02", 5, 80),
    )

    assert [each.basis for each in found.slices] == [None, 50]


def test_a_correction_of_a_lot_that_is_still_whole_corrects_the_pool() -> None:
    known = entry("a", Kind.ADJUST, "2021-01-04", basis="500", acquired="2019-01-07", picks={"o": 0})

    assert pool(matched(*KO, opening("o", "2020-02-03", 10), known)) == (110, 1500)


def test_shares_that_nobody_held_are_of_unknown_cost() -> None:
    found = matched(*KO, sell("s", "2024-07-01", 150, 3000))

    assert [(each.rule, each.quantity, each.basis) for each in found.slices] == [
        ("section 104", 100, 1000),
        ("not held", 50, None),
    ]


def test_a_gift_from_outside_costs_its_market_value_on_its_day() -> None:
    given = opening("g", "2024-07-05", 40, basis="100", acquired="2001-01-08", origin=Origin.GIFT, fair_value="700")
    found = matched(*KO, sell("s", "2024-07-01", 40, 800), given)

    assert [(each.rule, each.gain) for each in found.slices] == [("30 days", 100)]


def test_a_purchase_in_dollars_costs_pounds_of_its_day() -> None:
    found = matched(
        buy("b", "2020-01-06", 10, 1000, currency="USD", rate=Decimal("0.75")),
        sell("s", "2024-07-01", 10, 1500, currency="USD", rate=Decimal("0.8")),
    )

    assert gains(found) == 450


def test_a_sale_without_an_exchange_rate_is_named_and_left_out() -> None:
    found = matched(*KO, sell("s", "2024-07-01", 10, 1500, currency="USD", rate=None))

    assert [(each.entry, "exchange rate" in each.reason) for each in found.left_out] == [("s", True)]
    assert pool(found) == (90, 900)


def test_shorts_and_options_are_named_and_left_out() -> None:
    found = matched(entry("x", Kind.SHORT, "2024-07-01", -10, cash="100"))

    assert [(each.entry, each.proceeds) for each in found.left_out] == [("x", 100)]


def test_a_purchase_can_change_a_pooled_slice_for_thirty_days() -> None:
    found = matched(*KO, sell("s", "2024-07-01", 60, 900), buy("b2", "2024-07-15", 50, 700))

    assert [(each.rule, each.final_after) for each in found.slices] == [
        ("30 days", date(2024, 7, 15)),
        ("section 104", date(2024, 7, 31)),
    ]


def test_a_household_in_another_currency_is_refused() -> None:
    with pytest.raises(UnsupportedHistory, match="GBP"):
        UK.match(household(*KO, currency="USD"))


def test_losses_of_a_year_reach_the_next_one_with_both_losses_that_were_entered() -> None:
    history = household(
        *KO, sell("s", "2024-07-01", 50, 100), sell("s2", "2025-07-01", 50, 5000), currency="GBP", as_of="2025-12-31"
    )
    entered = TaxFacts("GB", "", carry_short=Decimal(30), carry_long=Decimal(70), carry_year="2024-25")
    years = outcome(UK, history, lambda year: entered).years

    assert years[-2].assessment is not None
    assert years[-2].assessment.carried == {GainClass.GENERAL: 500}
    assert years[-1].assessment is not None
    assert years[-1].assessment.net == {GainClass.GENERAL: 4000}


def test_the_rows_of_the_form_show_how_each_part_was_identified() -> None:
    history = household(*KO, sell("s", "2024-07-01", 60, 900), buy("b2", "2024-07-15", 50, 700), currency="GBP")
    heading, rows = UK.report(UK.match(history).slices, {})

    assert len(heading) == len(rows[0])
    assert rows == [
        ("2024-07-01", "KO", "50", "30 days", "2024-07-15", "750.00", "700.00", "50.00", ""),
        ("2024-07-01", "KO", "10", "section 104", "", "150.00", "100.00", "50.00", ""),
    ]
