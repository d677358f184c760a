"""A statement against the ledger of its day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.reconcile import compare
from holdings.reconcile.tolerance import same_shares
from holdings.reconcile.types import Books, Found, Split, Stated

DAY = dt.date(2022, 12, 30)
D = Decimal


def entry(kind: Kind, on: str, number: int = 1, **more: object) -> Entry:
    exact = {
        name: D(value) if isinstance(value, str) and name != "instrument" else value for name, value in more.items()
    }
    return Entry(f"{kind}-{on}-{number}", "A", kind, dt.date.fromisoformat(on), **exact)


def buy(on: str, shares: str, price: str, what: str = "X", **more: object) -> Entry:
    cost = -D(shares) * D(price)
    return entry(Kind.BUY, on, instrument=what, quantity=shares, price=price, cash=str(cost), **more)


def deposit(amount: str, on: str = "2020-01-02") -> Entry:
    return entry(Kind.DEPOSIT, on, cash=amount)


def books(*entries: Entry, splits: dict[str, tuple[Split, ...]] | None = None) -> Books:
    ledger = replay([e for e in entries if e.trade_date <= DAY])
    cash = {currency: amount for (_, currency), amount in ledger.cash.items()}
    return Books(DAY, ledger.lots, cash, ledger.realised, {}, entries, splits or {})


def of(kind: str, found: list[Found]) -> Found:
    return next(each for each in found if each.kind == kind)


LOT = buy("2021-03-01", "10", "100")


def test_it_is_silent_where_shares_basis_and_cash_agree() -> None:
    stated = [Stated("X", D(10), basis=D(1000)), Stated(None, D("500.00"))]
    assert compare.positions(stated, books(deposit("1500"), LOT)) == []


def test_it_names_both_figures_of_a_difference_in_shares() -> None:
    found = of("shares", compare.positions([Stated("X", D(13))], books(LOT)))
    assert (found.instrument, found.stated, found.ledger) == ("X", 13, 10)


def test_what_is_not_stated_counts_as_none() -> None:
    found = of("shares", compare.positions([], books(LOT)))
    assert (found.stated, found.ledger) == (0, 10)


def test_cash_is_compared_only_where_the_file_states_cash() -> None:
    assert compare.positions([Stated("X", D(10))], books(deposit("1500"), LOT)) == []


def test_two_lines_of_one_position_add_up() -> None:
    stated = [Stated("X", D(4), basis=D(400)), Stated("X", D(6), basis=D(600))]
    assert compare.positions(stated, books(LOT)) == []


def test_trades_after_the_day_do_not_count() -> None:
    later = buy("2023-01-04", "5", "100")
    assert compare.positions([Stated("X", D(10))], books(LOT, later)) == []


def test_a_trade_after_the_day_that_the_broker_counts_is_the_explanation() -> None:
    found = of("shares", compare.positions([Stated("X", D(15))], books(LOT, buy("2023-01-04", "5", "100"))))
    assert found.note.explanation == "The broker counts what was traded to 4 Jan 2023, after the statement's day."


def test_a_trade_of_the_day_that_the_broker_leaves_out_is_the_explanation() -> None:
    found = of("shares", compare.positions([Stated("X", D(10))], books(LOT, buy("2022-12-30", "5", "100"))))
    assert found.note.explanation == "The broker does not count what was traded on the statement's day yet."


def test_cash_of_an_unsettled_trade_is_the_explanation() -> None:
    stated = [Stated("X", D(15)), Stated(None, D(500))]
    found = compare.positions(stated, books(deposit("1500"), LOT, buy("2022-12-29", "5", "100")))
    assert [each.kind for each in found] == ["cash"]
    assert found[0].note.explanation == "The broker does not count what was traded since 29 Dec 2022 yet."


def test_a_split_that_the_market_knows_and_the_ledger_lacks_is_named() -> None:
    splits = {"X": (Split(dt.date(2022, 6, 6), D(20)),)}
    found = of("shares", compare.positions([Stated("X", D(200))], books(LOT, splits=splits)))
    assert found.note.explanation == "The 20 for 1 split of 6 Jun 2022 is not in the ledger."


def test_a_ratio_alone_is_said_with_care() -> None:
    found = of("shares", compare.positions([Stated("X", D(15))], books(LOT)))
    assert "as after a 3 for 2 split" in found.note.explanation


def test_t07_a_split_booked_twice_is_told_from_a_missing_one() -> None:
    split = {"instrument": "X", "quantity": "10"}
    twice = entry(Kind.SPLIT, "2022-06-06", 1, **split), entry(Kind.SPLIT, "2022-06-07", 2, **split)
    found = of("shares", compare.positions([Stated("X", D(20))], books(LOT, *twice)))
    assert found.ledger == 30
    assert "booked twice perhaps" in found.note.explanation


def test_t08_a_split_after_the_position_was_closed_leaves_nothing_to_compare() -> None:
    sold = entry(Kind.SELL, "2022-05-02", instrument="X", quantity="-10", price="120", cash="1200")
    late = entry(Kind.SPLIT, "2022-06-06", instrument="X", quantity="10")
    assert compare.positions([], books(LOT, sold, late)) == []


def test_reinvested_dividends_that_came_as_cash_are_the_explanation() -> None:
    paid = entry(Kind.DIVIDEND, "2022-06-01", instrument="X", cash="12.30")
    found = of("shares", compare.positions([Stated("X", D("10.117"))], books(LOT, paid)))
    assert "12.3 of dividends in cash; the broker may have reinvested them" in found.note.explanation


def test_a_sweep_fund_that_the_broker_counts_as_cash_is_the_explanation() -> None:
    sweep = buy("2022-01-03", "400", "1", what="SWEEP")
    found = compare.positions([Stated(None, D(400))], books(deposit("400"), sweep))
    assert [each.note.explanation for each in found] == [
        "The broker counts its 400 shares at 1.00 as cash: a sweep fund.",
        "The broker counts a sweep fund as cash.",
    ]


def test_shares_without_any_history_ask_for_an_opening_lot() -> None:
    found = of("shares", compare.positions([Stated("Y", D(7))], books(deposit("1"))))
    assert "no transaction of it" in found.note.explanation


def test_basis_is_not_compared_while_shares_differ() -> None:
    assert [f.kind for f in compare.positions([Stated("X", D(11), basis=D(1))], books(LOT))] == ["shares"]


def test_an_unknown_basis_of_the_ledger_differs_from_a_stated_one() -> None:
    opening = entry(Kind.OPENING, "2022-01-03", instrument="X", quantity="10")
    found = of("basis", compare.positions([Stated("X", D(10), basis=D(900))], books(opening)))
    assert (found.stated, found.ledger) == (900, None)
    assert found.note.explanation == "The ledger does not know their basis."


def test_a_transfer_without_basis_is_named() -> None:
    moved = entry(Kind.TRANSFER_IN, "2022-01-03", instrument="X", quantity="10")
    found = of("basis", compare.positions([Stated("X", D(10), basis=D(900))], books(moved)))
    assert found.note.explanation == "The shares were transferred in without their basis."


def test_a_basis_that_the_broker_does_not_state_is_not_compared() -> None:
    assert compare.positions([Stated("X", D(10), basis=None)], books(LOT)) == []


def test_commissions_that_the_broker_leaves_out_are_the_explanation() -> None:
    fee = entry(Kind.BUY, "2021-03-01", instrument="X", quantity="10", price="100", fees="7", cash="-1007")
    found = of("basis", compare.positions([Stated("X", D(10), basis=D(1000))], books(fee)))
    assert found.note.explanation == "The broker leaves 7 of commissions out of basis."


def test_a_disallowed_loss_in_the_brokers_basis_is_the_explanation() -> None:
    stated = [Stated("X", D(10), basis=D("1250"), disallowed=D(250), acquired=dt.date(2021, 3, 1))]
    found = of("basis", compare.lots(stated, books(LOT)))
    assert found.subject == "lot of 1 Mar 2021"
    assert found.note.explanation.startswith("The broker's basis includes 250 of wash-sale losses")


def test_lots_are_compared_by_day_and_only_of_named_instruments() -> None:
    stated = [Stated("X", D(10), basis=D(1000), acquired=dt.date(2021, 3, 1))]
    assert compare.lots(stated, books(LOT, buy("2022-01-03", "5", "10", what="Y"))) == []


def test_sales_of_other_lots_are_the_explanation() -> None:
    newer = buy("2022-03-01", "10", "120")
    sold = entry(Kind.SELL, "2022-05-02", instrument="X", quantity="-10", price="130", cash="1300")
    stated = [Stated("X", D(10), basis=D(1000), acquired=dt.date(2021, 3, 1))]
    found = compare.lots(stated, books(LOT, newer, sold))
    assert [(each.subject, each.stated, each.ledger) for each in found] == [
        ("lot of 1 Mar 2021", 10, 0),
        ("lot of 1 Mar 2022", 0, 10),
    ]
    assert "sales took other lots" in found[0].note.explanation


def test_a_lot_of_unknown_date_is_named() -> None:
    opening = entry(Kind.OPENING, "2022-01-03", instrument="X", quantity="10", basis="900")
    stated = [Stated("X", D(10), basis=D(900), acquired=dt.date(2015, 1, 5))]
    found = compare.lots(stated, books(opening))
    assert "does not know its date" in next(each for each in found if each.stated).note.explanation


def test_a_gain_is_compared_by_day_of_sale() -> None:
    sold = entry(Kind.SELL, "2022-05-02", instrument="X", quantity="-10", price="130", cash="1300")
    line = Stated("X", D(10), basis=D(1000), proceeds=D(1290), acquired=dt.date(2021, 3, 1), sold=dt.date(2022, 5, 2))
    found = of("gain", compare.gains([line], books(LOT, sold)))
    assert (found.subject, found.stated, found.ledger) == ("sold 2 May 2022", 290, 300)


@pytest.mark.parametrize(
    ("stated", "ledger", "same"),
    [("10.123", "10.12345", True), ("10.12", "10.1249", False), ("0.50000001", "0.50000002", False), ("7", "7", True)],
)
def test_shares_agree_to_the_last_decimal_stated(stated: str, ledger: str, same: bool) -> None:
    assert same_shares(D(stated), D(ledger)) is same


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 90000)), min_size=1, max_size=8))
def test_a_ledger_agrees_with_itself(bought: list[tuple[int, int]]) -> None:
    entries = [
        entry(
            Kind.BUY, "2022-01-03", number, instrument=f"I{number % 3}", quantity=str(shares), cash=str(-D(cost) / 100)
        )
        for number, (shares, cost) in enumerate(bought)
    ]
    own = books(*entries)
    stated = [Stated(lot.instrument, lot.quantity, basis=lot.basis, acquired=lot.acquired) for lot in own.lots]
    cash = [Stated(None, amount, currency) for currency, amount in own.cash.items()]
    assert compare.positions([*stated, *cash], own) == compare.lots(stated, own) == []
