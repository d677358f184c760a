"""The agency's own worked examples, and those of others that quote it."""

from decimal import Decimal

from holdings.tax.ca import CANADA
from holdings.tax.outcome import Effect, Matching
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.pooled.households import gains, household, pool, slices, trades


def matched(*entries: object) -> Matching:
    return CANADA.match(household(*entries, currency="CAD"))  # type: ignore[arg-type]


def test_2022_0940941C6_a_loss_is_prorated_over_what_each_holds_of_the_property_acquired() -> None:
    """2,000 sold at a loss of 10,000; the plan bought 1,000, the spouse 2,000, the seller 500."""
    found = matched(
        buy("b", "2020-01-06", 2000, 30000),
        buy("p", "2022-03-10", 1000, 10000, account="plan"),
        sell("s", "2022-03-15", 2000, 20000),
        buy("w", "2022-03-16", 2000, 20000, account="spouse"),
        buy("o", "2022-04-13", 500, 5000),
    )

    (sold,) = found.slices
    assert (sold.gain, sold.disallowed, sold.recognised) == (-10000, 10000, 0)
    shares = {each.bought: round(each.amount, 2) for each in found.replacements}
    assert shares == {
        "p": Decimal("2857.14"),  # 1,000 / 3,500
        "w": Decimal("5714.29"),  # 2,000 / 3,500
        "o": Decimal("1428.57"),  # 500 / 3,500
    }
    assert [each.bought for each in found.replacements if each.effect is Effect.PERMANENT] == ["p"]
    assert round(pool(found)[1] or 0, 2) == Decimal("6428.57")
    assert round(pool(found, holder="bob")[1] or 0, 2) == Decimal("25714.29")


def test_IT_456R_paragraph_12_of_20_sold_only_the_15_bought_back_are_superficial() -> None:
    """50 on hand, 20 sold at a loss, 15 bought back, 45 left."""
    found = matched(*trades([("2024-01-08", 50, 5000), ("2024-06-03", -20, 1600), ("2024-06-10", 15, 1200)]))

    (sold,) = found.slices
    assert (sold.gain, sold.disallowed, sold.recognised) == (-400, 300, -100)
    assert pool(found) == (45, 3000 + 1200 + 300)


def test_2021_0896031C6_shares_sold_before_the_end_of_day_30_do_not_make_a_loss_superficial() -> None:
    mr_a = [buy("b", "2021-01-11", 1000, 50000), sell("s", "2021-09-01", 1000, 30000)]
    bought = buy("w", "2021-09-07", 1200, 40000, account="spouse plan")
    sold = sell("x", "2021-09-28", 1200, 41000, account="spouse plan")

    assert matched(*mr_a, bought, sold).slices[0].disallowed == 0


def test_2021_0896031C6_bought_again_on_day_30_they_do() -> None:
    found = matched(
        buy("b", "2021-01-11", 1000, 50000),
        sell("s", "2021-09-01", 1000, 30000),
        buy("w", "2021-09-07", 1200, 40000, account="spouse plan"),
        sell("x", "2021-09-28", 1200, 41000, account="spouse plan"),
        buy("y", "2021-10-01", 1200, 40000, account="spouse plan"),
    )

    assert found.slices[0].disallowed == 20000
    assert {each.effect for each in found.replacements} == {Effect.PERMANENT}


def test_identical_properties_are_sold_at_their_average_cost_and_a_sale_leaves_the_average() -> None:
    """Average after each purchase, as the agency describes it: 15.00, then 16.25 a share."""
    found = matched(
        *trades(
            [
                ("2021-02-01", 100, 1500),
                ("2021-08-02", 150, Decimal("2562.5")),
                ("2022-02-01", -200, 4000),
                ("2022-08-01", 350, 7350),
            ]
        )
    )

    assert gains(found, "e2") == 4000 - 200 * Decimal("16.25")
    assert pool(found) == (400, 50 * Decimal("16.25") + 7350)


def test_the_denied_loss_of_shares_bought_back_counts_when_they_are_sold() -> None:
    """adjustedcostbase.ca: 100 at 50, sold at 30, bought back next day at 30, sold at 80."""
    found = matched(
        *trades(
            [
                ("2014-01-06", 100, 5000),
                ("2014-11-03", -100, 3000),
                ("2014-11-04", 100, 3000),
                ("2015-12-02", -100, 8000),
            ]
        )
    )

    assert [each.recognised for each in found.slices] == [0, 3000]


def test_the_loss_of_400_of_500_shares_that_were_bought_back_is_denied_in_full() -> None:
    """A textbook case: 500 at 50, 400 sold at 42, 400 bought back at 40, all sold at 45: a loss of 1,700."""
    found = matched(
        *trades(
            [
                ("2023-06-01", 500, 25000),
                ("2023-12-15", -400, 16800),
                ("2024-01-07", 400, 16000),
                ("2024-10-05", -500, 22500),
            ]
        )
    )

    assert [each.recognised for each in slices(found)] == [0, -1700]
