"""FRED, the Federal Reserve Bank of St. Louis: interest rates and price indices.

With a key: https://api.stlouisfed.org/fred/series/observations?series_id=…&api_key=…&file_type=json
Without: the public CSV of its graphs, https://fred.stlouisfed.org/graph/fredgraph.csv?id=…&cosd=2020-01-01
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, ClassVar

from holdings.market.providers import http, tables
from holdings.market.providers.base import Fetched, Gives, Listing, Malformed, Renamed

DAYS = ("observation_date", "DATE")


@dataclass(frozen=True)
class Fred:
    api: str
    graph: str
    key: str = ""
    pause: float = 1.0
    slug: ClassVar[str] = "fred"
    name: ClassVar[str] = "FRED"
    gives: ClassVar[Gives] = Gives.MACRO
    licence: ClassVar[str] = "Public domain for the series used here; source named"
    update_rate: ClassVar[str] = "Rates each working day; consumer prices monthly"
    known_gaps: ClassVar[str] = "No value on holidays. Consumer prices come about two weeks after their month."

    def missing(self) -> str:
        return ""

    def symbol_of(self, listing: Listing) -> str:
        return ""

    def fetch(self, symbol: str, since: dt.date | None) -> Fetched:
        return self._from_api(symbol, since) if self.key else self._from_graph(symbol, since)

    def _from_api(self, symbol: str, since: dt.date | None) -> Fetched:
        params = {"series_id": symbol, "api_key": self.key, "file_type": "json"}
        if since:
            params["observation_start"] = since.isoformat()
        body = http.get(self.name, self.api, params, named="series_id")
        try:
            rows = json.loads(body)["observations"]
            found = {row["date"]: row["value"] for row in rows}
        except (ValueError, KeyError, TypeError) as error:
            raise Malformed("FRED answered with something that is not its list of observations.") from error
        return Fetched(_ordered(found))

    def _from_graph(self, symbol: str, since: dt.date | None) -> Fetched:
        params = {"id": symbol, **({"cosd": since.isoformat()} if since else {})}
        text = tables.decoded(self.name, http.get(self.name, self.graph, params, named="id"))
        header, lines = tables.rows(text)
        if len(header) != 2 or header[0] not in DAYS:
            raise Malformed("FRED answered with something that is not a table of dates and values.")
        if header[1].upper() != symbol.upper():
            raise Renamed(f"FRED now has this series under the name {header[1]}.", header[1])
        return Fetched(tables.points(self.name, header, lines, *header))


def _ordered(found: dict[str, Any]) -> Any:
    known = {day: str(value) for day, value in found.items() if str(value).strip() not in tables.NOTHING}
    return tables.ordered(
        Fred.name,
        {tables.read_day(Fred.name, day): tables.read_number(Fred.name, value) for day, value in known.items()},
    )
