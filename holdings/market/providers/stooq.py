"""Stooq: daily opens, highs, lows, closes and volume as CSV. https://stooq.com/q/d/l/?s=aapl.us&d1=20240102&d2=…&i=d&o=1111111

`o=1111111` switches off each of its seven adjustments (splits, dividends, rights…), so that all of them are raw. It
answers failures with status 200 and a sentence.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from holdings.market.providers import http, tables
from holdings.market.providers.base import Empty, Fetched, Gives, Listing, Malformed, NotLicensed, RateLimited

RAW = "1111111"
A_DAY = dt.timedelta(hours=12)
MARKETS = {
    "XNYS": ("us", "USD"),
    "XLON": ("uk", "GBX"),
    "XETR": ("de", "EUR"),
    "XTKS": ("jp", "JPY"),
    "XHKG": ("hk", "HKD"),
    "XBUD": ("hu", "HUF"),
    "XWAR": ("", "PLN"),
}
"""Exchange calendar -> the end of Stooq's symbols, and the unit it quotes in."""


@dataclass(frozen=True)
class Stooq:
    url: str
    key: str = ""
    pause: float = 2.0
    slug: ClassVar[str] = "stooq"
    name: ClassVar[str] = "Stooq"
    gives: ClassVar[Gives] = Gives.PRICES
    licence: ClassVar[str] = "Personal use; no redistribution"
    update_rate: ClassVar[str] = "Each trading day, after the close"
    known_gaps: ClassVar[str] = (
        "No splits or dividends. Some mutual funds and most delisted shares are absent. A daily limit of downloads."
    )

    def missing(self) -> str:
        return ""

    def symbol_of(self, listing: Listing) -> str:
        market = MARKETS.get(listing.calendar)
        if market is None:
            return ""
        symbol = listing.symbol.lower().replace(".", "-").replace("/", "-").replace(" ", "-")
        return f"{symbol}.{market[0]}" if market[0] else symbol

    def fetch(self, symbol: str, since: dt.date | None) -> Fetched:
        params = {"s": symbol, "i": "d", "o": RAW}
        if since:
            params |= {"d1": f"{since:%Y%m%d}", "d2": "20991231"}
        if self.key:
            params["apikey"] = self.key
        text = tables.decoded(self.name, http.get(self.name, self.url, params, named="s"))
        _refuse(text)
        header, lines = tables.rows(text)
        rows = list(lines)
        return Fetched(
            tables.points(self.name, header, iter(rows), "Date", "Close"),
            currency=_unit(symbol),
            bars=tables.bars(self.name, header, iter(rows), "Date"),
        )


def _refuse(text: str) -> None:
    """Stooq's sentences."""
    start = text.strip()[:200].lower()
    if not start or start.startswith("no data"):
        raise Empty("Stooq has no data of this symbol in the period.")
    if "exceeded the daily hits limit" in start:
        raise RateLimited("Stooq's daily limit of downloads is reached.", A_DAY)
    if "apikey" in start or "write to www@stooq.com" in start:
        raise NotLicensed("Stooq wants a key for this download. Get one on stooq.com and set STOOQ_API_KEY.")
    if start.startswith("<"):
        raise Malformed("Stooq answered with a web page instead of a table.")


def _unit(symbol: str) -> str:
    end = symbol.rpartition(".")[2] if "." in symbol else ""
    return next((unit for suffix, unit in MARKETS.values() if suffix == end), "")
