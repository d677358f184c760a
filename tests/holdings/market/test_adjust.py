import csv
import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.market.adjust import Rescale, adjusted, grown, in_units, merged, raw
from holdings.market.providers.base import Bar, Basis, Dividend, Fetched, Malformed, Point, Split

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data" / "etf12_close_and_adjusted_daily.csv.gz"
START = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def series(*values: str) -> list[Point]:
    return [Point(day(number), Decimal(value)) for number, value in enumerate(values)]


def values(points: list[Point], places: int = 4) -> list[Decimal]:
    return [round(point.value, places) for point in points]


def test_a_known_dividend_scales_what_came_before_it() -> None:
    """0.08 paid after a close of 24.96: earlier closes times 1 - 0.08 / 24.96 = 0.9968."""
    found = adjusted(series("24.96", "24.95"), [], [Dividend(day(1), Decimal("0.08"), "USD")])
    assert values(found) == [Decimal("24.8800"), Decimal("24.9500")]


def test_a_known_split_halves_what_came_before_it() -> None:
    assert values(adjusted(series("48.30", "24.96"), [Split(day(1), Decimal(2))], [])) == [
        Decimal("24.1500"),
        Decimal("24.9600"),
    ]


def test_growth_begins_with_the_raw_close_and_is_never_changed_by_a_later_event() -> None:
    closes, paid = series("100", "51", "50"), [Dividend(day(2), Decimal(1), "USD")]
    split = [Split(day(1), Decimal(2))]
    assert values(grown(closes[:2], split, [])) == values(grown(closes, split, paid))[:2] == [100, 102]
    assert round(grown(closes, split, paid)[2].value, 6) == Decimal("102")


def test_an_ex_date_without_a_close_counts_on_the_next_one() -> None:
    closes = [Point(day(0), Decimal(100)), Point(day(3), Decimal(50))]
    assert values(grown(closes, [Split(day(1), Decimal(2))], [])) == [100, 100]


def test_a_dividend_of_the_whole_price_is_left_out() -> None:
    assert values(grown(series("5", "1"), [], [Dividend(day(1), Decimal(5), "USD")])) == [5, 1]


def test_split_adjusted_closes_and_dividends_become_raw() -> None:
    """NVDA, 10 for 1 on 10 Jun 2024: 120.888 adjusted was 1,208.88 a share, and 0.004 a share was 0.04."""
    ex = dt.date(2024, 6, 10)
    points = (Point(dt.date(2024, 6, 7), Decimal("120.888")), Point(ex, Decimal("121.79")))
    paid = (Dividend(dt.date(2024, 3, 5), Decimal("0.004"), "USD"),)
    found = raw(Fetched(points, "USD", Basis.SPLITS, (Split(ex, Decimal(10)),), paid))
    assert [point.value for point in found.points] == [Decimal("1208.880"), Decimal("121.79")]
    assert found.dividends[0].amount == Decimal("0.040")


def test_a_split_known_from_elsewhere_counts_once() -> None:
    here, there = Split(day(5), Decimal(4)), Split(day(8), Decimal("4.000"))
    assert merged([here], [there, Split(day(60), Decimal(4))]) == (here, Split(day(60), Decimal(4)))


def test_closes_adjusted_for_dividends_are_refused_without_them() -> None:
    with pytest.raises(Malformed, match="nothing is stored"):
        raw(Fetched(tuple(series("1", "2")), basis=Basis.SPLITS_AND_DIVIDENDS))


prices = st.lists(st.decimals("1", "1000", places=2), min_size=3, max_size=12)


@given(prices, st.sampled_from(["2", "0.1", "1.5"]), st.integers(1, 2), st.integers(1, 2))
def test_what_adjusting_took_can_be_given_back(closes, ratio: str, split_on: int, paid_on: int) -> None:
    points = [Point(day(number), value) for number, value in enumerate(closes)]
    splits, paid = [Split(day(split_on), Decimal(ratio))], [Dividend(day(paid_on), Decimal("0.05"), "USD")]
    fetched = Fetched(
        tuple(adjusted(points, splits, paid)), "USD", Basis.SPLITS_AND_DIVIDENDS, tuple(splits), tuple(paid)
    )
    for found, point in zip(raw(fetched).points, points, strict=True):
        assert found.value == pytest.approx(point.value, rel=Decimal("1e-20"))


def test_units_change_within_their_days_only() -> None:
    scales = [Rescale(Decimal(4), first=day(1), until=day(3)), Rescale(Decimal("0.5"), until=day(1))]
    assert values(in_units(series("10", "10", "10", "10"), scales)) == [5, 40, 40, 10]


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")
@pytest.mark.parametrize("symbol", ["SPY", "TLT", "VNQ"])
def test_adjusted_closes_of_real_funds_agree_with_their_provider(symbol: str) -> None:
    """Dividends are recovered day by day out of the two columns; what is tested is that they add up over the years."""
    closes, theirs, paid = [], [], []
    for on, close, provided in real(symbol):
        if closes:
            before = closes[-1].value
            amount = before - theirs[-1] / provided * close
            if amount / before > Decimal("0.0005"):
                paid.append(Dividend(on, round(amount, 4), "USD"))
        closes.append(Point(on, close))
        theirs.append(provided)
    ours = adjusted(closes, [], paid)
    assert len(paid) > 30
    assert max(abs(mine.value / his - 1) for mine, his in zip(ours, theirs, strict=True)) < Decimal("0.002")


def real(symbol: str) -> list[tuple[dt.date, Decimal, Decimal]]:
    """Date, Close and Adj Close of a fund; two header lines name the fund and the column."""
    with gzip.open(DATA, "rt", newline="") as file:
        names, _, _, *rows = csv.reader(file)
    at = names.index(symbol)
    return [(dt.date.fromisoformat(row[0]), Decimal(row[at]), Decimal(row[at + 1])) for row in rows if row[at]]


def test_split_adjusted_opens_highs_lows_and_volumes_become_raw() -> None:
    """NVDA on 7 Jun 2024, 10 for 1 three days later: 412 million of today's shares were 41.2 million then."""
    bar = Bar(day(0), Decimal("119.77"), Decimal("121.692"), Decimal("118.022"), Decimal(412386000))
    fetched = Fetched(tuple(series("120.888")), "USD", Basis.SPLITS, (Split(day(3), Decimal(10)),), (), (bar,))
    traded = Decimal("1197.7"), Decimal("1216.92"), Decimal("1180.22"), Decimal(41238600)
    assert raw(fetched).bars == (Bar(day(0), *traded),)
