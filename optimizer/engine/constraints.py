"""Policy rows as linear rows on the weights of assets, and what the policy excludes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import AssetInput, ConstraintInput, ConstraintKind

SOFT_COST = {1: 1.0, 2: 0.1, 3: 0.01}
"""Money that a dollar outside a soft limit costs, by priority."""

STOCK = "stock"
UNKNOWN = {"", "unknown"}
Match = Callable[[AssetInput, str], bool]
WEIGHTS: dict[ConstraintKind, Match] = {
    "instrument_weight": lambda asset, subject: asset.id == subject,
    "each_stock": lambda asset, subject: asset.kind == STOCK,
    "issuer_weight": lambda asset, subject: asset.issuer == subject,
    "class_weight": lambda asset, subject: asset.asset_class == subject,
    "sector_weight": lambda asset, subject: asset.sector == subject,
    "region_weight": lambda asset, subject: asset.region == subject,
    "currency_weight": lambda asset, subject: asset.currency == subject,
    "theme_weight": lambda asset, subject: subject in asset.themes,
}
EXCLUSIONS: dict[ConstraintKind, Match] = {
    "exclude_instrument": WEIGHTS["instrument_weight"],
    "exclude_sector": WEIGHTS["sector_weight"],
    "exclude_theme": WEIGHTS["theme_weight"],
}


LABELS: dict[ConstraintKind, Callable[[AssetInput], object]] = {
    "issuer_weight": lambda asset: asset.issuer,
    "sector_weight": lambda asset: asset.sector,
    "region_weight": lambda asset: asset.region,
    "theme_weight": lambda asset: asset.themes,
    "exclude_sector": lambda asset: asset.sector,
    "exclude_theme": lambda asset: asset.themes,
}


@dataclass(frozen=True, slots=True)
class WeightRow:
    """low <= mask @ weights <= high, in fractions of the household; mask is by asset, 0 or 1 but for a custom sum."""

    constraint: ConstraintInput
    mask: Floats
    low: float
    high: float


def soft_cost(constraint: ConstraintInput) -> float | None:
    """What a unit outside a soft limit costs; None for a hard one."""
    return None if constraint.hard else SOFT_COST.get(constraint.priority, min(SOFT_COST.values()))


def members(constraint: ConstraintInput, assets: Sequence[AssetInput]) -> tuple[AssetInput, ...]:
    """The assets that a weight limit or an exclusion speaks of."""
    if constraint.kind == "custom":
        return tuple(asset for asset in assets if constraint.terms.get(asset.id))
    match = (WEIGHTS | EXCLUSIONS)[constraint.kind]
    return tuple(asset for asset in assets if match(asset, constraint.subject))


def weight_rows(constraints: Sequence[ConstraintInput], assets: Sequence[AssetInput]) -> tuple[WeightRow, ...]:
    """Every weight limit, one row for each stock where it is about each, and exclusions that sell down as zero."""
    return tuple(_row(row, assets) for row in single(constraints, assets) if limits_weight(row) or sells_down(row))


def limits_weight(constraint: ConstraintInput) -> bool:
    return constraint.kind in WEIGHTS or constraint.kind == "custom"


def single(constraints: Sequence[ConstraintInput], assets: Sequence[AssetInput]) -> Iterator[ConstraintInput]:
    """The constraints, a limit on each stock as one on every stock that has none of its own.

    Hard ones keep the id, so that they give way as one; soft ones cost each by itself.
    """
    own = {row.subject for row in constraints if row.kind == "instrument_weight"}
    for row in constraints:
        if row.kind != "each_stock":
            yield row
            continue
        for asset in members(row, assets):
            if asset.id not in own:
                own_id = row.id if row.hard else f"{row.id}:{asset.id}"
                yield replace(row, id=own_id, kind="instrument_weight", subject=asset.id)


def unlabelled(constraint: ConstraintInput, assets: Sequence[AssetInput]) -> tuple[AssetInput, ...]:
    """The assets of which nobody said whether the limit or the exclusion reaches them."""
    label = LABELS.get(constraint.kind)
    return () if label is None else tuple(asset for asset in assets if not label(asset) or label(asset) in UNKNOWN)


def sells_down(constraint: ConstraintInput) -> bool:
    return constraint.kind in EXCLUSIONS and constraint.high == 0


def excluded(constraints: Sequence[ConstraintInput], assets: Sequence[AssetInput]) -> dict[str, ConstraintInput]:
    """Asset id -> the exclusion that keeps it from being bought; one that sells down goes before one that holds."""
    rows = sorted((row for row in constraints if row.kind in EXCLUSIONS), key=sells_down)
    return {asset.id: row for row in rows for asset in members(row, assets)}


def _row(constraint: ConstraintInput, assets: Sequence[AssetInput]) -> WeightRow:
    weight = {asset.id: float(constraint.terms.get(asset.id, 1)) for asset in members(constraint, assets)}
    mask = np.array([weight.get(asset.id, 0.0) for asset in assets])
    low = -np.inf if constraint.low is None else float(constraint.low)
    high = np.inf if constraint.high is None else float(constraint.high)
    return WeightRow(constraint, mask, low, high)
