"""The examples of Reg. 1.1091-1(h) and 1.1091-2, and the revenue rulings on wash sales, by name."""

from datetime import date

import pytest

from holdings.ledger.types import Origin
from holdings.tax.outcome import Effect
from tests.holdings.ledger.histories import buy, opening, sell
from tests.holdings.tax.us.households import disallowed, lots, matched, recognised, the_lot


def test_reg_1_1091_1_h_example_1_shares_bought_19_days_before_replace() -> None:
    matching = matched(
        buy("dec1", "1954-12-01", 100, 10000),
        buy("dec15", "1954-12-15", 100, 9000),
        sell("s", "1955-01-03", 100, 9000, picks={"dec1": 100}),
    )

    assert (disallowed(matching, "s"), recognised(matching), the_lot(matching, "dec15").basis) == (1000, 0, 10000)


def test_reg_1_1091_1_h_example_2_the_loss_of_25_of_100_shares_counts() -> None:
    matching = matched(
        buy("sep", "1954-09-21", 100, 5000),
        buy("dec21", "1954-12-21", 50, 2750),
        buy("dec27", "1954-12-27", 25, 1125),
        sell("s", "1955-01-03", 100, 4000),
    )

    assert (disallowed(matching, "s"), recognised(matching)) == (750, -250)
    assert [the_lot(matching, lot).basis for lot in ("dec21", "dec27")] == [3250, 1375]


def test_reg_1_1091_1_h_example_3_the_period_of_the_sold_shares_is_included() -> None:
    matching = matched(
        buy("sep", "1954-09-15", 100, 5000),
        sell("s", "1956-02-01", 100, 4000),
        *(buy(f"feb{day}", f"1956-02-{day}", 50, 2000) for day in (15, 16, 17, 18)),
    )

    assert disallowed(matching, "s") == 1000
    replaced = [the_lot(matching, f"feb{day}") for day in (15, 16, 17, 18)]
    assert [lot.basis for lot in replaced] == [2500, 2500, 2000, 2000]
    assert [lot.tacked_days for lot in replaced] == [504, 504, 0, 0]
    assert [lot.long_from for lot in replaced] == [
        date(1956, 2, 15),
        date(1956, 2, 16),
        date(1957, 2, 18),
        date(1957, 2, 19),
    ]


@pytest.mark.parametrize(("price", "basis"), [(90, 110), (70, 90)])
def test_reg_1_1091_2_examples_1_and_2_the_basis_is_the_old_one_and_the_difference_of_prices(
    price: int, basis: int
) -> None:
    matching = matched(
        buy("old", "1935-05-01", 1, 100), sell("s", "1955-01-15", 1, 80), buy("new", "1955-02-01", 1, price)
    )

    assert (recognised(matching), the_lot(matching, "new").basis) == (0, basis)


@pytest.mark.parametrize("account", ["ira", "roth"])
def test_rev_rul_2008_5_a_purchase_in_an_ira_ends_the_loss_for_good(account: str) -> None:
    matching = matched(
        buy("b", "2006-03-01", 100, 1000),
        sell("s", "2007-12-20", 100, 600),
        buy("i", "2007-12-21", 100, 605, account=account),
    )

    assert (disallowed(matching, "s"), recognised(matching)) == (400, 0)
    assert (the_lot(matching, "i").basis, the_lot(matching, "i").tacked_days) == (605, 0)
    assert [each.effect for each in matching.replacements] == [Effect.PERMANENT]


def test_rev_rul_56_602_the_rest_of_one_purchase_does_not_replace_what_is_sold_of_it() -> None:
    """Also W-05: a bona fide reduction of a holding within thirty days of its purchase."""
    matching = matched(buy("b", "2022-06-01", 200, 2000), sell("s", "2022-06-12", 100, 900))

    assert (disallowed(matching, "s"), recognised(matching)) == (0, -100)
    assert [lot.basis for lot in lots(matching, "b")] == [1000]


def test_reg_1_1091_1_b_same_day_losses_count_in_the_order_of_acquisition() -> None:
    """Whatever the ids of the sales say: the older shares find the replacement."""
    matching = matched(
        buy("old", "2022-01-03", 10, 200),
        buy("young", "2022-01-04", 10, 300),
        sell("s1", "2022-06-01", 10, 100, picks={"young": 10}),
        sell("s2", "2022-06-01", 10, 100, picks={"old": 10}),
        buy("new", "2022-06-10", 10, 110),
    )

    assert (disallowed(matching, "s1"), disallowed(matching, "s2")) == (0, 100)
    assert the_lot(matching, "new").basis == 210


def test_reg_1_1091_1_b_same_day_losses_with_a_time_count_in_the_order_of_disposition() -> None:
    matching = matched(
        buy("old", "2022-01-03", 10, 200),
        buy("young", "2022-01-04", 10, 300),
        sell("s1", "2022-06-01", 10, 100, picks={"young": 10}, at="10:00"),
        sell("s2", "2022-06-01", 10, 100, picks={"old": 10}, at="11:00"),
        buy("new", "2022-06-10", 10, 110),
    )

    assert (disallowed(matching, "s1"), disallowed(matching, "s2")) == (200, 0)


def test_reg_1_1091_1_d_the_earliest_purchase_replaces_whichever_side_of_the_sale_it_lies_on() -> None:
    matching = matched(
        buy("b", "2022-01-03", 10, 200),
        buy("before", "2022-05-20", 5, 60, account="ira"),
        sell("s", "2022-06-01", 10, 100),
        buy("after", "2022-06-10", 10, 110),
    )

    assert [(each.bought, each.quantity, each.amount, each.effect) for each in matching.replacements] == [
        ("before", 5, 50, Effect.PERMANENT),
        ("after", 5, 50, Effect.DEFERRED),
    ]


def test_reg_1_1091_1_e_shares_replace_once() -> None:
    matching = matched(
        buy("b", "2022-01-03", 20, 400),
        sell("s1", "2022-06-01", 10, 100),
        sell("s2", "2022-06-02", 10, 100),
        buy("new", "2022-06-10", 10, 110),
    )

    assert (disallowed(matching, "s1"), disallowed(matching, "s2")) == (100, 0)


def test_reg_1_1091_1_f_gifts_and_inheritances_replace_nothing() -> None:
    came = [
        opening("g", "2022-06-05", 10, basis="90", acquired="2022-06-05", origin=Origin.GIFT),
        opening("i", "2022-06-06", 10, basis="90", acquired="2022-06-06", origin=Origin.INHERITANCE),
    ]
    matching = matched(buy("b", "2022-01-03", 10, 200), sell("s", "2022-06-01", 10, 100), *came)

    assert disallowed(matching, "s") == 0
