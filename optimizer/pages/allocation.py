"""Weights by sector before and after the trades, beside their targets, for the chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdings.figures import AllocationRow, Figure, allocation
from holdings.models import Sector
from optimizer.engine.types import CASH


def by_sector(measures: Mapping[str, Any], band: float) -> Figure | None:
    """The chart of a proposal's stored measures; None without weights."""
    rows = sectors(measures, band)
    return allocation(rows) if rows else None


def sectors(measures: Mapping[str, Any], band: float) -> list[AllocationRow]:
    """One a sector of a proposal's stored measures, largest target first and cash last."""
    before, after, target = (weights(measures[name]) for name in ("before", "after", "target"))
    sectors = [each for each in {**target, **before, **after} if any(m.get(each) for m in (before, after, target))]
    ordered = sorted(sectors, key=lambda each: (each == Sector.CASH, -target.get(each, 0.0), each))
    return [
        row(each, before.get(each, 0.0), after.get(each, 0.0), target.get(each, 0.0), band=band) for each in ordered
    ]


def weights(measured: Mapping[str, Any]) -> dict[str, float]:
    """By sector, and cash."""
    return {**measured["by_sector"], Sector.CASH.value: measured["by_asset"].get(CASH, 0.0)}


def row(sector: str, before: float, after: float, target: float, *, band: float) -> AllocationRow:
    known = Sector(sector) if sector in Sector.values else Sector.UNKNOWN
    return AllocationRow(known.label, known.value, before, after, target, max(0.0, target - band), target + band)
