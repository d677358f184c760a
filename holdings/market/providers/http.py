"""One bounded request: a time limit, a size limit, and every failure as an error with a name."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from holdings.market.providers.base import Delisted, Empty, Malformed, NotLicensed, RateLimited, Renamed, Unreachable

LIMIT = 30_000_000
SECONDS = 60
HOPS = 3
CHUNK = 65_536
REDIRECTS = {301, 302, 303, 307, 308}
BUSY = {429, 503}
AGENT = "Ballast (personal portfolio; one request at a time)"

_pool = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=5, read=20), retries=False, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"}
)


def get(source: str, url: str, params: Mapping[str, str], *, named: str = "") -> bytes:
    """The body that a source answers with. `named` is the parameter that holds the name of the series.

    A redirect to another name of the series raises Renamed; others are followed within the host. Raises FetchFailed.
    """
    target = f"{url}?{urlencode(params)}" if params else url
    for _ in range(HOPS):
        status, headers, body = _once(source, target)
        if status not in REDIRECTS:
            _refuse(source, status, headers)
            return body
        target = _next(source, target, headers.get("Location", ""), params.get(named, ""), named)
    raise Malformed(f"{source} sends every request on to another address.")


def _once(source: str, url: str) -> tuple[int, Mapping[str, str], bytes]:
    try:
        answer = _pool.request("GET", url, preload_content=False, redirect=False)
    except HTTPError as error:
        raise Unreachable(f"{source} could not be reached. It is tried again later.") from error
    try:
        return answer.status, answer.headers, _read(source, answer)
    except HTTPError as error:
        raise Unreachable(f"{source} broke off its answer. It is asked again later.") from error
    finally:
        answer.release_conn()


def _read(source: str, answer: urllib3.BaseHTTPResponse) -> bytes:
    """The decoded body, as long as it stays within size and time."""
    body, deadline = bytearray(), time.monotonic() + SECONDS
    for chunk in answer.stream(CHUNK, decode_content=True):
        body += chunk
        if len(body) > LIMIT:
            answer.close()
            raise Malformed(f"{source} answered with more than {LIMIT // 1_000_000} MB.")
        if time.monotonic() > deadline:
            answer.close()
            raise Unreachable(f"{source} took longer than {SECONDS} seconds to answer.")
    return bytes(body)


def _refuse(source: str, status: int, headers: Mapping[str, str]) -> None:
    if status in BUSY:
        raise RateLimited(f"{source} asks to wait before the next request.", _retry_after(headers))
    if status == 404:
        raise Empty(f"{source} knows no series of this name.")
    if status == 410:
        raise Delisted(f"{source} says that the series has ended.")
    if status in {401, 402, 403}:
        raise NotLicensed(f"{source} refuses the request ({status}): it wants a key, or forbids this use.")
    if status >= 500:
        raise Unreachable(f"{source} is out of order ({status}).")
    if status != 200:
        raise Malformed(f"{source} answered with the unexpected status {status}.")


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Seconds, or a date (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return dt.timedelta(seconds=min(int(value), 7 * 86_400))
    try:
        wait = parsedate_to_datetime(value) - dt.datetime.now(dt.UTC)
    except (TypeError, ValueError):
        return None
    return max(wait, dt.timedelta())


def _next(source: str, url: str, location: str, name: str, named: str) -> str:
    target = urljoin(url, location)
    if urlsplit(target).netloc != urlsplit(url).netloc:
        raise Malformed(f"{source} sends the request on to another host.")
    other = parse_qs(urlsplit(target).query).get(named, [""])[0]
    if name and other and other.lower() != name.lower():
        raise Renamed(f"{source} now has this series under the name {other}.", other)
    return target
