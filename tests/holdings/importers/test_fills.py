from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.fills import RecordedFill, match_fill
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import transactions

SOLD = "12/27/2022|Sell|BBY|BEST BUY CO INC|25|$80.05|$0.05|$2001.20"


def fill(
    id: str = "f",
    *,
    account: str = "taxable",
    symbol: str = "BBY",
    side: Kind = Kind.SELL,
    quantity: int = 25,
    day: date = date(2022, 12, 27),
) -> RecordedFill:
    return RecordedFill(id, account, symbol, side, Decimal(quantity), Decimal("79.90"), day)


def matched(*fills: RecordedFill, row: str = SOLD) -> tuple[str, Decimal, int] | None:
    (draft,) = read(transactions(row)).rows
    match = match_fill(draft, "taxable", fills)
    return (match.fill.id, match.price_difference, match.days) if match else None


def test_an_imported_trade_confirms_its_fill_with_the_price_difference() -> None:
    assert matched(fill()) == ("f", Decimal("0.15"), 0)


@pytest.mark.parametrize("day", [24, 30])
def test_it_may_be_three_days_away(day: int) -> None:
    assert matched(fill(day=date(2022, 12, day))) is not None


@pytest.mark.parametrize(
    "other",
    [
        fill(account="roth"),
        fill(symbol="KO"),
        fill(side=Kind.BUY),
        fill(quantity=24),
        fill(day=date(2022, 12, 23)),
        fill(day=date(2022, 12, 31)),
    ],
)
def test_a_fill_that_differs_is_not_confirmed(other: RecordedFill) -> None:
    assert matched(other) is None


def test_of_several_fills_the_nearest_day_is_confirmed() -> None:
    near, far = fill("near", day=date(2022, 12, 28)), fill("far", day=date(2022, 12, 25))

    assert matched(far, near) == ("near", Decimal("0.15"), -1)


def test_a_trade_without_a_price_is_compared_by_its_amount() -> None:
    found = matched(fill(), row="12/27/2022|Sell|BBY|BEST BUY CO INC|25|||$2001.25")

    assert found == ("f", Decimal("0.15"), 0)


def test_income_confirms_no_fill() -> None:
    assert matched(fill(), row="12/27/2022|Cash Dividend|BBY|BEST BUY CO INC||||$22.00") is None
