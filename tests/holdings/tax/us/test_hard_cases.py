"""The lines W and H of the hard cases that no example of the IRS covers; W-01 to W-05 stand with those examples."""

from datetime import date

import pytest

from holdings.tax.outcome import Effect, GainClass
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.us.households import disallowed, matched, recognised, slices, the_lot


def test_W_06_a_day_trade_rebought_and_sold_comes_out_even() -> None:
    """With times or without: sales without a time count in the order of acquisition."""
    timed = [
        buy("b1", "2022-06-01", 100, 1000, at="09:40"),
        sell("s1", "2022-06-01", 100, 900, at="10:00"),
        buy("b2", "2022-06-01", 100, 800, at="11:00"),
        sell("s2", "2022-06-01", 100, 900, at="12:00"),
    ]
    untimed = [
        buy("b1", "2022-06-01", 100, 1000),
        buy("b2", "2022-06-01", 100, 800),
        sell("s1", "2022-06-01", 100, 900),
        sell("s2", "2022-06-01", 100, 900),
    ]
    for history in (timed, untimed):
        matching = matched(*history)
        assert (disallowed(matching, "s1"), slices(matching, "s2")[0].basis) == (100, 900)
        assert recognised(matching) == 0


def test_W_11_a_purchase_in_an_ira_loses_the_loss_and_the_spouse_s_defers_it() -> None:
    sold = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]

    ira = matched(*sold, buy("r", "2022-06-10", 100, 620, account="ira"))
    spouse = matched(*sold, buy("r", "2022-06-10", 100, 620, account="spouse"))
    spouse_ira = matched(*sold, buy("r", "2022-06-10", 100, 620, account="spouse-ira"))

    assert [disallowed(each, "s") for each in (ira, spouse, spouse_ira)] == [400, 400, 400]
    assert [the_lot(each, "r").basis for each in (ira, spouse, spouse_ira)] == [620, 1020, 620]
    effects = [Effect.PERMANENT, Effect.DEFERRED, Effect.PERMANENT]
    assert [each.replacements[0].effect for each in (ira, spouse, spouse_ira)] == effects


@pytest.mark.parametrize(("bought", "loss"), [("VFIAX", 50), ("FXAIX", 0)])
def test_W_12_funds_on_the_same_index_replace_each_other_where_the_user_says_so(bought: str, loss: int) -> None:
    matching = matched(
        buy("b", "2022-01-03", 1, 400, instrument="VOO"),
        sell("s", "2022-06-01", 1, 350, instrument="VOO"),
        buy("r", "2022-06-10", 1, 90, instrument=bought),
    )

    assert disallowed(matching, "s") == loss


@pytest.mark.parametrize(
    ("day", "loss"), [("2022-05-30", 0), ("2022-05-31", 250), ("2022-07-30", 250), ("2022-07-31", 0)]
)
def test_W_13_the_window_is_61_days_with_the_sale_in_its_middle(day: str, loss: int) -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000),
        buy("r", day, 100, 800),
        sell("s", "2022-06-30", 100, 750, picks={"b": 100}),
    )

    assert disallowed(matching, "s") == loss


@pytest.mark.parametrize(
    ("bought", "sold", "pot"),
    [
        ("2025-03-01", "2026-03-01", GainClass.SHORT),  # H-01
        ("2025-03-01", "2026-03-02", GainClass.LONG),
        ("2024-02-29", "2025-02-28", GainClass.SHORT),  # H-03
        ("2024-02-29", "2025-03-01", GainClass.LONG),
    ],
)
def test_H_01_and_H_03_the_anniversary_is_short_and_the_day_after_it_long(
    bought: str, sold: str, pot: GainClass
) -> None:
    (only,) = matched(buy("b", bought, 1, 10), sell("s", sold, 1, 12)).slices

    assert (only.gain_class, only.acquired) == (pot, date.fromisoformat(bought))
