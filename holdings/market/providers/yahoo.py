"""Yahoo Finance through yfinance, where that is installed: `pip install yfinance`. Its prices and volumes are
adjusted for splits.

yfinance brings pandas and a cache of its own, so it is loaded by the worker when it is first used.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, ClassVar

from holdings.market.providers.base import (
    Bar,
    Basis,
    Delisted,
    Dividend,
    Empty,
    Fetched,
    Gives,
    Listing,
    Malformed,
    Point,
    RateLimited,
    Split,
    Unreachable,
)

MARKETS = {
    "XNYS": "",
    "XLON": ".L",
    "XETR": ".DE",
    "XTSE": ".TO",
    "XPAR": ".PA",
    "XAMS": ".AS",
    "XSWX": ".SW",
    "XTKS": ".T",
    "XHKG": ".HK",
    "XASX": ".AX",
    "XJSE": ".JO",
    "XTAE": ".TA",
}
PLACES = 6
TRADED = ("Open", "High", "Low", "Volume")


@dataclass(frozen=True)
class Yahoo:
    pause: float = 2.0
    module: str = "yfinance"
    slug: ClassVar[str] = "yahoo"
    name: ClassVar[str] = "Yahoo Finance"
    gives: ClassVar[Gives] = Gives.PRICES
    licence: ClassVar[str] = "Personal use under Yahoo's terms; unofficial access"
    update_rate: ClassVar[str] = "Each trading day, after the close"
    known_gaps: ClassVar[str] = "Restated without notice; delisted shares disappear; may stop working at any time."

    def missing(self) -> str:
        if importlib.util.find_spec(self.module):
            return ""
        return "The optional package yfinance is not installed: pip install yfinance, then start Ballast again."

    def symbol_of(self, listing: Listing) -> str:
        market = MARKETS.get(listing.calendar)
        return "" if market is None else listing.symbol.replace(".", "-").replace("/", "-") + market

    def fetch(self, symbol: str, since: dt.date | None) -> Fetched:
        yfinance = importlib.import_module(self.module)
        ticker = yfinance.Ticker(symbol)
        period = {"start": since.isoformat()} if since else {"period": "max"}
        try:
            frame = ticker.history(**period, auto_adjust=False, actions=True, raise_errors=True)
            currency = str(ticker.history_metadata.get("currency") or "")
        except Exception as error:  # yfinance raises whatever its parts raise
            raise _named(error) from error
        return read(frame.reset_index().to_dict("list"), currency)


def _named(error: Exception) -> Exception:
    """The failure by the name of yfinance's exception, since its classes move between modules."""
    kind, words = type(error).__name__, str(error)
    if kind == "YFRateLimitError":
        return RateLimited("Yahoo asks to wait before the next request.")
    if kind in {"YFTickerMissingError", "YFPricesMissingError", "YFTzMissingError"}:
        return Delisted("Yahoo has no prices of this symbol any more.") if "delisted" in words else _unknown()
    return Unreachable(f"Yahoo could not be read ({kind}).")


def _unknown() -> Empty:
    return Empty("Yahoo has no prices of this symbol in the period.")


def read(table: dict[str, list[Any]], currency: str) -> Fetched:
    """A history as yfinance gives it, column by column. Numbers are floats; six decimals of them are meant."""
    try:
        days = [stamp.date() for stamp in table["Date"]]
        closes = [(day, _exact(value)) for day, value in zip(days, table["Close"], strict=True)]
        splits = [(day, _exact(value)) for day, value in zip(days, table["Stock Splits"], strict=True)]
        parts = [[_given(value) for value in table.get(name) or [None] * len(days)] for name in TRADED]
        paid = [(day, _exact(value)) for day, value in zip(days, table["Dividends"], strict=True)]
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise Malformed("yfinance gave a table without the columns that it documents.") from error
    points = tuple(Point(day, close) for day, close in sorted(closes) if close)
    if not points:
        raise _unknown()
    return Fetched(
        points,
        currency=currency,
        basis=Basis.SPLITS,
        splits=tuple(Split(day, ratio) for day, ratio in sorted(splits) if ratio),
        bars=tuple(sorted(map(Bar._make, zip(days, *parts, strict=True)), key=lambda bar: bar.day)),
        dividends=tuple(Dividend(day, amount, currency) for day, amount in sorted(paid) if amount),
    )


def _given(value: float | None) -> Decimal | None:
    return None if value is None or not isfinite(value) else _exact(value)


def _exact(value: float) -> Decimal:
    number = Decimal(repr(round(float(value), PLACES)))
    return number if number.is_finite() else Decimal(0)
