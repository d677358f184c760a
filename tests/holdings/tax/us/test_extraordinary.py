"""Losses after extraordinary dividends (IRC 1(h)(11)(D)(i), 1059(c)), by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.types import Character, Entry, Kind
from holdings.tax.outcome import GainClass, Slice
from holdings.tax.us.matching import match
from holdings.tax.us.matching.slices import EXTRAORDINARY
from tests.holdings.ledger.histories import buy, entry, sell, split
from tests.holdings.tax.us.households import household, slices

SHORT, LONG = GainClass.SHORT, GainClass.LONG
BOUGHT = buy("b", "2025-01-06", 100, 5000)
SOLD = sell("s", "2025-12-01", 100, 4000)
"""A loss of 1,000 on a basis of 5,000."""


def paid(day: str, cash: str | int, character: Character = Character.QUALIFIED) -> Entry:
    return entry(f"d{day}", Kind.DIVIDEND, day, cash=cash, instrument="KO", character=character)


def of_sale(*entries: Entry, ex_dates: dict[str, date] | None = None) -> list[Slice]:
    history = household(entries, as_of="2026-06-30")
    return slices(match(replace(history, ex_dates=ex_dates or {})), "s")


def by_term(*entries: Entry) -> dict[GainClass, Decimal | None]:
    return {each.gain_class: each.recognised for each in of_sale(*entries)}


def test_a_dividend_of_12_percent_makes_so_much_of_the_loss_long_term() -> None:
    found = of_sale(BOUGHT, paid("2025-03-03", 600), SOLD)

    assert {each.gain_class: (each.recognised, each.quantity) for each in found} == {
        SHORT: (-400, 40),
        LONG: (-600, 60),
    }
    assert [EXTRAORDINARY in each.notes for each in found] == [False, True]
    assert [each.turned for each in found] == [False, True]


@pytest.mark.parametrize(
    ("dividends", "long"),
    [
        ([("2025-03-03", "500")], 500),  # 10 % is enough
        ([("2025-03-03", "499.99")], 0),
        ([("2025-03-03", "300"), ("2025-05-26", "300")], 600),  # the 85th day
        ([("2025-03-03", "300"), ("2025-05-27", "300")], 0),  # the 86th
        ([("2025-02-03", "250"), ("2025-05-05", "250"), ("2025-08-04", "250"), ("2025-11-03", "250")], 0),  # 20 %
        ([("2025-02-03", "250"), ("2025-05-05", "250"), ("2025-08-04", "250"), ("2025-11-03", "251")], 1000),
        ([("2025-02-03", "100"), ("2025-08-04", "600")], 600),  # the small one, half a year before, is not
    ],
)
def test_where_a_dividend_begins_to_be_extraordinary(dividends: list[tuple[str, str]], long: int) -> None:
    found = by_term(BOUGHT, *(paid(day, cash) for day, cash in dividends), SOLD)

    assert found.get(LONG, 0) == -long


def test_a_dividend_larger_than_the_loss_makes_all_of_it_long_term() -> None:
    assert by_term(BOUGHT, paid("2025-03-03", 1500), SOLD) == {LONG: -1000}


@pytest.mark.parametrize("character", [Character.ORDINARY, Character.EXEMPT])
def test_a_dividend_that_is_not_qualified_turns_nothing(character: Character) -> None:
    assert by_term(BOUGHT, paid("2025-03-03", 600, character), SOLD) == {SHORT: -1000}


def test_shares_that_were_not_held_long_enough_around_a_known_ex_date_had_no_qualified_dividend() -> None:
    early = sell("s", "2025-02-20", 100, 4000)
    known = {"d2025-02-12": date(2025, 2, 3)}

    (found,) = of_sale(BOUGHT, paid("2025-02-12", 600), early, ex_dates=known)
    assert found.gain_class is SHORT


def test_replaced_shares_defer_their_part_and_the_rest_turns_share_by_share() -> None:
    """500 are deferred; of the other 500 of loss three fifths are long-term."""
    again = buy("again", "2025-12-10", 50, 2000)

    found = of_sale(BOUGHT, paid("2025-03-03", 600), SOLD, again)
    assert sum(each.disallowed for each in found) == 500
    assert {each.gain_class: each.recognised for each in found} == {SHORT: -200, LONG: -300}


def test_a_split_and_a_second_lot_leave_each_share_what_came_on_it() -> None:
    """200 shares got 1,200; the 100 of the first lot are 200 by the sale, and got 600 of it."""
    second = buy("c", "2025-01-06", 100, 5000, at="12:00")
    doubled = split("x", "2025-06-02", 200)
    sold = sell("s", "2025-12-01", 200, 4000)

    assert by_term(BOUGHT, second, paid("2025-03-03", 1200), doubled, sold) == {SHORT: -400, LONG: -600}
