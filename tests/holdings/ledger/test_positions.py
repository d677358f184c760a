"""Short shares and options: kept with their cash, never in a lot."""

from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Flagged, Kind, Ledger, ProblemCode
from tests.holdings.ledger.histories import buy, entry, sell, split


def short(id: str, day: str, quantity: str | int, cash: str | int) -> Entry:
    return entry(id, Kind.SHORT, day, quantity, cash=cash, instrument="BTC")


def option(id: str, day: str, quantity: str | int, cash: str | int) -> Entry:
    return entry(id, Kind.OPTION, day, quantity, cash=cash, instrument="KO 220121C60")


def the_position(ledger: Ledger) -> Flagged:
    (position,) = ledger.flagged
    return position


def test_t20_two_short_sales_are_minus_two_with_the_cash_of_both() -> None:
    ledger = replay([short("1", "2021-01-04", -1, "44558.42"), short("2", "2021-01-05", -1, "46737.48")])
    position = the_position(ledger)
    assert (position.quantity, position.cash) == (-2, Decimal("91295.90"))
    assert (ledger.lots, ledger.realised, ledger.problems) == ((), (), ())


def test_t21_a_cover_takes_its_part_of_the_opening_cash() -> None:
    ledger = replay([short("1", "2021-01-04", -10, 1000), short("2", "2021-01-05", 5, -400)])
    assert (the_position(ledger).quantity, the_position(ledger).cash) == (-5, 500)
    assert ledger.cash["taxable", "USD"] == 600


def test_t21_on_one_day_a_short_sale_comes_before_its_cover() -> None:
    ledger = replay([short("1", "2021-01-04", 10, -900), short("2", "2021-01-04", -10, 1000)])
    assert (ledger.flagged, ledger.cash["taxable", "USD"]) == ((), 100)


def test_a_trade_through_zero_opens_the_other_side_with_the_rest() -> None:
    ledger = replay([option("1", "2021-01-04", -2, 300), option("2", "2021-01-05", 5, -1000)])
    assert (the_position(ledger).quantity, the_position(ledger).cash) == (3, -600)


def test_an_option_that_expires_leaves_nothing() -> None:
    ledger = replay([option("1", "2021-01-04", 1, -150), option("2", "2022-01-21", -1, 0)])
    assert (ledger.flagged, ledger.cash["taxable", "USD"]) == ((), -150)
    assert [step.level for step in ledger.flagged_holdings["taxable", "KO 220121C60"]] == [1, 0]


def test_a_sale_without_shares_is_still_a_named_problem_and_no_short_position() -> None:
    ledger = replay([sell("s", "2021-01-04", 5, 500)])
    assert [problem.code for problem in ledger.problems] == [ProblemCode.OVERSOLD]
    assert ledger.flagged == ()


def test_a_short_position_leaves_the_lots_of_its_instrument_alone() -> None:
    bought = buy("b", "2020-01-02", 10, 1000, instrument="BTC")
    ledger = replay([bought, short("1", "2021-01-04", -4, 600)])
    assert (ledger.lots[0].quantity, the_position(ledger).quantity) == (10, -4)
    assert ledger.holdings["taxable", "BTC"][-1].level == 10


def test_a_split_widens_a_short_position_and_keeps_its_cash() -> None:
    ledger = replay([short("1", "2021-01-04", -2, 600), split("x", "2021-02-01", -2, instrument="BTC")])
    assert (ledger.problems, the_position(ledger).quantity, the_position(ledger).cash) == ((), -4, 600)


def test_a_split_that_would_turn_a_position_round_is_named() -> None:
    ledger = replay([short("1", "2021-01-04", -2, 600), split("x", "2021-02-01", 2, instrument="BTC")])
    assert [problem.code for problem in ledger.problems] == [ProblemCode.SPLIT_OF_NOTHING]
    assert the_position(ledger).quantity == -2


def test_a_position_goes_on_under_a_new_symbol() -> None:
    renamed = entry("n", Kind.SYMBOL_CHANGE, "2021-02-01", instrument="BTC", other="XBT")
    ledger = replay([short("1", "2021-01-04", -2, 600), renamed])
    assert (ledger.problems, the_position(ledger).instrument, the_position(ledger).cash) == ((), "XBT", 600)
