"""Which shares replace which: partial windows, orders, splits, the same day, earlier purchases."""

from datetime import date

import pytest

from holdings.ledger.types import Kind
from holdings.tax.us.matching import Rules
from tests.holdings.ledger.histories import buy, entry, sell, split
from tests.holdings.tax.us.households import disallowed, lots, matched, recognised, the_lot


def test_only_the_matched_part_of_a_lot_is_adjusted() -> None:
    matching = matched(
        buy("b", "2022-01-03", 30, 300), sell("s", "2022-06-01", 30, 240), buy("r", "2022-06-10", 100, 900)
    )

    assert [(lot.piece, lot.quantity, lot.basis, lot.tacked_days) for lot in lots(matching, "r")] == [
        ("", 70, 630, 0),
        ("s", 30, 330, 149),
    ]


def test_one_order_filled_in_pieces_is_one_acquisition() -> None:
    fills = [buy("f1", "2022-06-01", 60, 600, at="10:00"), buy("f2", "2022-06-01", 40, 400, at="10:01")]
    sale = sell("s", "2022-06-12", 60, 540)

    assert disallowed(matched(*fills, sale, orders={"f1": "order", "f2": "order"}), "s") == 0
    assert disallowed(matched(*fills, sale), "s") == 40


def test_what_one_sale_sells_replaces_nothing_that_it_loses() -> None:
    matching = matched(
        buy("b1", "2022-01-03", 10, 200), buy("b2", "2022-05-20", 10, 100), sell("s", "2022-06-01", 20, 240)
    )

    assert (disallowed(matching, "s"), recognised(matching)) == (0, -60)


def test_a_sale_order_filled_in_pieces_is_one_sale() -> None:
    history = [
        buy("b1", "2022-01-03", 10, 200),
        buy("b2", "2022-05-20", 10, 100),
        sell("s1", "2022-06-01", 10, 120),
        sell("s2", "2022-06-01", 10, 120),
    ]

    assert disallowed(matched(*history, orders={"s1": "o", "s2": "o"}), "s1") == 0
    assert disallowed(matched(*history), "s1") == 80


@pytest.mark.parametrize(("rules", "loss"), [(Rules(), 40), (Rules(earlier_purchases=False), 0)])
def test_shares_bought_before_those_sold_replace_unless_the_household_reads_it_otherwise(
    rules: Rules, loss: int
) -> None:
    """Item 4.16: the newer of two recent lots is sold at a loss."""
    matching = matched(
        buy("first", "2022-05-10", 10, 100),
        buy("second", "2022-05-20", 10, 120),
        sell("s", "2022-06-01", 10, 80, picks={"second": 10}),
        rules=rules,
    )

    assert disallowed(matching, "s") == loss


@pytest.mark.parametrize(("rules", "loss"), [(Rules(), 20), (Rules(earlier_purchases=False), 20)])
def test_either_reading_counts_what_was_bought_after_the_shares_sold(rules: Rules, loss: int) -> None:
    matching = matched(
        buy("first", "2022-05-10", 10, 100),
        buy("second", "2022-05-20", 10, 120),
        sell("s", "2022-06-01", 10, 80, picks={"first": 10}),
        rules=rules,
    )

    assert disallowed(matching, "s") == loss


def test_a_split_between_sale_and_purchase_is_counted_in_the_shares_of_the_sale() -> None:
    """100 sold; after two for one, 200 bought replace them all, and 100 half of them."""
    history = [
        buy("b", "2022-01-03", 100, 1000),
        buy("keep", "2021-01-04", 50, 400),
        sell("s", "2022-06-01", 100, 600, picks={"b": 100}),
        split("x", "2022-06-06", 50),
    ]
    whole = matched(*history, buy("r", "2022-06-10", 200, 640))
    half = matched(*history, buy("r", "2022-06-10", 100, 320))

    assert (disallowed(whole, "s"), whole.replacements[0].quantity) == (400, 100)
    assert (disallowed(half, "s"), half.replacements[0].quantity) == (200, 50)


def test_one_split_that_two_accounts_book_counts_once() -> None:
    matching = matched(
        buy("k1", "2021-01-04", 50, 400),
        buy("k2", "2021-01-04", 20, 160, account="other"),
        buy("b", "2022-01-03", 100, 1000),
        sell("s", "2022-06-01", 100, 600, picks={"b": 100}),
        split("x1", "2022-06-06", 50),
        split("x2", "2022-06-08", 20, account="other"),
        buy("r", "2022-06-10", 100, 320),
    )

    assert disallowed(matching, "s") == 200


def test_a_split_is_no_purchase() -> None:
    matching = matched(
        buy("k", "2021-01-04", 50, 400),
        buy("b", "2022-01-03", 50, 500),
        sell("s", "2022-06-01", 50, 300, picks={"b": 50}),
        split("x", "2022-06-06", 50),
    )

    assert disallowed(matching, "s") == 0


def test_a_gain_sale_and_a_purchase_do_nothing() -> None:
    matching = matched(
        buy("b", "2022-01-03", 10, 100), sell("s", "2022-06-01", 10, 150), buy("r", "2022-06-02", 10, 151)
    )

    assert (recognised(matching), matching.replacements, the_lot(matching, "r").basis) == (50, (), 151)


def test_reinvested_dividends_replace() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000),
        sell("s", "2022-06-01", 90, 630),
        entry("d", Kind.REINVEST, "2022-06-15", "0.5", price="7"),
    )

    assert (disallowed(matching, "s"), the_lot(matching, "d").basis) == (1.5, 5)


def test_the_window_does_not_end_with_the_year() -> None:
    matching = matched(buy("b", "2022-01-03", 10, 100), sell("s", "2022-12-28", 10, 60), buy("r", "2023-01-20", 10, 65))

    assert disallowed(matching, "s") == 40


def test_a_loss_is_provisional_until_day_30_has_passed() -> None:
    history = [buy("b", "2022-01-03", 10, 100), sell("s", "2022-06-01", 10, 60)]
    until = [matched(*history, as_of=day).slices[0].final_after for day in ("2022-06-01", "2022-07-01", "2022-07-02")]

    assert until == [date(2022, 7, 1), date(2022, 7, 1), None]


def test_a_gain_and_a_loss_that_is_all_replaced_are_final_at_once() -> None:
    gain = [buy("b", "2022-01-03", 10, 100), sell("s", "2022-06-01", 10, 160)]
    loss = [
        buy("b", "2022-01-03", 10, 100),
        sell("s", "2022-06-01", 10, 60),
        buy("r", "2022-06-01", 10, 60, account="other"),
    ]

    assert [matched(*each, as_of="2022-06-02").slices[0].final_after for each in (gain, loss)] == [None, None]


def test_fills_of_a_sale_order_at_different_times_of_the_day_leave_together() -> None:
    history = [
        buy("b1", "2022-01-03", 10, 200),
        buy("b2", "2022-05-20", 10, 100),
        sell("s1", "2022-06-01", 10, 120, at="10:00"),
        sell("s2", "2022-06-01", 10, 120, at="10:01"),
    ]

    assert disallowed(matched(*history, orders={"s1": "o", "s2": "o"}), "s1") == 0
    assert disallowed(matched(*history), "s1") == 80
