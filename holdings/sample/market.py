"""The sample's instruments, closes and trading sessions."""

from __future__ import annotations

import datetime as dt

from accounts.clock import today
from holdings.market.exchanges import keep_ahead
from holdings.market.prices import store_closes
from holdings.models import Instrument, Price, PriceSource
from holdings.sample.catalogue import CATALOGUE
from holdings.sample.prices import read_closes

LAST_DAY = dt.date(2022, 12, 28)
SLUG = "sample"
SOURCE = {
    "name": "Data sets of skfolio 1.12.2",
    "licence": "BSD-3-Clause",
    "update_rate": "never; the series end on 28 Dec 2022",
    "known_gaps": (
        "Closes are adjusted for splits and dividends. The factor ETFs begin on 2 Jan 2014. "
        "The 20 stocks were chosen afterwards, from companies that are still large."
    ),
    "label": "illustrative; dividends are inside the price",
}


class SampleRefused(Exception):
    """The sample cannot be loaded beside what is stored; the message says why."""


def load_market() -> dict[str, Instrument]:
    """Store what is missing of the sample's market; returns its instruments by symbol.

    Raises SampleRefused where another source has prices of these instruments: the two would not fit together.
    """
    keep_ahead("XNYS", today())
    source, _ = PriceSource.objects.get_or_create(slug=SLUG, defaults=SOURCE)
    instruments = {symbol: _instrument(symbol) for symbol in CATALOGUE}
    prices = Price.objects.filter(instrument__in=instruments.values())
    other = prices.exclude(source=source).select_related("instrument").first()
    if other:
        raise SampleRefused(f"{other.instrument.symbol} has prices of another source already.")
    if not prices.exists():
        closes = read_closes()
        store_closes(source=source, closes={instruments[symbol]: series for symbol, series in closes.items()})
    return instruments


def _instrument(symbol: str) -> Instrument:
    listing = CATALOGUE[symbol]
    fields = {"name": listing.name, "kind": listing.kind}
    return Instrument.objects.get_or_create(symbol=symbol, currency="USD", defaults=fields)[0]
