"""What factor signals said of the household's instruments, and how often they were right."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from statistics import median
from typing import Any

from accounts.models import Run
from holdings import canonical
from optimizer.engine.plan import Progress
from optimizer.engine.risk.returns import Closes, closes
from optimizer.engine.signals.record import Record, record
from optimizer.engine.signals.scores import SIGNALS, scores, standard
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput
from optimizer.engine.validate.decay import cusum, half_years
from optimizer.inputs.evidence.frozen import Frozen, household_now


@dataclass(frozen=True, slots=True)
class Universe:
    """The tradable instruments of a household, in the order of the panel's ids."""

    assets: tuple[AssetInput, ...]
    panel: Panel


def read(run: Run) -> Frozen:
    snapshot, panel = household_now(run)
    assets = tuple(asset for asset in snapshot.assets if asset.tradable and asset.id in panel.assets)
    known = (snapshot.as_of, snapshot.price_chunks, tuple((asset.id, asset.half_spread) for asset in assets))
    digest = hashlib.sha256(canonical.dump(known).encode()).hexdigest()
    return Frozen(snapshot.as_of, digest, Universe(assets, panel.until(snapshot.as_of)))


def compute(inputs: Universe, progress: Progress) -> dict[str, Any]:
    assets = inputs.assets
    history = closes(inputs.panel, [asset.id for asset in assets], [asset.symbol for asset in assets])
    half_spread = float(median(asset.half_spread for asset in assets)) if assets else 0.0
    made = []
    for at, name in enumerate(SIGNALS):
        progress("Compute", 0.1 + 0.9 * at / len(SIGNALS))
        found = record(name, inputs.panel.dates, history.values, half_spread)
        made.append(_said(found) | {"scores": _scores(name, history, assets)})
    return {
        "signals": made,
        "assets": len(assets),
        "first": inputs.panel.dates[0].isoformat(),
        "half_spread": half_spread,
    }


def _said(found: Record) -> dict[str, Any]:
    return {
        "name": found.name,
        "months": len(found.months),
        "first": found.months[0].day.isoformat() if found.months else "",
        "ic": found.ic,
        "t": found.t,
        "low": found.low,
        "high": found.high,
        "halves": found.halves,
        "turnover": found.turnover,
        "gross": found.gross,
        "net": found.net,
        "shrunk": found.shrunk,
        "why": found.why,
        "cusum": _cusum([month.ic for month in found.months]),
        "half_years": [
            canonical.encode(each) for each in half_years([m.day for m in found.months], [m.ic for m in found.months])
        ],
    }


def _cusum(ics: list[float]) -> dict[str, Any] | None:
    found = cusum(ics)
    return {"now": found.now, "alarm": found.alarm is not None, "limit": found.limit} if found else None


def _scores(name: str, history: Closes, assets: tuple[AssetInput, ...]) -> dict[str, float]:
    """Standard scores now, by symbol, of the assets that have one."""
    found = standard(scores(name, history.values))
    return {asset.symbol: float(score) for asset, score in zip(assets, found, strict=True) if score == score}
