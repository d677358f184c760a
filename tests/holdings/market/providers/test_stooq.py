import datetime as dt
from decimal import Decimal

import pytest

from holdings.market.providers.base import (
    Bar,
    Basis,
    Empty,
    FetchFailed,
    Listing,
    Malformed,
    NotLicensed,
    Point,
    RateLimited,
    Renamed,
)
from holdings.market.providers.stooq import Stooq
from tests.holdings.market.sources import Reply, Source

TABLE = """Date,Open,High,Low,Close,Volume
2024-03-20,10.1,10.6,10.0,10.4,12345
2024-03-21,10.4,11.0,10.4,10.975,22000
"""
DAY = dt.date(2024, 3, 20)


def test_it_reads_raw_closes(server: Source) -> None:
    server.tells(TABLE)
    found = Stooq(server.url).fetch("abc.us", DAY)
    assert found.points == (Point(DAY, Decimal("10.4")), Point(dt.date(2024, 3, 21), Decimal("10.975")))
    assert (found.currency, found.basis) == ("USD", Basis.RAW)


def test_it_asks_for_unadjusted_closes_since_the_day_with_the_key(server: Source) -> None:
    server.tells(TABLE)
    Stooq(server.url, "k1").fetch("abc.us", DAY)
    asked = {"s": "abc.us", "i": "d", "o": "1111111", "d1": "20240320", "d2": "20991231", "apikey": "k1"}
    assert server.asked[0][1] == asked


def test_london_is_quoted_in_pence(server: Source) -> None:
    server.tells(TABLE)
    assert Stooq(server.url).fetch("vod.uk", None).currency == "GBX"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("No data", Empty),
        ("", Empty),
        ("Date,Open,High,Low,Close,Volume\n", Empty),
        ("Exceeded the daily hits limit", RateLimited),
        ("Get your apikey:\n\n1. Open …", NotLicensed),
        ("Write to www@stooq.com if you want to use our data", NotLicensed),
        ("<html><body>Prove that you are human</body></html>", Malformed),
        ("Day,Price\n2024-03-20,1\n", Malformed),
        ("Date,Open,High,Low,Close\n2024-03-20,1,2\n", Malformed),
        ("Date,Close\n20/03/2024,1\n", Malformed),
        ("Date,Close\n2024-03-20,ten\n", Malformed),
        ("Date,Close\n2024-03-20,NaN\n", Malformed),
        (b"\xff\xfe\x00", Malformed),
    ],
)
def test_it_names_each_answer_that_is_no_table(server: Source, answer: str, failure: type[FetchFailed]) -> None:
    server.tells(answer)
    with pytest.raises(failure, match="Stooq"):
        Stooq(server.url).fetch("abc.us", None)


def test_it_says_what_a_symbol_became(server: Source) -> None:
    server.tells(Reply(status=301, headers={"Location": "/data?s=meta.us"}))
    with pytest.raises(Renamed) as renamed:
        Stooq(server.url).fetch("fb.us", None)
    assert renamed.value.to == "meta.us"


@pytest.mark.parametrize(
    ("listing", "symbol"),
    [
        (Listing("AAPL", "USD", "XNYS"), "aapl.us"),
        (Listing("BRK.B", "USD", "XNYS"), "brk-b.us"),
        (Listing("VOD", "GBP", "XLON"), "vod.uk"),
        (Listing("RY", "CAD", "XTSE"), ""),
    ],
)
def test_it_knows_its_own_names(listing: Listing, symbol: str) -> None:
    assert Stooq("").symbol_of(listing) == symbol


def test_it_reads_opens_highs_lows_and_volumes(server: Source) -> None:
    server.tells(TABLE)
    found = Stooq(server.url).fetch("abc.us", DAY)
    assert found.bars[0] == Bar(DAY, Decimal("10.1"), Decimal("10.6"), Decimal("10.0"), Decimal(12345))
    server.tells("Date,Close\n2024-03-20,10.4\n")
    assert Stooq(server.url).fetch("abc.us", DAY).bars == ()


def test_a_volume_that_is_no_number_is_malformed(server: Source) -> None:
    server.tells("Date,Close,Volume\n2024-03-20,1,many\n")
    with pytest.raises(Malformed, match="many"):
        Stooq(server.url).fetch("abc.us", None)
