"""The European Central Bank's euro reference rates: units of a currency for one euro, each working day since 1999.

eurofxref-hist.zip is the full history as CSV in a zip, eurofxref-hist-90d.xml the last 90 days, eurofxref.zip and
eurofxref-daily.xml the last day. https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates
"""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from accounts.clock import today
from holdings.market.providers import http, tables
from holdings.market.providers.base import Empty, Fetched, Gives, Listing, Malformed, Point

RECENT = dt.timedelta(days=80)
KEPT_SECONDS = 600
LARGEST = 30_000_000

Table = dict[str, tuple[Point, ...]]


@dataclass
class Ecb:
    """One file holds every currency, so it is kept for ten minutes: the next currency asks for it again."""

    url: str
    pause: float = 1.0
    kept: dict[str, tuple[float, Table]] = field(default_factory=dict, repr=False)
    slug: ClassVar[str] = "ecb"
    name: ClassVar[str] = "European Central Bank"
    gives: ClassVar[Gives] = Gives.RATES
    licence: ClassVar[str] = "Free reuse with the source named"
    update_rate: ClassVar[str] = "Each working day about 16:00 CET"
    known_gaps: ClassVar[str] = (
        "About 30 currencies; none at weekends and on TARGET holidays; no rouble since Mar 2022."
    )

    def missing(self) -> str:
        return ""

    def symbol_of(self, listing: Listing) -> str:
        return listing.currency

    def fetch(self, symbol: str, since: dt.date | None) -> Fetched:
        recent = since is not None and since > today() - RECENT
        table = self._table("eurofxref-hist-90d.xml" if recent else "eurofxref-hist.zip")
        found = tables.since(table.get(symbol, ()), since)
        if not found:
            raise Empty(f"The European Central Bank publishes no rate of {symbol} in the period.")
        return Fetched(found, currency=symbol)

    def _table(self, file: str) -> Table:
        at, table = self.kept.get(file, (0.0, {}))
        if not table or time.monotonic() - at > KEPT_SECONDS:
            table = read(http.get(self.name, f"{self.url}/{file}", {}))
            self.kept[file] = (time.monotonic(), table)
        return table


def read(body: bytes) -> Table:
    """Rates by currency out of either file. Raises Malformed."""
    reader: Callable[[bytes], Table] = _zipped if body.startswith(b"PK") else _xml
    return reader(body)


def _zipped(body: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = archive.infolist()[0]
            if inside.file_size > LARGEST:
                raise Malformed("The European Central Bank's file is larger than it has ever been.")
            text = tables.decoded(Ecb.name, archive.read(inside))
    except (zipfile.BadZipFile, IndexError) as error:
        raise Malformed("The European Central Bank's zip file cannot be opened.") from error
    return _csv(text)


def _csv(text: str) -> Table:
    header, lines = tables.rows(text)
    if not header or header[0] != "Date":
        raise Malformed("The European Central Bank's table does not begin with the column Date.")
    series: dict[str, dict[dt.date, Decimal]] = {code: {} for code in header[1:] if code}
    for line in filter(any, lines):
        day = _day(line[0])
        for code, cell in zip(header[1:], line[1:], strict=False):
            if code and cell.strip() not in tables.NOTHING:
                series[code][day] = tables.read_number(Ecb.name, cell)
    return {code: tables.ordered(Ecb.name, found) for code, found in series.items() if found}


def _day(text: str) -> dt.date:
    """2024-03-22 in the history, 22 March 2024 in the daily file."""
    try:
        return dt.datetime.strptime(text.strip(), "%d %B %Y").date()  # noqa: DTZ007 - a day without a time
    except ValueError:
        return tables.read_day(Ecb.name, text)


def _xml(body: bytes) -> Table:
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed("The European Central Bank answered with something that is not its rate table.") from error
    series: dict[str, dict[dt.date, Decimal]] = {}
    for of_day in root.iterfind(".//{*}Cube[@time]"):
        day = tables.read_day(Ecb.name, of_day.get("time", ""))
        for cube in of_day:
            rate = tables.read_number(Ecb.name, cube.get("rate", ""))
            series.setdefault(cube.get("currency", ""), {})[day] = rate
    if not series:
        raise Malformed("The European Central Bank's table holds no rates.")
    return {code: tables.ordered(Ecb.name, found) for code, found in series.items()}
