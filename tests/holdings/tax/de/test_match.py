"""First in, first out in each account whatever anybody chose, and what is no sale at all."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.types import Kind, Origin, Relief
from holdings.tax.de import GERMANY
from holdings.tax.de.treatment import NO_SHARE, OLD_FUND
from holdings.tax.jurisdiction import UnsupportedHistory
from holdings.tax.outcome import GainClass
from tests.holdings.ledger.histories import buy, entry, merger, opening, received, sell, sent, spin_off, split
from tests.holdings.tax.de.households import BOND, COIN, PLAIN, WORLD, counted, matched
from tests.holdings.tax.pooled.households import household

TWO = [buy("b1", "2020-01-06", 100, 1000), buy("b2", "2021-01-06", 100, 2000)]


def test_picks_are_set_aside() -> None:
    found = matched(*TWO, sell("s", "2024-07-01", 100, 2500, picks={"b2": 100}))

    assert [(each.lot, each.quantity, each.gain) for each in found.slices] == [("b1", 100, 1500)]


@pytest.mark.parametrize("relief", list(Relief))
def test_so_is_every_method_of_relief(relief: Relief) -> None:
    more = [buy("b1", "2020-01-06", 100, 1000, relief=relief), buy("b2", "2021-01-06", 100, 2000, relief=relief)]

    found = matched(*more, sell("s", "2024-07-01", 150, 3000, relief=relief))

    assert [(each.lot, each.quantity, each.gain) for each in found.slices] == [("b1", 100, 1000), ("b2", 50, 0)]


def test_each_account_stands_alone() -> None:
    found = matched(*TWO, buy("b3", "2019-01-07", 100, 100, account="other"), sell("s", "2024-07-01", 50, 2000))

    assert [each.lot for each in found.slices] == ["b1"]


def test_a_purchase_after_a_sale_at_a_loss_changes_nothing() -> None:
    found = matched(*TWO, sell("s", "2024-07-01", 100, 400), buy("b3", "2024-07-02", 100, 400))

    assert (counted(found), found.replacements, found.slices[0].final_after) == (-600, (), None)


def test_amounts_are_in_euros_at_the_rate_of_each_day() -> None:
    found = matched(
        buy("b", "2020-01-06", 10, 1000, currency="USD", rate=Decimal("0.9")),
        sell("s", "2024-07-01", 10, 1000, currency="USD", rate=Decimal("0.95")),
    )

    assert (found.slices[0].proceeds, found.slices[0].basis) == (950, 900)


def test_a_history_in_dollars_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnsupportedHistory, match="Set the household's currency to EUR"):
        GERMANY.match(household(*TWO, currency="USD"))


def test_a_sale_without_a_rate_is_named_and_left_out() -> None:
    found = matched(*TWO, sell("s", "2024-07-01", 50, 900, currency="USD", rate=None))

    assert (found.slices, [each.entry for each in found.left_out]) == ((), ["s"])


def test_a_purchase_without_a_rate_leaves_the_gain_unknown() -> None:
    found = matched(buy("b", "2020-01-06", 10, 1000, currency="USD", rate=None), sell("s", "2024-07-01", 10, 1000))

    assert [(each.basis, each.recognised) for each in found.slices] == [(None, None)]


def test_shares_that_were_not_held_are_of_unknown_cost() -> None:
    found = matched(sell("s", "2024-07-01", 10, 1000))

    assert [(each.lot, each.rule, each.basis) for each in found.slices] == [(None, "not held", None)]


def test_a_transfer_between_own_accounts_moves_the_oldest_lots_with_their_day() -> None:
    found = matched(
        *TWO,
        sent("t", "2024-07-01", 100, picks={"b2": 100}),
        received("u", "2024-07-03", 100, "t"),
        sell("s", "2024-08-01", 100, 2500, account="other"),
    )

    assert [(each.acquired, each.gain) for each in found.slices] == [(date(2020, 1, 6), 1500)]


def test_a_transfer_to_the_spouse_is_no_sale_and_the_spouse_goes_on_with_the_cost() -> None:
    found = matched(
        *TWO,
        sent("t", "2024-07-01", 100),
        received("u", "2024-07-01", 100, "t", account="spouse"),
        sell("s", "2024-08-01", 100, 2500, account="spouse"),
    )

    assert [(each.holder, each.gain) for each in found.slices] == [("spouse", 1500)]


def test_a_gift_has_the_cost_of_the_giver_for_gains_and_losses_alike() -> None:
    given = opening("o", "2022-01-03", 10, basis="900", acquired="2015-01-05", fair_value="500", origin=Origin.GIFT)

    assert counted(matched(given, sell("s", "2024-07-01", 10, 700))) == -200


def test_inherited_shares_have_no_cost_of_the_day_of_death() -> None:
    left = opening("o", "2022-01-03", 10, fair_value="500", origin=Origin.INHERITANCE)

    assert matched(left, sell("s", "2024-07-01", 10, 700)).slices[0].basis is None


def test_a_sale_in_a_sheltered_account_is_none() -> None:
    inside = [buy("b", "2020-01-06", 10, 100, account="plan"), sell("s", "2024-07-01", 10, 900, account="plan")]

    assert matched(*inside).slices == ()


def test_shares_that_leave_the_household_are_named() -> None:
    assert [each.entry for each in matched(*TWO, sent("t", "2024-07-01", 50)).left_out] == ["t"]


def test_short_sales_and_options_are_named() -> None:
    found = matched(*TWO, entry("x", Kind.SHORT, "2024-07-01", -5, cash=500, instrument="PEP"))

    assert [(each.entry, each.reason) for each in found.left_out] == [("x", "Short sales and options are not covered.")]


def test_what_the_ledger_could_not_carry_out_is_named() -> None:
    found = matched(*TWO, entry("x", Kind.SPIN_OFF, "2024-07-01", other="PEP", other_quantity=5))

    assert [(each.entry, "fraction of the basis" in each.reason) for each in found.left_out] == [("x", True)]


def test_a_correction_of_a_lot_that_was_sold_first_is_named() -> None:
    """The user's pick left the first lot open; first in, first out sold it."""
    found = matched(
        *TWO,
        sell("s", "2024-07-01", 100, 2500, picks={"b2": 100}),
        entry("a", Kind.ADJUST, "2024-08-01", 0, basis="900", picks={"b1": 0}),
    )

    assert [each.entry for each in found.left_out] == ["a"]


def test_a_split_leaves_cost_and_day() -> None:
    found = matched(*TWO, split("x", "2022-01-03", 200), sell("s", "2024-07-01", 300, 4500))

    assert [(each.lot, each.quantity, each.basis) for each in found.slices] == [("b1", 200, 1000), ("b2", 100, 1000)]


def test_a_spin_off_shares_the_cost_out() -> None:
    found = matched(*TWO, spin_off("x", "2022-01-03", 20, "0.25"), sell("s", "2024-07-01", 10, 400, instrument="PEP"))

    assert [(each.acquired, each.basis) for each in found.slices] == [(date(2020, 1, 6), 250)]


def test_a_merger_for_shares_leaves_the_cost_and_cash_beside_them_is_income_in_full() -> None:
    found = matched(
        buy("b", "2020-01-06", 100, 1000),
        merger("m", "2022-01-03", 100, 50, cash=300, fair_value="1500"),
        sell("s", "2024-07-01", 50, 1600, instrument="PEP"),
    )

    assert [(each.sale, each.gain_class, each.gain) for each in found.slices] == [
        ("m", GainClass.GENERAL, 300),
        ("s", GainClass.SHARES, 600),
    ]


def test_a_change_of_symbol_is_no_sale() -> None:
    renamed = entry("r", Kind.SYMBOL_CHANGE, "2022-01-03", other="COKE")

    assert counted(matched(*TWO, renamed, sell("s", "2024-07-01", 100, 1700, instrument="COKE"))) == 700


def test_capital_paid_back_lowers_the_cost_of_shares_and_is_income_from_a_fund() -> None:
    paid = {"cash": 100}
    shares = matched(*TWO, entry("r", Kind.RETURN_OF_CAPITAL, "2022-01-03", **paid), sell("s", "2024-07-01", 200, 3000))
    fund = matched(
        buy("b", "2020-01-06", 10, 1000, instrument=WORLD),
        entry("r", Kind.RETURN_OF_CAPITAL, "2022-01-03", instrument=WORLD, **paid),
        sell("s", "2024-07-01", 10, 1000, instrument=WORLD),
    )

    assert counted(shares) == 100
    assert (counted(fund, "r"), counted(fund, "s")) == (70, 0)


def test_worthless_shares_go_on_the_day_they_are_written_off() -> None:
    found = matched(*TWO, entry("w", Kind.WORTHLESS, "2024-03-01", -200))

    assert {(each.sold, each.gain_class) for each in found.slices} == {(date(2024, 3, 1), GainClass.SHARES)}
    assert counted(found) == -3000


def test_shares_and_bonds_bought_before_2009_are_free() -> None:
    old = [buy("b", "2008-12-31", 10, 100), buy("c", "2008-12-31", 10, 100, instrument=BOND)]
    found = matched(*old, sell("s", "2024-07-01", 10, 900), sell("t", "2024-07-01", 10, 90, instrument=BOND))

    assert [(each.exempt, each.recognised) for each in found.slices] == [(800, 0), (-10, 0)]


def test_a_part_of_the_gain_and_of_the_loss_of_a_fund_is_exempt() -> None:
    bought = buy("b", "2020-01-06", 20, 2000, instrument=WORLD)
    found = matched(
        bought,
        sell("s", "2024-07-01", 10, 2000, instrument=WORLD),
        sell("t", "2024-07-02", 10, 500, instrument=WORLD),
    )

    assert [(each.gain_class, each.exempt, each.recognised) for each in found.slices] == [
        (GainClass.GENERAL, 300, 700),
        (GainClass.GENERAL, -150, -350),
    ]


def test_a_fund_of_unknown_kind_and_one_bought_before_2018_say_so() -> None:
    found = matched(
        buy("b", "2017-01-03", 10, 100, instrument=PLAIN), sell("s", "2024-07-01", 10, 900, instrument=PLAIN)
    )

    assert (found.slices[0].recognised, found.slices[0].notes) == (800, (NO_SHARE, OLD_FUND))


def test_tokens_are_a_private_sale_that_is_free_after_a_year() -> None:
    found = matched(
        buy("b1", "2023-03-01", 1, 100, instrument=COIN),
        buy("b2", "2024-02-01", 1, 200, instrument=COIN),
        sell("s", "2024-06-03", 2, 1000, instrument=COIN),
    )

    assert {each.gain_class for each in found.slices} == {GainClass.PRIVATE}
    assert [(each.lot, each.recognised) for each in found.slices] == [("b1", 0), ("b2", 300)]


def test_open_lots_have_their_cost_in_euros_and_tokens_the_day_from_which_they_are_free() -> None:
    found = matched(*TWO, buy("c", "2024-02-29", 1, 100, instrument=COIN), sell("s", "2024-07-01", 150, 3000))

    assert [(lot.lot, lot.quantity, lot.basis, lot.long_from) for lot in found.lots] == [
        ("c", 1, 100, date(2025, 3, 1)),
        ("b2", 50, 1000, None),
    ]
