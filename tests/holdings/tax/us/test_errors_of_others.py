"""What open engines are known to get wrong (section 13), one line each, so that ours does not."""

from datetime import date

from holdings.ledger.types import Entry
from holdings.tax.outcome import GainClass
from tests.holdings.ledger.histories import buy, sell, spin_off, split
from tests.holdings.tax.us.households import disallowed, matched, recognised, slices, the_lot

SOLD = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]


def test_365_days_are_no_year_across_a_leap_day() -> None:
    (only,) = matched(buy("b", "2023-03-15", 1, 10), sell("s", "2024-03-15", 1, 12)).slices

    assert only.gain_class is GainClass.SHORT


def test_29_february_rolls_forward() -> None:
    assert the_lot(matched(buy("b", "2024-02-29", 1, 10)), "b").long_from == date(2025, 3, 1)
    assert the_lot(matched(buy("b", "2024-02-28", 1, 10)), "b").long_from == date(2025, 3, 1)


def test_a_lot_s_own_purchase_does_not_replace_it() -> None:
    assert disallowed(matched(buy("b", "2022-05-20", 100, 1000), sell("s", "2022-06-01", 50, 400)), "s") == 0


def test_several_purchases_share_the_loss_and_do_not_multiply_it() -> None:
    bought = [buy(f"r{day}", f"2022-06-{day:02}", 100, 620) for day in (2, 3, 4)]

    assert disallowed(matched(*SOLD, *bought), "s") == 400


def test_one_purchase_serves_one_loss() -> None:
    other = [buy("b2", "2022-01-03", 100, 1000, account="other"), sell("s2", "2022-06-02", 100, 600, account="other")]
    matching = matched(*SOLD, *other, buy("r", "2022-06-10", 100, 620))

    assert (disallowed(matching, "s"), disallowed(matching, "s2")) == (400, 0)


def test_a_second_loss_is_measured_on_the_adjusted_basis() -> None:
    matching = matched(*SOLD, buy("r", "2022-06-10", 100, 620), sell("t", "2022-09-01", 100, 600))

    assert recognised(matching, "t") == -420


def test_rows_in_another_order_give_the_same() -> None:
    history: list[Entry] = [*SOLD, buy("r", "2022-06-10", 60, 372), buy("q", "2022-06-11", 60, 378)]

    assert matched(*reversed(history)) == matched(*history)


def test_a_replacement_in_an_ira_adds_no_basis() -> None:
    assert the_lot(matched(*SOLD, buy("r", "2022-06-10", 100, 620, account="roth")), "r").basis == 620


def test_a_split_is_no_purchase_at_no_cost() -> None:
    kept = buy("k", "2020-01-03", 100, 500, account="other")

    assert disallowed(matched(*SOLD, kept, split("x", "2022-06-05", 100, account="other")), "s") == 0


def test_a_spin_off_s_basis_comes_from_market_values_not_from_proceeds() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000),
        spin_off("x", "2022-03-01", 10, "0.2"),
        sell("c", "2022-04-01", 10, 500, instrument="PEP"),
    )

    assert slices(matching, "c")[0].basis == 200


def test_both_sides_of_the_sale_are_looked_at() -> None:
    before = [buy("b", "2022-01-03", 100, 1000), buy("r", "2022-05-10", 40, 250)]
    matching = matched(*before, sell("s", "2022-06-01", 100, 600, picks={"b": 100}), buy("q", "2022-06-20", 30, 190))

    assert disallowed(matching, "s") == 280


def test_lots_of_one_account_are_not_relieved_in_another() -> None:
    matching = matched(
        buy("here", "2022-01-03", 10, 100),
        buy("there", "2021-01-04", 10, 50, account="other"),
        sell("s", "2022-06-01", 10, 90),
    )

    assert [each.lot for each in matching.slices] == ["here"]
