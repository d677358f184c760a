from datetime import date
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Lot, ProblemCode, Term
from tests.holdings.ledger.histories import buy, entry, money, opening, sell, split


def the_lot(*entries: Entry) -> Lot:
    ledger = replay(entries)
    assert ledger.problems == ()
    (lot,) = ledger.lots
    return lot


def test_a_purchase_opens_a_lot_with_its_fees_in_the_basis() -> None:
    bought = entry("b", Kind.BUY, "2022-01-03", 10, cash="-1004.95", price="100")

    lot = the_lot(bought)

    assert (lot.key, lot.quantity, lot.basis, lot.acquired) == ("b", 10, Decimal("1004.95"), date(2022, 1, 3))


def test_a_sale_realises_its_part_of_the_basis_net_of_fees() -> None:
    ledger = replay([buy("b", "2020-01-02", 10, 1000), sell("s", "2022-01-03", 4, "599.90")])

    (gain,) = ledger.realised
    assert (gain.sale, gain.lot, gain.quantity) == ("s", "b", 4)
    assert (gain.proceeds, gain.basis, gain.gain) == (Decimal("599.90"), 400, Decimal("199.90"))
    assert gain.term is Term.LONG
    assert ledger.lots[0].basis == 600


def test_the_last_piece_of_a_lot_takes_the_residue_of_its_basis() -> None:
    thirds = [sell(f"s{day}", f"2022-01-0{day}", 1, 50) for day in (4, 5, 6)]

    ledger = replay([buy("b", "2022-01-03", 3, 100), *thirds])

    assert sum(gain.basis or 0 for gain in ledger.realised) == 100
    assert ledger.lots == ()


def test_a_sale_without_picks_goes_first_in_first_out_within_its_account() -> None:
    ledger = replay(
        [
            buy("elsewhere", "2019-01-02", 5, 100, account="ira"),
            buy("second", "2021-01-04", 5, 300),
            buy("first", "2020-01-02", 5, 200),
            sell("s", "2022-01-03", 7, 700),
        ]
    )

    assert [(gain.lot, gain.quantity, gain.proceeds) for gain in ledger.realised] == [
        ("first", 5, 500),
        ("second", 2, 200),
    ]


def test_a_sale_takes_the_lots_that_it_stored() -> None:
    ledger = replay(
        [
            buy("first", "2020-01-02", 5, 200),
            buy("second", "2021-01-04", 5, 300),
            sell("s", "2022-01-03", 3, 300, picks={"second": 2, "first": 1}),
        ]
    )

    assert [(gain.lot, gain.basis) for gain in ledger.realised] == [("second", 120), ("first", 40)]
    assert [(lot.key, lot.quantity) for lot in ledger.lots] == [("first", 4), ("second", 3)]


def test_t01_a_split_in_two_keeps_the_cost_and_a_later_sale_uses_it() -> None:
    history = [buy("b", "2020-01-02", 10, 1000), split("x", "2020-06-01", 10)]

    lot = the_lot(*history)
    after = the_lot(*history, sell("s", "2020-07-01", 5, 300))

    assert (lot.quantity, lot.basis, lot.acquired) == (20, 1000, date(2020, 1, 2))
    assert (after.quantity, after.basis) == (15, 750)


def test_t02_a_reverse_split_of_ten_into_one() -> None:
    lot = the_lot(buy("b", "2020-01-02", 10, 1000), split("x", "2020-06-01", -9))

    assert (lot.quantity, lot.basis) == (1, 1000)


def test_t03_two_for_one_and_then_one_for_three() -> None:
    after_two_thirds = split("y", "2020-09-01", "-13.333333333333333333")

    lot = the_lot(buy("b", "2020-01-02", 10, 1000), split("x", "2020-06-01", 10), after_two_thirds)

    assert lot.quantity == Decimal("6.666666666666666667")
    assert lot.basis == 1000


def test_t04_three_for_one_and_then_five_for_one() -> None:
    history = [buy("b", "2014-01-02", 10, 2160), split("x", "2020-08-31", 20), split("y", "2022-08-25", 120)]

    lot = the_lot(*history)

    assert (lot.quantity, lot.basis) == (150, 2160)
    assert lot.basis is not None
    assert lot.basis / lot.quantity == Decimal("14.4")
    assert replay(history).realised == ()


def test_a_split_is_spread_over_the_lots_without_losing_a_share() -> None:
    bought = [buy(f"b{day}", f"2022-01-0{day}", 1, day) for day in (3, 4, 5)]

    ledger = replay([*bought, split("x", "2022-02-01", 1)])

    assert sum(lot.quantity for lot in ledger.lots) == 4
    assert [lot.basis for lot in ledger.lots] == [3, 4, 5]


def test_t07_replaying_again_changes_nothing() -> None:
    history = [buy("b", "2020-01-02", 10, 1000), split("x", "2020-06-01", 10)]

    assert replay(history) == replay(history)
    assert replay(history).lots[0].quantity == 20


def test_t08_a_split_after_the_position_closed_changes_no_gain_and_is_named() -> None:
    closed = [buy("b", "2020-01-02", 10, 1000), sell("s", "2020-03-02", 10, 1200)]

    ledger = replay([*closed, split("x", "2020-06-01", 10)])

    assert ledger.realised == replay(closed).realised
    assert ledger.lots == ()
    assert [problem.code for problem in ledger.problems] == [ProblemCode.SPLIT_OF_NOTHING]


def test_t09_first_in_first_out_is_per_account_never_a_pooled_average() -> None:
    ledger = replay(
        [
            buy("a", "2020-09-21", 10, 2000, account="A"),
            buy("b", "2020-10-21", 10, 1000, account="B"),
            sell("s", "2020-11-21", 10, 2805, account="B"),
        ]
    )

    assert [(lot.key, lot.basis) for lot in ledger.lots] == [("a", 2000)]
    assert ledger.realised[0].gain == 1805


def test_t11_a_timed_purchase_comes_before_an_untimed_transfer_out_of_its_day() -> None:
    bought = buy("b", "2022-01-03", 2, "7833.12", at="10:00")
    moved = entry("t", Kind.TRANSFER_OUT, "2022-01-03", -1)

    lot = the_lot(moved, bought)

    assert lot.basis == Decimal("3916.56")


def test_t12_a_position_bought_again_costs_what_it_cost_the_second_time() -> None:
    lot = the_lot(
        buy("b1", "2020-01-02", 10, 1000), sell("s", "2020-02-03", 10, 1500), buy("b2", "2020-03-02", 10, 3000)
    )

    assert lot.basis == 3000


def test_t13_its_sale_uses_that_cost() -> None:
    ledger = replay(
        [
            buy("b1", "2020-01-02", 10, 1000),
            sell("s1", "2020-02-03", 10, 1500),
            buy("b2", "2020-03-02", 10, 3000),
            sell("s2", "2020-04-01", 10, 3500),
        ]
    )

    assert [gain.gain for gain in ledger.realised] == [500, 500]


def test_t14_lots_of_different_size_weigh_by_their_shares() -> None:
    first = entry("b1", Kind.BUY, "2022-01-03", "1.9887", price="88.63")
    second = entry("b2", Kind.BUY, "2022-02-03", "0.388", price="58.64")

    lots = replay([first, second]).lots

    average = sum(lot.basis or 0 for lot in lots) / sum(lot.quantity for lot in lots)
    assert round(average, 2) == Decimal("83.73")


def test_t16_an_opening_takes_its_basis_as_a_total() -> None:
    lot = the_lot(opening("o", "2022-12-28", 100, basis="3585.25", acquired="2021-05-03"))

    assert lot.basis == Decimal("3585.25")


def test_t20_selling_what_is_not_held_is_refused_with_the_missing_shares() -> None:
    ledger = replay([sell("s1", "2022-01-03", 1, "44558.42"), sell("s2", "2022-01-04", 1, "46737.48")])

    assert [(p.code, p.quantity, p.day) for p in ledger.problems] == [
        (ProblemCode.OVERSOLD, 1, date(2022, 1, 3)),
        (ProblemCode.OVERSOLD, 1, date(2022, 1, 4)),
    ]
    assert ledger.problems[0].message == "Of 1 shares that left, 0 were held: 1 are missing."
    first = ledger.realised[0]
    assert (first.lot, first.gain, first.proceeds) == (None, None, Decimal("44558.42"))
    assert ledger.lots == ()


def test_a_sale_of_more_than_is_held_keeps_the_proceeds_of_every_share() -> None:
    ledger = replay([buy("b", "2022-01-03", 4, 400), sell("s", "2022-02-01", 10, 1500)])

    assert [(gain.lot, gain.quantity, gain.proceeds, gain.gain) for gain in ledger.realised] == [
        ("b", 4, 600, 200),
        (None, 6, 900, None),
    ]
    assert ledger.problems[0].quantity == 6


def test_a_pick_of_an_unknown_lot_is_named_and_the_sale_goes_first_in_first_out() -> None:
    ledger = replay([buy("b", "2022-01-03", 4, 400), sell("s", "2022-02-01", 2, 300, picks={"gone": 2})])

    assert [(p.code, p.lot) for p in ledger.problems] == [(ProblemCode.UNKNOWN_LOT, "gone")]
    assert ledger.realised[0].lot == "b"


def test_a_pick_of_a_lot_in_another_account_is_unknown() -> None:
    elsewhere = buy("theirs", "2022-01-03", 4, 400, account="ira")

    ledger = replay([elsewhere, buy("b", "2022-01-03", 4, 400), sell("s", "2022-02-01", 2, 300, picks={"theirs": 2})])

    assert ledger.problems[0].code is ProblemCode.UNKNOWN_LOT
    assert {lot.key: lot.quantity for lot in ledger.lots} == {"theirs": 4, "b": 2}


def test_a_pick_of_too_many_shares_is_named_with_the_excess() -> None:
    bought = [buy("b1", "2022-01-03", 4, 400), buy("b2", "2022-01-04", 4, 800)]

    ledger = replay([*bought, sell("s", "2022-02-01", 6, 900, picks={"b2": 6})])

    assert [(p.code, p.lot, p.quantity) for p in ledger.problems] == [(ProblemCode.PICK_TOO_LARGE, "b2", 2)]
    assert [(gain.lot, gain.quantity) for gain in ledger.realised] == [("b2", 4), ("b1", 2)]


def test_picks_that_do_not_add_up_to_the_sale_are_named() -> None:
    ledger = replay([buy("b", "2022-01-03", 9, 900), sell("s", "2022-02-01", 4, 500, picks={"b": 3})])

    assert [(p.code, p.quantity) for p in ledger.problems] == [(ProblemCode.PICKS_DIFFER, 1)]
    assert ledger.lots[0].quantity == 5


def test_an_opening_enters_on_its_day_with_the_date_it_was_acquired() -> None:
    ledger = replay([opening("o", "2022-12-28", 10, basis="900", acquired="2020-02-28", disallowed="25")])

    (lot,) = ledger.lots
    assert (lot.opened, lot.acquired, lot.disallowed) == (date(2022, 12, 28), date(2020, 2, 28), 25)
    assert ledger.holdings["taxable", "KO"][0].day == date(2022, 12, 28)


def test_an_opening_of_unknown_basis_is_kept_and_its_gain_stays_unknown() -> None:
    ledger = replay([opening("o", "2022-01-03", 10), sell("s", "2022-02-01", 4, 500)])

    assert ledger.lots[0].unknown
    assert ledger.lots[0].basis is None
    (gain,) = ledger.realised
    assert (gain.lot, gain.basis, gain.gain, gain.term) == ("o", None, None, None)


def test_a_reported_disallowed_loss_leaves_with_its_shares() -> None:
    lot = the_lot(
        opening("o", "2022-01-03", 10, basis="900", acquired="2021-02-01", disallowed="50"),
        sell("s", "2022-02-01", 4, 500),
    )

    assert lot.disallowed == 30


def test_a_reinvested_dividend_opens_a_lot_of_its_own() -> None:
    income = money("d", Kind.DIVIDEND, "2022-03-01", "10.30")
    shares = entry("r", Kind.REINVEST, "2022-03-01", "0.1", cash="-10.30", price="103")

    ledger = replay([income, shares])

    assert ledger.lots[0].basis == Decimal("10.30")
    assert ledger.cash["taxable", "USD"] == 0
    assert ledger.flows == ()


def test_cash_is_kept_by_account_and_only_deposits_and_withdrawals_are_flows() -> None:
    ledger = replay(
        [
            money("d", Kind.DEPOSIT, "2022-01-03", 1000),
            money("i", Kind.INTEREST, "2022-01-31", "0.25"),
            money("f", Kind.FEE, "2022-02-01", -5),
            money("w", Kind.WITHDRAWAL, "2022-03-01", -100),
            money("other", Kind.DEPOSIT, "2022-03-01", 7, account="ira"),
        ]
    )

    assert ledger.cash == {("taxable", "USD"): Decimal("895.25"), ("ira", "USD"): 7}
    assert [(flow.account, flow.amount) for flow in ledger.flows] == [("taxable", 1000), ("ira", 7), ("taxable", -100)]


def test_openings_and_transfers_of_shares_are_flows_in_kind() -> None:
    ledger = replay(
        [
            opening("o", "2022-01-03", 10, basis="900", acquired="2021-02-01"),
            entry("t", Kind.TRANSFER_OUT, "2022-02-01", -4),
        ]
    )

    assert [(flow.instrument, flow.quantity) for flow in ledger.flows] == [("KO", 10), ("KO", -4)]
    assert ledger.realised == ()
    assert (ledger.lots[0].quantity, ledger.lots[0].basis) == (6, 540)


def test_an_adjustment_settles_an_unknown_basis_and_its_trail_shows_it() -> None:
    ledger = replay(
        [
            opening("o", "2022-01-03", 10),
            entry("a", Kind.ADJUST, "2022-01-03", basis="900", acquired="2020-05-01", picks={"o": 0}),
        ]
    )

    assert not ledger.lots[0].unknown
    assert [(event.entry, event.kind, event.basis_after) for event in ledger.trail["o"]] == [
        ("o", Kind.OPENING, None),
        ("a", Kind.ADJUST, 900),
    ]


def test_an_adjusted_date_moves_the_lot_in_the_queue() -> None:
    ledger = replay(
        [
            buy("b", "2021-01-04", 10, 1000),
            opening("o", "2022-01-03", 10, basis="900"),
            entry("a", Kind.ADJUST, "2022-01-03", acquired="2021-06-01", picks={"o": 0}),
            sell("s", "2022-02-01", 1, 100),
        ]
    )

    assert ledger.realised[0].lot == "b"


def test_an_adjustment_of_shares_is_a_flow_in_kind() -> None:
    ledger = replay([buy("b", "2021-01-04", 10, 1000), entry("a", Kind.ADJUST, "2021-02-01", -1, picks={"b": -1})])

    assert ledger.lots[0].quantity == 9
    assert [flow.quantity for flow in ledger.flows] == [-1]


def test_an_adjustment_that_cannot_hold_changes_nothing() -> None:
    bought = [buy("b1", "2021-01-04", 10, 1000), buy("b2", "2021-01-05", 10, 1000)]
    wrong = [
        entry("a1", Kind.ADJUST, "2021-02-01", 1, picks={"gone": 1}),
        entry("a2", Kind.ADJUST, "2021-02-01", 2, picks={"b1": 1}),
        entry("a3", Kind.ADJUST, "2021-02-01", basis="5", picks={"b1": 0, "b2": 0}),
        entry("a4", Kind.ADJUST, "2021-02-01", -11, picks={"b1": -11}),
    ]

    ledger = replay([*bought, *wrong])

    assert ledger.lots == replay(bought).lots
    assert [p.entry for p in ledger.problems if p.code is ProblemCode.WRONG_ADJUSTMENT] == ["a1", "a2", "a3", "a4"]


def test_entries_with_the_wrong_sign_or_no_instrument_are_named() -> None:
    ledger = replay(
        [
            buy("negative", "2022-01-03", -1, 100),
            sell("positive", "2022-01-03", -1, 100),
            buy("nameless", "2022-01-03", 1, 100, instrument=None),
            split("all", "2022-01-03", 5),
        ]
    )

    assert {problem.entry: problem.code for problem in ledger.problems} == {
        "negative": ProblemCode.WRONG_QUANTITY,
        "positive": ProblemCode.WRONG_QUANTITY,
        "nameless": ProblemCode.NO_INSTRUMENT,
        "all": ProblemCode.SPLIT_OF_NOTHING,
    }
    assert ledger.lots == ()


def test_a_reverse_split_cannot_remove_every_share() -> None:
    ledger = replay([buy("b", "2022-01-03", 4, 400), split("x", "2022-02-01", -4)])

    assert [problem.code for problem in ledger.problems] == [ProblemCode.SPLIT_TOO_LARGE]
    assert ledger.lots[0].quantity == 4


def test_the_trail_of_a_lot_tells_every_change() -> None:
    ledger = replay([buy("b", "2020-01-02", 10, 1000), split("x", "2020-06-01", 10), sell("s", "2020-07-01", 20, 2000)])

    assert [(event.entry, event.quantity, event.quantity_after, event.basis_after) for event in ledger.trail["b"]] == [
        ("b", 10, 10, 1000),
        ("x", 10, 20, 1000),
        ("s", -20, 0, 0),
    ]
