import random

from holdings.ledger.order import in_order
from holdings.ledger.types import Kind
from tests.holdings.ledger.histories import buy, entry, money, received, sell, sent, split


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


def test_an_entry_that_came_twice_happened_once() -> None:
    bought = buy("a", "2022-01-03", 1, 1)

    assert in_order([bought, bought]) == [bought]


def test_corporate_actions_go_split_spin_off_merger_symbol_change_capital() -> None:
    day = "2022-01-03"
    actions = [Kind.SPLIT, Kind.SPIN_OFF, Kind.MERGER, Kind.SYMBOL_CHANGE, Kind.RETURN_OF_CAPITAL]
    entries = [entry(kind.value, kind, day) for kind in actions]

    assert [e.kind for e in in_order(reversed(entries))] == actions


def test_linked_transfers_come_after_purchases_and_before_cash_in_lieu_and_sales() -> None:
    day = "2022-01-03"
    entries = [
        buy("1", day, 1, 1),
        entry("2", Kind.ADJUST, day),
        sent("9", day, 1),
        received("0", day, 1, "9"),
        entry("5", Kind.CASH_IN_LIEU, day),
        sell("3", day, 1, 1),
        entry("4", Kind.WORTHLESS, day),
        sent("6", day, 1),
    ]
    shuffled = random.Random(3).sample(entries, len(entries))  # noqa: S311

    assert [e.id for e in in_order(shuffled)] == ["1", "2", "9", "0", "5", "3", "4", "6"]
