from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry
from holdings.tax.us import WashWindows, wash_windows
from tests.holdings.ledger.histories import buy, opening, sell

GROUPS = {"VOO": "S&P 500", "IVV": "S&P 500"}


def windows(*entries: Entry, on: str) -> WashWindows:
    ledger = replay(entries)
    return wash_windows(ledger.lots, ledger.realised, taxable={"taxable"}, groups=GROUPS, on=date.fromisoformat(on))


LOSS = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-07-01", 100, 750)]


@pytest.mark.parametrize("on", ["2022-07-01", "2022-07-15", "2022-07-31"])
def test_W_13_a_loss_blocks_purchases_through_day_30(on: str) -> None:
    open_windows = windows(*LOSS, on=on)

    assert open_windows.blocked_until("KO") == date(2022, 8, 1)
    assert [(sale.sale, sale.quantity, sale.loss) for sale in open_windows.loss_sales["KO"]] == [("s", 100, 250)]


@pytest.mark.parametrize("on", ["2022-06-30", "2022-08-01"])
def test_W_13_purchases_are_free_before_the_sale_and_from_day_31(on: str) -> None:
    assert windows(*LOSS, on=on).blocked_until("KO") is None


def test_the_last_of_several_losses_decides() -> None:
    bought = buy("b", "2022-01-03", 100, 1000)
    sales = [sell("s1", "2022-07-01", 10, 75), sell("s2", "2022-07-11", 10, 75)]

    assert windows(bought, *sales, on="2022-07-12").blocked_until("KO") == date(2022, 8, 11)


def test_a_gain_blocks_nothing() -> None:
    assert windows(buy("b", "2022-01-03", 1, 10), sell("s", "2022-07-01", 1, 11), on="2022-07-02").loss_sales == {}


def test_a_loss_in_a_retirement_account_blocks_nothing() -> None:
    inside = [buy("b", "2022-01-03", 1, 10, account="ira"), sell("s", "2022-07-01", 1, 9, account="ira")]

    assert windows(*inside, on="2022-07-02").blocked_until("KO") is None


def test_a_sale_of_unknown_basis_may_be_a_loss_and_blocks() -> None:
    open_windows = windows(opening("o", "2022-06-01", 5), sell("s", "2022-07-01", 5, 100), on="2022-07-02")

    assert open_windows.blocked_until("KO") == date(2022, 8, 1)
    assert open_windows.loss_sales["KO"][0].loss is None


def test_a_loss_blocks_its_whole_identity_group() -> None:
    sold = [buy("b", "2022-01-03", 1, 400, instrument="VOO"), sell("s", "2022-07-01", 1, 350, instrument="VOO")]

    assert windows(*sold, on="2022-07-02").blocked_until("S&P 500") == date(2022, 8, 1)


def test_a_recent_purchase_in_any_account_voids_the_loss_of_as_many_shares() -> None:
    bought = [
        buy("old", "2020-01-02", 100, 5000),
        buy("new", "2022-06-20", 30, 900),
        buy("theirs", "2022-06-25", 12, 360, account="ira"),
    ]

    open_windows = windows(*bought, on="2022-07-01")

    assert open_windows.void_shares("KO", "old") == 42
    assert open_windows.loss_counts_from("KO", "old") == date(2022, 7, 26)


def test_a_lot_is_never_its_own_replacement() -> None:
    alone = windows(buy("b", "2022-06-20", 100, 5000), on="2022-07-01")

    assert alone.void_shares("KO", "b") == 0
    assert alone.loss_counts_from("KO", "b") is None


def test_only_shares_still_held_replace() -> None:
    history = [
        buy("old", "2020-01-02", 100, 5000),
        buy("new", "2022-06-20", 30, 900),
        sell("s", "2022-06-28", 10, 400, picks={"new": 10}),
    ]

    assert windows(*history, on="2022-07-01").void_shares("KO", "old") == Decimal(20)


@pytest.mark.parametrize(("on", "shares"), [("2022-07-20", 30), ("2022-07-21", 0)])
def test_a_purchase_replaces_through_its_day_30(on: str, shares: int) -> None:
    bought = [buy("old", "2020-01-02", 100, 5000), buy("new", "2022-06-20", 30, 900)]

    assert windows(*bought, on=on).void_shares("KO", "old") == shares


def test_an_imported_lot_counts_from_the_day_it_was_acquired() -> None:
    lots = [
        opening("recent", "2022-12-28", 5, basis="100", acquired="2022-12-01"),
        opening("old", "2022-12-28", 9, basis="900", acquired="2020-12-01"),
        opening("unknown", "2022-12-28", 7),
    ]

    assert windows(*lots, on="2022-12-29").void_shares("KO", "old") == 5
