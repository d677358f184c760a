"""What yfinance gives is read here out of its documented table; the package itself is an extra."""

import datetime as dt
from decimal import Decimal

import pytest

from holdings.market.providers.base import Bar, Basis, Dividend, Empty, Listing, Malformed, Point, Split
from holdings.market.providers.yahoo import Yahoo, read

DAYS = [dt.datetime(2024, 6, day, tzinfo=dt.UTC) for day in (7, 10, 11)]
TABLE = {
    "Date": DAYS,
    "Close": [120.88800048828125, 121.79000091552734, float("nan")],
    "Stock Splits": [0.0, 10.0, 0.0],
    "Dividends": [0.0, 0.0, 0.01],
}


def test_it_reads_closes_to_six_decimals_and_leaves_out_what_is_missing() -> None:
    found = read(TABLE, "USD")
    assert found.points == (
        Point(dt.date(2024, 6, 7), Decimal("120.888")),
        Point(dt.date(2024, 6, 10), Decimal("121.790001")),
    )


def test_it_reads_events_and_says_that_closes_are_adjusted_for_splits() -> None:
    found = read(TABLE, "USD")
    assert found.splits == (Split(dt.date(2024, 6, 10), Decimal("10.0")),)
    assert found.dividends == (Dividend(dt.date(2024, 6, 11), Decimal("0.01"), "USD"),)
    assert found.basis is Basis.SPLITS


def test_a_table_without_closes_is_empty() -> None:
    with pytest.raises(Empty):
        read({"Date": [], "Close": [], "Stock Splits": [], "Dividends": []}, "USD")


@pytest.mark.parametrize("column", ["Date", "Close", "Stock Splits", "Dividends"])
def test_a_table_without_a_column_is_malformed(column: str) -> None:
    with pytest.raises(Malformed):
        read({name: cells for name, cells in TABLE.items() if name != column}, "USD")


def test_it_says_how_to_install_what_is_missing() -> None:
    assert "pip install yfinance" in Yahoo(module="no_such_package").missing()
    assert Yahoo(module="json").missing() == ""


@pytest.mark.parametrize(
    ("listing", "symbol"),
    [
        (Listing("BRK.B", "USD", "XNYS"), "BRK-B"),
        (Listing("VOD", "GBP", "XLON"), "VOD.L"),
        (Listing("RY", "CAD", "XTSE"), "RY.TO"),
        (Listing("X", "XXX", "XNON"), ""),
    ],
)
def test_it_knows_its_own_names(listing: Listing, symbol: str) -> None:
    assert Yahoo().symbol_of(listing) == symbol


def test_it_reads_opens_highs_lows_and_volumes_where_they_are_there() -> None:
    traded = {
        "Open": [119.5, 121.0, float("nan")],
        "High": [121.5, 122.0, float("nan")],
        "Low": [119.0, 120.0, 1.0],
        "Volume": [4e8, 3e8, 0.0],
    }
    first, _, last = read(TABLE | traded, "USD").bars
    assert first == Bar(dt.date(2024, 6, 7), Decimal("119.5"), Decimal("121.5"), Decimal("119.0"), Decimal(400000000))
    assert last == Bar(dt.date(2024, 6, 11), None, None, Decimal("1.0"), Decimal(0))
