"""The days to come: what not to buy, and which losses would not count."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from holdings.ledger.types import Entry, Kind, Origin
from holdings.tax.us.matching import match
from holdings.tax.us.wash import WashWindows
from holdings.tax.us.windows import do_not_buy, do_not_sell_at_a_loss, open_windows
from tests.holdings.ledger.histories import buy, entry, opening, sell
from tests.holdings.tax.us.households import household

LOSS = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]


def windows(*entries: Entry, as_of: str, **more: Any) -> WashWindows:
    history = household(entries, as_of=as_of, **more)
    return open_windows(match(history), history)


def void(found: WashWindows, lot: str, group: str = "KO") -> Decimal:
    """Shares of a lot whose loss would be replaced."""
    return sum((each.quantity for each in found.replacements(group, lot)), Decimal(0))


def test_W_13_a_loss_forbids_purchases_until_day_30_and_says_which_loss() -> None:
    (only,) = do_not_buy(windows(*LOSS, as_of="2022-06-15"))

    assert (only.group, only.until, only.free_from) == ("KO", date(2022, 7, 1), date(2022, 7, 2))
    assert [(loss.sale, loss.quantity, loss.loss) for loss in only.losses] == [("s", 100, 400)]
    assert do_not_buy(windows(*LOSS, as_of="2022-07-02")) == ()


def test_what_was_replaced_already_forbids_nothing_more() -> None:
    half, whole = buy("r", "2022-06-05", 50, 310), buy("r", "2022-06-05", 100, 620)

    (only,) = do_not_buy(windows(*LOSS, half, as_of="2022-06-15"))
    assert [(loss.quantity, loss.loss) for loss in only.losses] == [(50, 200)]
    assert do_not_buy(windows(*LOSS, whole, as_of="2022-06-15")) == ()


def test_a_sale_of_unknown_basis_may_have_lost() -> None:
    unknown = [opening("o", "2022-01-03", 5), sell("s", "2022-06-01", 5, 50)]

    assert [loss.loss for each in do_not_buy(windows(*unknown, as_of="2022-06-15")) for loss in each.losses] == [None]


def test_a_recent_purchase_voids_losses_of_other_lots_until_day_30() -> None:
    history = [buy("old", "2020-01-03", 100, 1000), buy("new", "2022-06-01", 30, 200, account="ira")]

    (only,) = do_not_sell_at_a_loss(windows(*history, as_of="2022-06-15"))
    assert (only.group, only.until) == ("KO", date(2022, 7, 1))
    assert [(each.lot, each.quantity) for each in only.purchases] == [("new", 30)]
    assert do_not_sell_at_a_loss(windows(*history, as_of="2022-07-02")) == ()


def test_shares_that_replaced_a_loss_void_no_other() -> None:
    found = windows(*LOSS, buy("r", "2022-06-05", 130, 800), as_of="2022-06-15")

    assert (void(found, "another"), void(found, "r")) == (30, 0)


def test_gifts_and_digital_assets_close_no_window() -> None:
    history = [
        opening("g", "2022-06-01", 5, basis="50", acquired="2022-06-01", origin=Origin.GIFT),
        buy("c", "2022-06-01", 1, 30000, instrument="BTC"),
    ]

    assert do_not_sell_at_a_loss(windows(*history, as_of="2022-06-15")) == ()


def test_a_new_symbol_is_forbidden_with_the_old_one() -> None:
    history = [
        *LOSS,
        buy("k", "2020-01-03", 1, 5, account="other"),
        entry("n", Kind.SYMBOL_CHANGE, "2022-06-05", other="PEP", account="other"),
    ]

    assert [each.group for each in do_not_buy(windows(*history, as_of="2022-06-15"))] == ["KO", "PEP"]


@pytest.mark.parametrize(("as_of", "number"), [("2022-06-01", 1), ("2022-07-01", 1), ("2022-07-02", 0)])
def test_W_13_a_loss_forbids_through_day_30_and_no_longer(as_of: str, number: int) -> None:
    assert len(do_not_buy(windows(*LOSS, as_of=as_of))) == number


def test_the_last_of_several_losses_decides() -> None:
    bought = buy("b", "2022-01-03", 100, 1000)
    (only,) = do_not_buy(
        windows(bought, sell("s1", "2022-07-01", 10, 75), sell("s2", "2022-07-11", 10, 75), as_of="2022-07-12")
    )

    assert only.free_from == date(2022, 8, 11)


def test_gains_and_losses_in_a_retirement_account_forbid_nothing() -> None:
    gain = [buy("b", "2022-01-03", 1, 10), sell("s", "2022-07-01", 1, 11)]
    inside = [buy("c", "2022-01-03", 1, 10, account="ira"), sell("t", "2022-07-01", 1, 9, account="ira")]

    assert windows(*gain, *inside, as_of="2022-07-02").loss_sales == {}


def test_a_loss_forbids_its_whole_identity_group() -> None:
    sold = [buy("b", "2022-01-03", 1, 400, instrument="VOO"), sell("s", "2022-07-01", 1, 350, instrument="VOO")]

    (only,) = do_not_buy(windows(*sold, as_of="2022-07-02"))
    assert (only.group, only.losses[0].instrument) == ("S&P 500", "VOO")


def test_purchases_in_any_account_void_the_loss_of_as_many_shares_as_are_still_held() -> None:
    found = windows(
        buy("old", "2020-01-02", 100, 5000),
        buy("new", "2022-06-20", 30, 900),
        sell("s", "2022-06-24", 10, 400, picks={"new": 10}),
        buy("theirs", "2022-06-25", 12, 360, account="ira"),
        as_of="2022-07-01",
    )

    assert void(found, "old") == 32
    assert found.loss_counts_from("KO", "old") == date(2022, 7, 26)


def test_a_lot_is_never_its_own_replacement_nor_that_of_its_order() -> None:
    fills = [buy("b", "2022-06-20", 60, 3000), buy("c", "2022-06-20", 40, 2000)]

    assert void(windows(fills[0], as_of="2022-07-01"), "b") == 0
    assert void(windows(*fills, as_of="2022-07-01"), "b") == 40
    assert void(windows(*fills, as_of="2022-07-01", orders={"b": "one", "c": "one"}), "b") == 0


def test_an_imported_lot_counts_from_the_day_it_was_acquired() -> None:
    lots = [
        opening("recent", "2022-12-28", 5, basis="100", acquired="2022-12-01"),
        opening("old", "2022-12-28", 9, basis="900", acquired="2020-12-01"),
        opening("unknown", "2022-12-28", 7),
    ]

    assert void(windows(*lots, as_of="2022-12-29"), "old") == 5


def test_what_is_booked_for_the_next_session_opens_windows_too() -> None:
    found = windows(
        *LOSS, buy("k", "2022-06-01", 9, 60), sell("l", "2022-06-02", 9, 9, picks={"k": 9}), as_of="2022-06-01"
    )

    assert {sale.sold for sale in found.loss_sales["KO"]} == {date(2022, 6, 1), date(2022, 6, 2)}
