"""HMRC's own worked examples. HMRC prints whole pounds; our figures are exact, and round to HMRC's."""

from decimal import ROUND_DOWN, Decimal

import pytest

from holdings.tax.outcome import Matching
from holdings.tax.uk.match import match
from tests.holdings.tax.pooled.households import gains, household, pool, slices, trades


def matched(*rows: tuple[str, int, str | int]) -> Matching:
    return match(household(*trades(rows), currency="GBP"))


def in_pounds(amount: Decimal | None) -> int:
    assert amount is not None
    return int(amount.quantize(Decimal(1)))


def identified(found: Matching, sale: str) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(each.rule, each.quantity, each.basis) for each in slices(found, sale)]


def test_HS284_example_2_mesopotamia_500_of_4000_shares_bought_back() -> None:
    found = matched(("2015-01-05", 9500, 9500), ("2024-08-30", -4000, 6000), ("2024-09-11", 500, 850))

    assert [(each.rule, each.quantity, each.proceeds, each.gain) for each in found.slices] == [
        ("30 days", 500, 750, -100),
        ("section 104", 3500, 5250, 1750),
    ]
    assert pool(found) == (6000, 6000)


def test_HS284_example_3_lobster_two_part_disposals_of_the_pool() -> None:
    found = matched(
        ("2015-04-01", 1000, 4150), ("2018-09-01", 500, 2130), ("2023-05-01", -700, 3260), ("2024-02-01", -400, 1975)
    )

    assert [in_pounds(gains(found, sale)) for sale in ("e2", "e3")] == [329, 300]
    shares, cost = pool(found)
    assert shares == 400
    assert cost is not None
    assert cost.quantize(Decimal(1), ROUND_DOWN) == 1674


@pytest.mark.parametrize(
    ("held", "sold", "bought", "thirty_days"),
    [
        (1000, ("2011-07-01", -1000), ("2011-07-31", 1000), 1000),  # example 1: on the thirtieth day
        (2500, ("2012-03-27", -1700), ("2012-03-30", 500), 500),  # example 2: a part of them
        (10000, ("2009-02-28", -2000), ("2009-03-31", 3000), 0),  # example 3: on the thirty-first day
    ],
)
def test_CG51560_examples_1_to_3(held: int, sold: tuple[str, int], bought: tuple[str, int], thirty_days: int) -> None:
    found = matched(("2005-01-04", held, held), (*sold, 1000), (*bought, 5000))

    by_rule = {each.rule: each.quantity for each in found.slices}
    assert by_rule.get("30 days", 0) == thirty_days
    assert by_rule.get("section 104", 0) == -sold[1] - thirty_days


def test_CG51590_example_1_ms_davy() -> None:
    found = matched(
        ("2006-04-15", 1000, 1300),
        ("2006-08-04", 1000, 1450),
        ("2007-01-19", 500, 950),
        ("2010-03-16", -2000, 6850),
        ("2010-04-07", 2000, 6790),
        ("2010-12-10", -2200, 7700),
    )

    assert (gains(found, "e3"), gains(found, "e5"), pool(found)) == (60, 4444, (300, 444))


def test_CG51590_example_3_mrs_mountain() -> None:
    found = matched(
        ("1979-05-27", 7500, 21000),  # at the value of 31 March 1982, as entered
        ("1988-02-06", 4000, 16500),
        ("1993-07-28", 4000, 17000),
        ("2005-03-31", 6000, 29000),
        ("2013-06-13", -16500, 114675),
    )

    assert in_pounds(gains(found)) == 50594
    assert in_pounds(pool(found)[1]) == 19419


def test_CG51590_example_4_the_peninsula_trust_whose_rights_join_the_pool_at_their_price() -> None:
    found = matched(
        ("1997-09-24", 15000, 6750),
        ("2001-01-30", 9000, 3600),
        ("2004-06-14", 12000, 13800),
        ("2005-11-26", 9000, 9450),
        ("2010-02-23", -20000, 39000),
    )

    assert (in_pounds(gains(found)), in_pounds(pool(found)[1])) == (24067, 18667)  # HMRC: 24,066 and 18,666


def test_CRYPTO22251_a_part_of_the_pool() -> None:
    found = matched(("2020-01-01", 100, 1000), ("2020-09-18", 50, 125000), ("2020-12-01", -50, 300000))

    assert (gains(found), pool(found)) == (258000, (100, 84000))


def test_CRYPTO22252_the_sales_of_a_day_are_one_and_meet_its_purchase_whatever_the_hour() -> None:
    found = matched(
        ("2021-01-01", 5000, 500), ("2021-06-23", -1000, 800), ("2021-06-23", 1600, 1000), ("2021-06-23", -500, 600)
    )

    assert gains(found) == Decimal("462.5")
    assert gains(found).quantize(Decimal(1), ROUND_DOWN) == 462  # HMRC rounds the cost of 937.50 up to 938
    assert pool(found) == (5100, Decimal("562.5"))


def test_CRYPTO22253_the_earliest_disposal_takes_the_earliest_purchase() -> None:
    found = matched(
        ("2020-01-01", 2000, 1000),
        ("2021-03-31", -1000, 400),
        ("2021-04-20", -500, 150),
        ("2021-04-21", 700, 175),
        ("2021-04-28", 500, 100),
        ("2021-05-01", 500, 150),
    )

    assert identified(found, "e1") == [("30 days", 700, 175), ("30 days", 300, 60)]
    assert identified(found, "e2") == [("30 days", 200, 40), ("30 days", 300, 90)]
    assert (gains(found, "e1"), gains(found, "e2"), pool(found)) == (165, 20, (2200, 1060))


def test_CRYPTO22254_same_day_and_pool() -> None:
    found = matched(
        ("2020-01-01", 8000, 1000),
        ("2021-01-31", -5000, 500),
        ("2021-01-31", 4000, 320),
        ("2021-01-31", 1000, 75),
        ("2021-01-31", 1000, 70),
        ("2021-01-31", -2000, 142),
        ("2021-01-31", 500, 35),
    )

    assert (gains(found), pool(found)) == (Decimal("79.5"), (7500, Decimal("937.5")))


def test_CRYPTO22255_thirty_days_and_pool() -> None:
    found = matched(("2020-01-01", 14000, 200000), ("2021-08-30", -4000, 160000), ("2021-09-11", 500, 17500))

    assert (gains(found), pool(found)) == (92500, (10500, 150000))


def test_CRYPTO22256_same_day_thirty_days_and_pool() -> None:
    found = matched(
        ("2020-01-01", 100000, 300000),
        ("2021-07-31", 10000, 45000),
        ("2021-07-31", -30000, 150000),
        ("2021-08-05", -20000, 100000),
        ("2021-08-06", 50000, 225000),
        ("2021-08-07", -100000, 150000),
    )

    assert identified(found, "e2") == [("same day", 10000, 45000), ("30 days", 20000, 90000)]
    assert identified(found, "e3") == [("30 days", 20000, 90000)]
    assert [each.rule for each in slices(found, "e5")] == ["section 104"]
    assert (gains(found, "e2"), gains(found, "e3"), in_pounds(gains(found, "e5"))) == (15000, 10000, -163636)
