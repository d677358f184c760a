"""A split happens to a class; accounts tell of it each in its way."""

from decimal import Decimal
from fractions import Fraction

import pytest

from holdings.ledger.types import Entry
from holdings.tax.ca import CANADA
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.pooled.stream import stream
from holdings.tax.uk import UK
from tests.holdings.ledger.histories import buy, sell, split
from tests.holdings.tax.pooled.households import household, pool

COUNTRIES = pytest.mark.parametrize("rules", [UK, CANADA], ids=["UK", "Canada"])
KO = [buy("b", "2020-01-06", 100, 1000), buy("c", "2020-01-06", 30, 900, account="other")]


def held(rules: Jurisdiction, *entries: Entry) -> tuple[Decimal, Decimal | None]:
    return pool(rules.match(household(*entries, currency=rules.currency)))


@COUNTRIES
def test_accounts_that_round_differently_keep_what_they_booked(rules: Jurisdiction) -> None:
    """One for three: 100 become 33, the fraction dropped, and 30 become 10."""
    booked = [split("x", "2024-07-10", -67), split("y", "2024-07-10", -20, account="other")]

    assert held(rules, *KO, *booked) == (43, 1900)


@COUNTRIES
def test_an_account_that_books_the_split_late_is_not_split_twice(rules: Jurisdiction) -> None:
    booked = [split("x", "2024-07-10", 100), split("y", "2024-07-15", 30, account="other")]

    assert held(rules, *KO, *booked) == (260, 1900)


@COUNTRIES
def test_shares_bought_after_the_split_are_as_many_as_were_bought(rules: Jurisdiction) -> None:
    booked = [split("x", "2024-07-10", 100), split("y", "2024-07-12", 30, account="other")]
    bought = buy("d", "2024-07-11", 7, 50)

    assert held(rules, *KO, *booked, bought) == (267, 1950)


@COUNTRIES
def test_a_split_in_a_plan_alone_leaves_what_the_taxed_accounts_hold(rules: Jurisdiction) -> None:
    plan = [buy("p", "2020-01-06", 10, 100, account="plan"), split("x", "2024-07-10", 10, account="plan")]

    assert held(rules, *KO, *plan) == (130, 1900)


def test_two_splits_of_a_week_by_one_account_are_two() -> None:
    booked = [split("x", "2024-07-10", 100), split("y", "2024-07-12", 200)]
    found = stream(household(*KO, *booked, currency="GBP"))

    assert found.growth("KO", found.splits["KO"][0].day.replace(day=1), found.splits["KO"][1].day) == 4


def test_growth_counts_splits_after_the_first_day_through_the_last() -> None:
    booked = split("x", "2024-07-10", -50)
    found = stream(household(*KO, booked, sell("s", "2024-07-09", 1, 1), currency="GBP"))
    day = found.splits["KO"][0].day

    assert found.growth("KO", day, day.replace(day=20)) == 1
    assert found.growth("KO", day.replace(day=9), day) == Fraction(49, 99)
