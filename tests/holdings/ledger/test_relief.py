"""Which lots a sale takes that names none, and average basis for funds."""

from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Pick, Relief, Term
from tests.holdings.ledger.histories import buy, opening, sell

LOTS = [buy("old", "2019-01-02", 10, 1000), buy("dear", "2020-01-02", 10, 3000), buy("new", "2021-01-04", 10, 2000)]


def sale(relief: Relief, quantity: int = 15) -> Entry:
    return sell("s", "2021-06-01", quantity, 3000, relief=relief)


def test_each_method_takes_its_own_lots_once_and_says_which() -> None:
    chosen = {relief: replay([*LOTS, sale(relief)]).chosen["s"] for relief in (Relief.FIFO, Relief.LIFO, Relief.HIFO)}
    assert chosen == {
        Relief.FIFO: (Pick("old", Decimal(10)), Pick("dear", Decimal(5))),
        Relief.LIFO: (Pick("new", Decimal(10)), Pick("dear", Decimal(5))),
        Relief.HIFO: (Pick("dear", Decimal(10)), Pick("new", Decimal(5))),
    }


def test_picks_win_over_the_method() -> None:
    sold = sell("s", "2021-06-01", 5, 900, relief=Relief.HIFO, picks={"old": 5})
    ledger = replay([*LOTS, sold])
    assert ([gain.lot for gain in ledger.realised], ledger.chosen) == (["old"], {})


def test_a_recipe_leaves_unknown_lots_for_last() -> None:
    unknown = opening("unknown", "2018-01-02", 10)
    ledger = replay([unknown, LOTS[0], sale(Relief.LIFO)])
    assert [(pick.lot, pick.quantity) for pick in ledger.chosen["s"]] == [("old", 10), ("unknown", 5)]


def test_under_average_basis_every_share_costs_the_same() -> None:
    ledger = replay([*LOTS, sale(Relief.AVERAGE)])
    assert sum(gain.basis or 0 for gain in ledger.realised) == 3000
    assert [(lot.key, lot.quantity, lot.basis) for lot in ledger.lots] == [("dear", 5, 1000), ("new", 10, 2000)]


def test_under_average_basis_the_holding_period_goes_first_in_first_out() -> None:
    """Pub. 550: one sale can be part long-term, part short-term."""
    gains = replay([*LOTS, sale(Relief.AVERAGE, 25)]).realised
    assert [(gain.lot, gain.quantity, gain.term) for gain in gains] == [
        ("old", 10, Term.LONG),
        ("dear", 10, Term.LONG),
        ("new", 5, Term.SHORT),
    ]


def test_the_average_is_made_anew_only_when_shares_come_in() -> None:
    first, second = sale(Relief.AVERAGE, 10), sell("t", "2021-07-01", 10, 2500, relief=Relief.AVERAGE)
    added = buy("more", "2021-06-15", 20, 8000, relief=Relief.AVERAGE)
    ledger = replay([*LOTS, first, added, second])
    assert ledger.realised[0].basis == 2000
    assert ledger.realised[1].basis == 3000  # (4,000 + 8,000) / 40 x 10


def test_average_basis_ends_with_what_the_average_has_left() -> None:
    history = [*LOTS, sale(Relief.AVERAGE, 10), sell("t", "2021-07-01", 10, 2500, relief=Relief.FIFO)]
    assert [gain.basis for gain in replay(history).realised] == [2000, 2000]


def test_lots_of_an_averaged_fund_show_the_average_before_any_sale() -> None:
    bought = [
        buy("a", "2020-01-02", 10, 100, relief=Relief.AVERAGE),
        buy("b", "2020-02-03", 10, 300, relief=Relief.AVERAGE),
    ]
    assert [lot.basis for lot in replay(bought).lots] == [200, 200]


def test_a_lot_of_unknown_basis_stays_out_of_the_average() -> None:
    ledger = replay([opening("unknown", "2018-01-02", 10), *LOTS, sale(Relief.AVERAGE, 15)])
    assert [(gain.lot, gain.basis) for gain in ledger.realised] == [("unknown", None), ("old", 1000)]
