"""What is known of well-known instruments: facts with their source, never prices. Read once a process."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("instruments.csv")

CALENDARS = {
    "USD": "XNYS",
    "GBP": "XLON",
    "EUR": "XETR",
    "CAD": "XTSE",
    "CHF": "XSWX",
    "JPY": "XTKS",
    "AUD": "XASX",
    "HKD": "XHKG",
    "SEK": "XSTO",
    "DKK": "XCSE",
    "NOK": "XOSL",
    "PLN": "XWAR",
    "ZAR": "XJSE",
    "ILS": "XTAE",
    "INR": "XBOM",
    "BRL": "BVMF",
}
"""The exchange calendar where most instruments of a currency trade."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One instrument as the list has it. Empty and None: not known.

    collectible: a trust whose shares are shares of metal that it holds (IRC 408(m)(2); ILM 200732026).
    """

    symbol: str
    name: str
    kind: str
    asset_class: str
    sector: str
    region: str
    identity_group: str
    collectible: bool
    expense_ratio: Decimal | None


def lookup(symbol: str, currency: str) -> Reference | None:
    return _listed().get((symbol.upper(), currency))


def listed() -> tuple[Reference, ...]:
    """Everything on the list, by symbol."""
    return tuple(_listed().values())


@cache
def _listed() -> Mapping[tuple[str, str], Reference]:
    with FILE.open(newline="") as file:
        return {(row["symbol"], row["currency"]): _reference(row) for row in csv.DictReader(file)}


def _reference(row: Mapping[str, str]) -> Reference:
    return Reference(
        symbol=row["symbol"],
        name=row["name"],
        kind=row["kind"],
        asset_class=row["asset_class"],
        sector=row["sector"],
        region=row["region"],
        identity_group=row["identity_group"],
        collectible=row["collectible"] == "yes",
        expense_ratio=Decimal(row["expense_ratio"]) if row["expense_ratio"] else None,
    )
