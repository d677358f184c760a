"""The examples of IRS Publication 550, "Wash Sales", by name."""

from datetime import date

from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.us.households import disallowed, matched, recognised, slices, the_lot


def test_example_of_a_wash_sale_defers_250_into_a_basis_of_1050() -> None:
    """Also W-01, with its days: the new shares count as bought on 5 May."""
    matching = matched(
        buy("b1", "2014-05-01", 100, 1000), sell("s", "2014-07-01", 100, 750), buy("b2", "2014-07-05", 100, 800)
    )

    lot = the_lot(matching, "b2")
    assert (disallowed(matching, "s"), recognised(matching)) == (250, 0)
    assert (lot.basis, lot.deferred, lot.tacked_days, lot.long_from) == (1050, 250, 61, date(2015, 5, 6))
    assert lot.acquired == date(2014, 7, 5)


def test_example_of_bonus_shares_a_second_award_within_30_days_replaces_the_first() -> None:
    matching = matched(
        buy("award", "2024-03-01", 10, 500), sell("s", "2025-02-03", 10, 420), buy("next", "2025-02-28", 10, 430)
    )

    assert (disallowed(matching, "s"), the_lot(matching, "next").basis) == (80, 510)


def test_example_1_of_less_stock_bought_than_sold_disallows_the_loss_of_75_shares() -> None:
    """Also W-02: both purchases were made before the sale."""
    matching = matched(
        buy("sep", "2013-09-26", 100, 5000),
        buy("dec19", "2013-12-19", 50, 2750),
        buy("dec27", "2013-12-27", 25, 1125),
        sell("s", "2014-01-09", 100, 4000, picks={"sep": 100}),
    )

    assert (disallowed(matching, "s"), recognised(matching)) == (750, -250)
    assert [the_lot(matching, lot).basis for lot in ("dec19", "dec27")] == [3250, 1375]


def test_example_2_of_more_stock_bought_than_sold_adjusts_the_first_100_shares_alone() -> None:
    """Also W-03."""
    matching = matched(
        buy("sep", "2013-09-26", 100, 5000),
        sell("s", "2014-02-06", 100, 4000),
        *(buy(f"feb{day}", f"2014-02-{day}", 50, 2100) for day in (11, 12, 13, 14)),
    )

    assert disallowed(matching, "s") == 1000
    assert [the_lot(matching, f"feb{day}").deferred for day in (11, 12, 13, 14)] == [500, 500, 0, 0]


def test_example_of_loss_and_gain_on_the_same_day_leaves_the_gains_whole() -> None:
    """Also W-04: blocks at 158, 100 and 95 sold at 125, 250 shares bought again."""
    matching = matched(
        buy("b158", "2013-01-10", 100, 15800),
        buy("b100", "2013-02-10", 100, 10000),
        buy("b95", "2013-03-10", 100, 9500),
        sell("s", "2013-12-27", 300, 37500),
        buy("new", "2014-01-09", 250, 30000),
    )

    assert [(each.lot, each.gain, each.disallowed) for each in slices(matching, "s")] == [
        ("b158", -3300, 3300),
        ("b100", 2500, 0),
        ("b95", 3000, 0),
    ]
    assert recognised(matching) == 5500
