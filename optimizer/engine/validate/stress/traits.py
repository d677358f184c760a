"""What a holding answers to: equities by beta, rates by duration, credit, gold, the dollar."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from optimizer.engine.risk.beta import betas
from optimizer.engine.risk.covariance import WINDOW
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import CASH, AssetInput
from optimizer.engine.validate.stress.types import Book, Proxy

DURATION, AGGREGATE_CREDIT = 6.0, 0.25
"""Of bonds that no list knows: those of the whole United States market."""
MOST_BETA = 3.0
RECENT = WINDOW + 1
"""Sessions that beta is measured on."""
FOREIGN = {
    "World": 0.4,
    "World outside the United States": 1.0,
    "Developed markets outside the United States": 1.0,
    "Emerging markets": 1.0,
}
"""Part of a fund in other currencies than the dollar, by its region, where it is quoted in dollars."""


@dataclass(frozen=True, slots=True)
class Trait:
    """One asset's answers. `duration` in years, `convexity` in years squared, `credit` in investment-grade bonds."""

    id: str
    symbol: str
    proxy: Proxy
    beta: float = 0.0
    beta_measured: bool = False
    duration: float = 0.0
    convexity: float = 0.0
    duration_from: str = ""  # you, list, assumed
    credit: float = 0.0
    linked: bool = False  # to consumer prices
    dollar: float = 1.0  # part of the value in dollars


@dataclass(frozen=True, slots=True)
class ListedBond:
    kind: str
    duration: float
    credit: float


@cache
def listed_bonds() -> Mapping[str, ListedBond]:
    with Path(__file__).with_name("bonds.csv").open(newline="") as file:
        return {
            row["symbol"]: ListedBond(row["kind"], float(row["duration"]), float(row["credit"]))
            for row in csv.DictReader(file)
        }


def traits(book: Book, panel: Panel) -> Mapping[str, Trait]:
    """By asset id; CASH too. Beta is measured on prices up to `book.as_of`, 1 where they do not reach."""
    past = panel.until(book.as_of)
    recent = Panel(past.dates[-RECENT:], past.assets, past.closes[-RECENT:])
    known = {asset.id: _trait(asset, book, recent) for asset in book.assets}
    return known | {CASH: Trait(CASH, "Cash", "cash", dollar=float(book.currency == "USD"))}


def proxy_of(asset: AssetInput, metal: Collection[str]) -> Proxy:
    """Equity for all that nobody classified: the cautious reading."""
    if asset.kind in {"private", "option"}:
        return "none"
    if asset.id in metal:
        return "gold"
    if asset.asset_class == "bond":
        return "bond"
    return "cash" if asset.asset_class == "cash" else "equity"


def _trait(asset: AssetInput, book: Book, panel: Panel) -> Trait:
    proxy = proxy_of(asset, book.metal)
    if proxy == "bond":
        return _bond(asset, book)
    if proxy != "equity":
        return Trait(asset.id, asset.symbol, proxy, dollar=float(asset.currency == "USD"))
    found = betas(panel, [asset], book.benchmark, book.as_of)
    return Trait(
        asset.id,
        asset.symbol,
        proxy,
        beta=1.0 if found is None else float(np.clip(found[0], 0.0, MOST_BETA)),
        beta_measured=found is not None,
        dollar=1 - FOREIGN.get(asset.region, 0.0) if asset.currency == "USD" else 0.0,
    )


def _bond(asset: AssetInput, book: Book) -> Trait:
    """Convexity is duration squared: that of one payment, the least that a bond without calls can have."""
    listed = listed_bonds().get(asset.symbol)
    own = book.durations.get(asset.id)
    if own is not None:
        duration, source = float(own), "you"
    else:
        duration, source = (listed.duration, "list") if listed else (DURATION, "assumed")
    return Trait(
        asset.id,
        asset.symbol,
        "bond",
        duration=duration,
        convexity=duration**2,
        duration_from=source,
        credit=listed.credit if listed else AGGREGATE_CREDIT,
        linked=listed is not None and listed.kind == "linked",
        dollar=float(asset.currency == "USD"),
    )
