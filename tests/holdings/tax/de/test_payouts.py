"""What a fund paid out a unit, as accounts received it."""

from dataclasses import replace
from decimal import Decimal

from holdings.ledger.types import Entry, Kind
from holdings.tax.de.payouts import paid_out
from holdings.tax.history import FundYear
from tests.holdings.ledger.histories import buy, entry, split
from tests.holdings.tax.de.households import WORLD, german, matched

YEAR = {(WORLD, 2024): FundYear(Decimal(100), Decimal(120))}
BOUGHT = buy("b", "2023-03-01", 10, 900, instrument=WORLD)


def paid(*entries: Entry) -> Decimal:
    return paid_out(replace(german(*entries), fund_years=YEAR))[WORLD, 2024]


def test_payments_of_a_year_add_up_a_unit() -> None:
    assert paid(BOUGHT, distribution("d", "2024-03-01", 4), distribution("e", "2024-09-02", 6)) == 1


def test_an_account_that_bought_late_and_missed_one_does_not_count_less() -> None:
    late = buy("l", "2024-05-02", 5, 500, instrument=WORLD, account="other")
    theirs = distribution("f", "2024-09-02", 3, account="other")

    assert paid(BOUGHT, distribution("d", "2024-03-01", 4), distribution("e", "2024-09-02", 6), late, theirs) == 1


def test_a_split_later_in_the_year_makes_it_less_a_unit() -> None:
    assert paid(BOUGHT, distribution("d", "2024-03-01", 10), split("x", "2024-06-03", 10, instrument=WORLD)) == Decimal(
        "0.5"
    )


def test_what_an_account_received_comes_off_the_lump_sum_where_no_dividend_is_stored() -> None:
    """100 x 2.29 % x 70 % = 1.603 a unit, less 1 that was paid."""
    found = matched(BOUGHT, distribution("d", "2024-03-01", 10), funds=YEAR)

    assert [each.gain for each in found.slices] == [Decimal("6.03")]


def distribution(name: str, day: str, cash: int, account: str = "taxable") -> Entry:
    return entry(name, Kind.DIVIDEND, day, cash=cash, instrument=WORLD, account=account)
