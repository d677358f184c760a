from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import DraftRow, Status
from holdings.importers.splits import Ratio, read_ratio, with_shares
from holdings.ledger.types import Kind


def row(kind: Kind, day: int, quantity: str = "0", symbol: str = "KO") -> DraftRow:
    return DraftRow(
        rows=(day,), raw={}, kind=kind, trade_date=date(2024, 5, day), symbol=symbol, quantity=Decimal(quantity)
    )


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("10:1", "10", "1"),
        ("1:10", "1", "10"),
        ("3 for 2", "3", "2"),
        ("7-for-1", "7", "1"),
        ("Split 2:1 KO", "2", "1"),
        ("1.5:1", "1.5", "1"),
    ],
)
def test_a_ratio_is_new_shares_for_old_ones(text: str, new: str, old: str) -> None:
    assert read_ratio(text) == Ratio(Decimal(new), Decimal(old))


@pytest.mark.parametrize("text", ["", "10", "0:1", "2:0", "12/31/2024", "a:b"])
def test_what_is_no_ratio_is_none(text: str) -> None:
    assert read_ratio(text) is None


def test_a_split_adds_to_what_earlier_days_hold_whatever_the_order_of_the_file() -> None:
    rows = [row(Kind.SPLIT, 3), row(Kind.BUY, 3, "4"), row(Kind.BUY, 1, "12"), row(Kind.SELL, 2, "-2")]

    assert with_shares(rows, {0: Ratio(Decimal(10), Decimal(1))})[0].quantity == 90


def test_a_reverse_split_takes_shares() -> None:
    rows = [row(Kind.BUY, 1, "10"), row(Kind.SPLIT, 2)]

    assert with_shares(rows, {1: Ratio(Decimal(1), Decimal(10))})[1].quantity == -9


def test_a_second_split_starts_from_the_first() -> None:
    rows = [row(Kind.BUY, 1, "10"), row(Kind.SPLIT, 2), row(Kind.SPLIT, 3)]
    double = Ratio(Decimal(2), Decimal(1))

    assert [each.quantity for each in with_shares(rows, {1: double, 2: double})] == [10, 10, 20]


def test_shares_that_the_file_does_not_hold_are_asked_for() -> None:
    rows = [row(Kind.BUY, 1, "10", symbol="PG"), row(Kind.SPLIT, 2)]

    split = with_shares(rows, {1: Ratio(Decimal(2), Decimal(1))})[1]
    assert (split.quantity, split.status) == (0, Status.ERROR)
