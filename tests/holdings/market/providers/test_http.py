import datetime as dt
import gzip
from email.utils import format_datetime

import pytest

from holdings.market.providers import http
from holdings.market.providers.base import (
    Delisted,
    Empty,
    FetchFailed,
    Malformed,
    NotLicensed,
    RateLimited,
    Renamed,
    Unreachable,
)
from tests.holdings.market.sources import Reply, Source


def get(server: Source) -> bytes:
    return http.get("Stooq", server.url, {"s": "aapl.us"}, named="s")


def moved(to: str) -> Reply:
    return Reply(status=302, headers={"Location": to})


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (429, RateLimited),
        (503, RateLimited),
        (404, Empty),
        (410, Delisted),
        (401, NotLicensed),
        (403, NotLicensed),
        (500, Unreachable),
        (418, Malformed),
    ],
)
def test_each_refusal_has_a_name(server: Source, status: int, failure: type[FetchFailed]) -> None:
    server.tells(Reply(status=status))
    with pytest.raises(failure):
        get(server)


def test_a_limit_says_how_long_to_wait_in_seconds(server: Source) -> None:
    server.tells(Reply(status=429, headers={"Retry-After": "90"}))
    with pytest.raises(RateLimited) as limit:
        get(server)
    assert limit.value.retry_after == dt.timedelta(seconds=90)


def test_a_limit_says_how_long_to_wait_as_a_date(server: Source) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    server.tells(Reply(status=503, headers={"Retry-After": format_datetime(later, usegmt=True)}))
    with pytest.raises(RateLimited) as limit:
        get(server)
    assert limit.value.retry_after == pytest.approx(dt.timedelta(hours=1), abs=dt.timedelta(seconds=5))


@pytest.mark.parametrize("header", ["soon", "", "-5"])
def test_an_unreadable_wait_is_none(server: Source, header: str) -> None:
    server.tells(Reply(status=429, headers={"Retry-After": header}))
    with pytest.raises(RateLimited) as limit:
        get(server)
    assert limit.value.retry_after is None


def test_a_redirect_to_another_name_says_which(server: Source) -> None:
    server.tells(moved("/data?s=meta.us"))
    with pytest.raises(Renamed, match=r"meta\.us") as renamed:
        get(server)
    assert renamed.value.to == "meta.us"


def test_other_redirects_are_followed_within_the_host(server: Source) -> None:
    server.tells(moved("/other?s=aapl.us"), "Date,Close")
    assert get(server) == b"Date,Close"
    assert [path for path, _ in server.asked] == ["/data", "/other"]


def test_a_redirect_to_another_host_is_refused(server: Source) -> None:
    server.tells(moved("http://169.254.169.254/latest"))
    with pytest.raises(Malformed, match="another host"):
        get(server)


def test_a_circle_ends(server: Source) -> None:
    server.tells(moved("/data?s=aapl.us"))
    with pytest.raises(Malformed, match="every request on"):
        get(server)
    assert len(server.asked) == http.HOPS


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="Stooq could not be reached"):
        http.get("Stooq", "http://127.0.0.1:9/", {})


def test_an_answer_that_breaks_off_is_unreachable(server: Source) -> None:
    server.tells(Reply("Date,Close\n", headers={"Content-Length": "500"}))
    with pytest.raises(Unreachable, match="broke off"):
        get(server)


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(server: Source) -> None:
    bomb = gzip.compress(bytes(http.LIMIT + http.CHUNK))
    server.tells(Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Malformed, match="more than 30 MB"):
        get(server)


def test_the_name_is_quoted(server: Source) -> None:
    server.tells("ok")
    http.get("Stooq", server.url, {"s": "a&b=c.us"}, named="s")
    assert server.asked[0][1] == {"s": "a&b=c.us"}
