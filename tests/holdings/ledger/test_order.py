import random

from holdings.ledger.order import in_order
from holdings.ledger.types import Kind
from tests.holdings.ledger.histories import buy, entry, money, sell, split


def test_a_day_goes_corporate_action_in_buy_adjust_sell_out() -> None:
    day = "2022-01-03"
    entries = [
        split("1", day, 1),
        money("2", Kind.DEPOSIT, day, 5),
        buy("3", day, 1, 1),
        entry("4", Kind.ADJUST, day),
        sell("5", day, 1, 1),
        money("6", Kind.WITHDRAWAL, day, -5),
    ]
    shuffled = random.Random(1).sample(entries, len(entries))  # noqa: S311

    assert [e.id for e in in_order(shuffled)] == ["1", "2", "3", "4", "5", "6"]


def test_times_order_trades_of_a_day() -> None:
    sold = sell("s", "2022-01-03", 1, 1, at="09:31")
    bought = buy("b", "2022-01-03", 1, 1, at="15:59")

    assert in_order([bought, sold]) == [sold, bought]


def test_without_a_time_what_comes_in_opens_the_day_and_what_leaves_closes_it() -> None:
    timed = buy("b", "2022-01-03", 1, 1, at="12:00")
    deposit = money("d", Kind.DEPOSIT, "2022-01-03", 1)
    sold = sell("s", "2022-01-03", 1, 1)

    assert in_order([sold, timed, deposit]) == [deposit, timed, sold]


def test_identical_rows_go_by_occurrence_and_then_by_id() -> None:
    second = buy("a", "2022-01-03", 1, 1, occurrence=2)
    first = buy("b", "2022-01-03", 1, 1)
    third = buy("c", "2022-01-03", 1, 1, occurrence=2)

    assert in_order([third, second, first]) == [first, second, third]
