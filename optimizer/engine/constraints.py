"""Policy rows as linear rows on the weights of assets, and what the policy excludes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import AssetInput, ConstraintInput, ConstraintKind

SOFT_COST = {1: 1.0, 2: 0.1, 3: 0.01}
"""Money that a dollar outside a soft limit costs, by priority."""

Match = Callable[[AssetInput, str], bool]
WEIGHTS: dict[ConstraintKind, Match] = {
    "instrument_weight": lambda asset, subject: asset.id == subject,
    "sector_weight": lambda asset, subject: asset.sector == subject,
    "class_weight": lambda asset, subject: asset.asset_class == subject,
    "theme_weight": lambda asset, subject: subject in asset.themes,
}
EXCLUSIONS: dict[ConstraintKind, Match] = {
    "exclude_instrument": WEIGHTS["instrument_weight"],
    "exclude_sector": WEIGHTS["sector_weight"],
    "exclude_theme": WEIGHTS["theme_weight"],
}


@dataclass(frozen=True, slots=True)
class WeightRow:
    """low <= mask @ weights <= high, in fractions of the household; mask is 0 or 1 by asset."""

    constraint: ConstraintInput
    mask: Floats
    low: float
    high: float


def soft_cost(constraint: ConstraintInput) -> float | None:
    """What a unit outside a soft limit costs; None for a hard one."""
    return None if constraint.hard else SOFT_COST.get(constraint.priority, min(SOFT_COST.values()))


def members(constraint: ConstraintInput, assets: Sequence[AssetInput]) -> tuple[AssetInput, ...]:
    """The assets that a weight limit or an exclusion speaks of."""
    match = (WEIGHTS | EXCLUSIONS)[constraint.kind]
    return tuple(asset for asset in assets if match(asset, constraint.subject))


def weight_rows(constraints: Sequence[ConstraintInput], assets: Sequence[AssetInput]) -> tuple[WeightRow, ...]:
    """Every weight limit, and every exclusion that sells down as a limit of zero."""
    return tuple(_row(row, assets) for row in constraints if row.kind in WEIGHTS or sells_down(row))


def sells_down(constraint: ConstraintInput) -> bool:
    return constraint.kind in EXCLUSIONS and constraint.high == 0


def excluded(constraints: Sequence[ConstraintInput], assets: Sequence[AssetInput]) -> dict[str, ConstraintInput]:
    """Asset id -> the exclusion that keeps it from being bought; one that sells down goes before one that holds."""
    rows = sorted((row for row in constraints if row.kind in EXCLUSIONS), key=sells_down)
    return {asset.id: row for row in rows for asset in members(row, assets)}


def _row(constraint: ConstraintInput, assets: Sequence[AssetInput]) -> WeightRow:
    inside = {asset.id for asset in members(constraint, assets)}
    mask = np.array([float(asset.id in inside) for asset in assets])
    low = -np.inf if constraint.low is None else float(constraint.low)
    high = np.inf if constraint.high is None else float(constraint.high)
    return WeightRow(constraint, mask, low, high)
