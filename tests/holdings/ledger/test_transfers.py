"""Shares between own accounts: the very lots travel."""

import random
from datetime import date
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Origin, ProblemCode
from tests.holdings.ledger.histories import buy, entry, opening, received, sell, sent

BOUGHT = buy("b", "2020-01-02", 10, 1000)
OUT = sent("out", "2021-03-01", 4)
IN = received("in", "2021-03-03", 4, "out")


def test_a_linked_transfer_brings_the_lots_with_basis_and_date() -> None:
    here, there = sorted(replay([BOUGHT, OUT, IN]).lots, key=lambda lot: lot.account, reverse=True)
    assert (here.account, here.key, here.quantity, here.basis) == ("taxable", "b", 6, 600)
    assert (there.account, there.key, there.quantity, there.basis) == ("other", "b.in", 4, 400)
    assert (there.opened_by, there.piece, there.acquired) == ("b", "in", date(2020, 1, 2))


def test_what_a_gift_and_a_disallowed_loss_left_travels_too() -> None:
    given = opening(
        "g", "2020-06-01", 4, basis="400", acquired="2015-01-02", origin=Origin.GIFT, fair_value="300", disallowed="20"
    )
    (lot,) = replay([given, OUT, IN]).lots
    assert (lot.origin, lot.loss_basis, lot.disallowed) == (Origin.GIFT, 300, 20)


def test_a_transfer_realises_nothing_and_flows_out_and_in() -> None:
    ledger = replay([BOUGHT, OUT, IN])
    assert ledger.realised == ()
    assert [(flow.account, flow.quantity) for flow in ledger.flows] == [("taxable", -4), ("other", 4)]


def test_a_transfer_sends_the_lots_that_it_picks() -> None:
    picked = sent("out", "2021-03-01", 4, picks={"c": 4})
    ledger = replay([BOUGHT, buy("c", "2020-06-01", 10, 2000), picked, IN])
    assert [(lot.key, lot.basis) for lot in ledger.lots if lot.account == "other"] == [("c.in", 800)]


def test_lots_may_travel_on_and_be_sold_there_by_their_path() -> None:
    on = [sent("out2", "2021-06-01", 4, account="other"), received("in2", "2021-06-02", 4, "out2", account="third")]
    sale = sell("s", "2021-09-01", 1, 150, account="third", picks={"b.in.in2": 1})
    ledger = replay([BOUGHT, OUT, IN, *on, sale])
    assert (ledger.problems, ledger.realised[0].gain) == ((), 50)


def test_a_back_dated_transfer_renames_no_piece() -> None:
    earlier = [sent("out0", "2021-02-01", 2), received("in0", "2021-02-02", 2, "out0")]
    keys = {lot.key for lot in replay([BOUGHT, OUT, IN, *earlier]).lots}
    assert keys == {"b", "b.in", "b.in0"}


def test_a_receipt_dated_before_its_sending_happens_with_it() -> None:
    early = received("in", "2021-02-26", 4, "out")
    ledger = replay([early, OUT, BOUGHT])
    assert ledger.problems == ()
    assert ledger.holdings["other", "KO"][0].day == date(2021, 3, 1)


def test_on_one_day_lots_arrive_after_purchases_and_before_sales() -> None:
    day = "2021-03-01"
    history = [
        buy("b", day, 4, 400),
        sent("out", day, 4),
        received("in", day, 4, "out"),
        sell("s", day, 4, 500, account="other"),
    ]
    for _ in range(5):
        random.shuffle(history)
        ledger = replay(history)
        assert (ledger.problems, ledger.realised[0].lot, ledger.lots) == ((), "b.in", ())


def test_a_receipt_without_its_sending_is_named_and_comes_in_unknown() -> None:
    ledger = replay([IN])
    assert [problem.code for problem in ledger.problems] == [ProblemCode.NO_SENDER]
    assert ledger.lots[0].unknown


def test_a_sending_is_received_once() -> None:
    twice = received("again", "2021-03-04", 4, "out")
    assert [problem.code for problem in replay([BOUGHT, OUT, IN, twice]).problems] == [ProblemCode.NO_SENDER]


def test_other_shares_than_were_sent_are_named() -> None:
    less = received("in", "2021-03-03", 3, "out")
    (problem,) = replay([BOUGHT, OUT, less]).problems
    assert (problem.code, problem.quantity) == (ProblemCode.TRANSFER_DIFFERS, 1)


def test_a_chain_of_pieces_keeps_keys_that_fit_their_column() -> None:
    history: list[Entry] = [buy("0" * 36, "2020-01-02", 1, 1)]
    for step in range(12):
        out = f"{step:02}-out-{'x' * 28}"
        history.append(sent(out, f"2021-01-{2 * step + 1:02}", 1, account="taxable" if not step else f"a{step - 1}"))
        history.append(received(f"{step:02}-in", f"2021-01-{2 * step + 2:02}", 1, out, account=f"a{step}"))
    ledger = replay(history)
    assert (ledger.problems, len(ledger.lots[0].key) <= 80, ledger.lots[0].basis) == ((), True, Decimal(1))


def test_a_transfer_of_cash_alone_moves_no_lot() -> None:
    ledger = replay([entry("t", Kind.TRANSFER_OUT, "2021-03-01", cash="-50", instrument=None)])
    assert (ledger.problems, ledger.cash) == ((), {("taxable", "USD"): -50})
