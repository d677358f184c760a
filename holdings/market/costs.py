"""What trading an instrument is taken to cost, and how much of it is traded: a person's word, the prices', the class's.

Web and workers, so that pages show what plans count.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from holdings.models import AssetClass, Classification, Liquidity

Source = Literal["own", "estimated", "class"]

HALF_SPREADS = {
    AssetClass.EQUITY: Decimal("0.0005"),
    AssetClass.FACTOR: Decimal("0.0003"),
    AssetClass.BOND: Decimal("0.0005"),
}
DEFAULT_HALF_SPREAD = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class HalfSpread:
    """A fraction of the price, and whose word it is."""

    value: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class DailyVolume:
    """Shares of a usual day, and whose word it is; None where nobody says."""

    shares: Decimal | None
    source: Literal["own", "estimated", ""]


def half_spread(classification: Classification | None, estimate: Liquidity | None) -> HalfSpread:
    if classification and classification.half_spread is not None:
        return HalfSpread(classification.half_spread, "own")
    if estimate and estimate.half_spread is not None:
        return HalfSpread(estimate.half_spread, "estimated")
    asset_class = AssetClass(classification.asset_class) if classification else AssetClass.OTHER
    return HalfSpread(HALF_SPREADS.get(asset_class, DEFAULT_HALF_SPREAD), "class")


def daily_volume(classification: Classification | None, estimate: Liquidity | None) -> DailyVolume:
    if classification and classification.daily_volume is not None:
        return DailyVolume(classification.daily_volume, "own")
    if estimate and estimate.daily_volume is not None:
        return DailyVolume(estimate.daily_volume, "estimated")
    return DailyVolume(None, "")
