"""The protocol of a source of prices, rates or economic series: what it gives, and how it fails. No Django."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NamedTuple, Protocol


class Gives(StrEnum):
    """What a source brings."""

    PRICES = "prices"
    RATES = "rates"
    MACRO = "macro"


class Basis(StrEnum):
    """What a source's closes have been adjusted for. `Price` rows are raw; what cannot be made raw is refused."""

    RAW = "raw"
    SPLITS = "splits"
    SPLITS_AND_DIVIDENDS = "splits and dividends"


class Point(NamedTuple):
    """A close, the units of a currency for one euro, or a value of an economic series."""

    day: dt.date
    value: Decimal


class Bar(NamedTuple):
    """What a day traded at first, at most and least, a share, and how many shares; None: the source does not say."""

    day: dt.date
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        return all(part is None for part in self[1:])


class Split(NamedTuple):
    """`ratio` new shares for one old share, from the ex-date on."""

    day: dt.date
    ratio: Decimal


class Dividend(NamedTuple):
    """`amount` a share, in the share units of its ex-date."""

    day: dt.date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """One series as one source gave it, each part ascending by day and one point a day.

    points: closes, rates or values. currency: of closes and dividends as quoted (GBX for pence); empty where the source
    does not say it. basis: of closes, of dividend amounts and of bars. Splits are all that the source knows since the
    first day. bars: of days that have a close.
    """

    points: tuple[Point, ...]
    currency: str = ""
    basis: Basis = Basis.RAW
    splits: tuple[Split, ...] = ()
    dividends: tuple[Dividend, ...] = ()
    bars: tuple[Bar, ...] = ()


class Listing(NamedTuple):
    """What a source needs to know of an instrument to find it."""

    symbol: str
    currency: str
    calendar: str
    isin: str = ""


class Provider(Protocol):
    """A source. Instances are made by `registry.providers()` out of the settings."""

    slug: ClassVar[str]
    name: ClassVar[str]
    gives: ClassVar[Gives]
    licence: ClassVar[str]
    update_rate: ClassVar[str]
    known_gaps: ClassVar[str]

    @property
    def pause(self) -> float:
        """Seconds between two requests: the source's own limit, or what is polite."""

    def missing(self) -> str:
        """What keeps the source from being used, in words with the remedy; empty when nothing does."""

    def symbol_of(self, listing: Listing) -> str:
        """The source's own name of an instrument; empty for one that it does not have."""

    def fetch(self, symbol: str, since: dt.date | None) -> Fetched:
        """The series from a day on, or all of it. Raises FetchFailed, whose kinds say what is to be done."""


class FetchFailed(Exception):
    """Nothing was brought. The message is for the user: what the source answered, and what follows."""


class RateLimited(FetchFailed):
    """The source wants to be left alone for a while."""

    def __init__(self, message: str, retry_after: dt.timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(FetchFailed):
    """No answer, or one that says that the source is out of order."""


class Malformed(FetchFailed):
    """An answer that is not what the source documents."""


class Empty(FetchFailed):
    """The source knows no such series, or has nothing in the period."""


class Renamed(FetchFailed):
    """The series goes on under another name."""

    def __init__(self, message: str, to: str) -> None:
        super().__init__(message)
        self.to = to


class Delisted(FetchFailed):
    """The series has ended and will not go on."""


class NotLicensed(FetchFailed):
    """The source wants a key or forbids the use."""
