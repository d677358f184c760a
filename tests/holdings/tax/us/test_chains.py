"""Losses on shares that have replaced others, and the days that come along."""

from datetime import date
from decimal import Decimal

from holdings.ledger.types import Origin
from holdings.tax.outcome import GainClass
from tests.holdings.ledger.histories import buy, opening, sell
from tests.holdings.tax.us.households import disallowed, matched, recognised, slices, the_lot

CHAIN = [
    buy("b1", "2025-01-10", 100, 5000),
    sell("s1", "2025-03-01", 100, 4000),
    buy("b2", "2025-03-15", 100, 4200),
    sell("s2", "2025-04-01", 100, 3900),
    buy("b3", "2025-04-20", 100, 3800),
]


def test_the_worked_chain_of_three_links_ends_at_the_economic_loss() -> None:
    matching = matched(*CHAIN, sell("s3", "2025-07-01", 100, 4500))

    assert [each.basis for each in matching.slices] == [5000, 5200, 5100]
    assert [each.disallowed for each in matching.slices] == [1000, 1300, 0]
    assert [recognised(matching, sale) for sale in ("s1", "s2", "s3")] == [0, 0, -600]


def test_the_worked_chain_adds_50_days_and_then_17_of_its_own() -> None:
    assert the_lot(matched(*CHAIN[:3]), "b2").tacked_days == 50

    lot = the_lot(matched(*CHAIN), "b3")
    assert (lot.basis, lot.tacked_days, lot.acquired) == (5100, 67, date(2025, 4, 20))


def test_a_sale_above_its_price_is_a_loss_on_the_adjusted_basis_and_can_be_replaced_again() -> None:
    matching = matched(*CHAIN[:3], sell("s2", "2025-04-01", 100, 4500), buy("b3", "2025-04-20", 100, 4400))

    assert slices(matching, "s2")[0].gain == -700
    assert (disallowed(matching, "s2"), the_lot(matching, "b3").basis) == (700, 5100)


def test_days_of_replaced_shares_make_a_sale_long_term() -> None:
    matching = matched(
        buy("b", "2024-01-10", 10, 500),
        sell("s", "2024-12-20", 10, 400),
        buy("r", "2024-12-27", 10, 410),
        sell("l", "2025-02-10", 10, 700),
    )

    assert [(each.sale, each.gain_class, each.gain) for each in matching.slices] == [
        ("s", GainClass.SHORT, -100),
        ("l", GainClass.LONG, 190),
    ]


def test_tacked_days_move_no_window() -> None:
    """The day of the purchase itself counts for windows: bought on 15 March, it still replaces a loss of 10 April."""
    matching = matched(
        *CHAIN[:2],
        buy("b2", "2025-03-15", 150, 6300),
        buy("old", "2024-06-03", 50, 2500, account="other"),
        sell("s2", "2025-04-10", 50, 1900, account="other"),
    )

    assert [(each.sale, each.bought, each.quantity) for each in matching.replacements] == [
        ("s1", "b2", 100),
        ("s2", "b2", 50),
    ]


def test_a_replacement_sold_before_the_window_ends_still_counts() -> None:
    matching = matched(*CHAIN[:3], sell("s2", "2025-03-20", 100, 4300))

    assert [recognised(matching, sale) for sale in ("s1", "s2")] == [0, -900]


def test_inherited_shares_bring_more_than_a_year_along() -> None:
    matching = matched(
        opening("i", "2025-01-10", 10, basis="500", acquired="2025-01-02", origin=Origin.INHERITANCE),
        sell("s", "2025-02-01", 10, 400),
        buy("r", "2025-02-10", 10, 410),
    )

    assert slices(matching, "s")[0].gain_class is GainClass.LONG
    assert the_lot(matching, "r").long_from == date(2025, 2, 10)


def test_the_loss_is_disallowed_share_for_share_of_the_block_that_lost() -> None:
    """Not in proportion over the blocks of the sale: 40 shares of the first block, at 8 a share."""
    matching = matched(
        buy("a", "2024-01-10", 100, 2000),
        buy("b", "2024-01-11", 100, 1500),
        sell("s", "2024-06-03", 200, 2400),
        buy("r", "2024-06-10", 40, 500),
    )

    assert [(each.lot, each.gain, each.disallowed) for each in slices(matching, "s")] == [
        ("a", -800, 320),
        ("b", -300, 0),
    ]


def test_the_disallowed_loss_is_whole_whatever_the_fractions() -> None:
    matching = matched(
        buy("b", "2024-01-10", 7, 100),
        sell("s", "2024-06-03", 7, 90),
        *(buy(f"r{n}", f"2024-06-0{n}", "1.4", 20) for n in (4, 5, 6, 7, 8)),
    )

    deferred = [the_lot(matching, f"r{n}").deferred for n in (4, 5, 6, 7, 8)]
    assert disallowed(matching, "s") == 10 == sum(deferred)
    assert max(deferred) - min(deferred) <= Decimal("1e-17")
