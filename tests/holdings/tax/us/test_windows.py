"""The days to come: when lots turn long-term, what not to buy, and which losses would not count."""

from datetime import date

from holdings.ledger.types import Entry, Kind, Origin
from holdings.tax.us.matching import match
from holdings.tax.us.wash import WashWindows
from holdings.tax.us.windows import do_not_buy, do_not_sell_at_a_loss, open_windows, waiting_for_long_term
from tests.holdings.ledger.histories import buy, entry, opening, sell
from tests.holdings.tax.us.households import household, matched

LOSS = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]


def windows(*entries: Entry, as_of: str) -> WashWindows:
    history = household(entries, as_of=as_of)
    return open_windows(match(history), history)


def test_lots_wait_for_the_day_after_their_anniversary_and_less_with_tacked_days() -> None:
    matching = matched(*LOSS, buy("r", "2022-06-10", 120, 700), buy("n", "2022-03-01", 1, 9, account="other"))

    waiting = waiting_for_long_term(matching, date(2022, 7, 1))
    assert [(each.lot.key, each.long_from) for each in waiting] == [
        ("r~s", date(2023, 1, 13)),
        ("n", date(2023, 3, 2)),
        ("r", date(2023, 6, 11)),
    ]
    assert waiting_for_long_term(matching, date(2023, 6, 11)) == ()


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

    assert found.void_shares("KO", "another") == 30
    assert found.void_shares("KO", "r") == 0


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
