"""Reads the committed price file with the standard library alone."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

FILE = Path(__file__).with_name("prices.csv.gz")

Closes = dict[str, list[tuple[dt.date, Decimal]]]


def read_closes() -> Closes:
    """Closes by symbol, oldest first, exactly as the file spells them."""
    with gzip.open(FILE, "rt", newline="") as file:
        _, *symbols = next(rows := csv.reader(file))
        closes: Closes = {symbol: [] for symbol in symbols}
        for day, *values in rows:
            date = dt.date.fromisoformat(day)
            for symbol, value in zip(symbols, values, strict=True):
                if value:
                    closes[symbol].append((date, Decimal(value)))
    return closes
