"""What a household holds today, with the closes of it: the inputs of evidence about volatility and co-movement."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass

import numpy as np

from accounts.models import Run
from holdings import canonical
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.risk.returns import MINIMUM_SESSIONS, Closes, Floats, closes
from optimizer.engine.risk.volatility.score import Mean
from optimizer.inputs.evidence.frozen import Frozen, household_now


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Holdings with their part of the household (n), the largest first, and their closes.

    left_out: symbols with too few closes. assets: the holdings by uuid.
    """

    symbols: tuple[str, ...]
    weights: Floats
    days: tuple[dt.date, ...]
    history: Closes
    left_out: tuple[str, ...]
    assets: tuple[str, ...]


def read(run: Run) -> Frozen:
    """Raises CannotFinish or CannotPropose."""
    snapshot, panel = household_now(run)
    book, known = make_book(snapshot), panel.until(snapshot.as_of)
    held = sorted((-float(book.held[i]), book.assets[i].id, book.assets[i].symbol) for i in book.risky)
    held = [each for each in held if each[0] < 0]
    count = dict(zip(known.assets, np.isfinite(known.closes).sum(axis=0), strict=True))
    priced = [each for each in held if count.get(each[1], 0) >= MINIMUM_SESSIONS]
    digest = canonical.dump(
        (snapshot.as_of, snapshot.price_chunks, [(f"{weight:.6f}", key) for weight, key, _ in held])
    )
    inputs = Portfolio(
        symbols=tuple(symbol for _, _, symbol in priced),
        weights=np.array([-weight for weight, _, _ in priced]),
        days=known.dates,
        history=closes(known, [key for _, key, _ in priced], [symbol for _, _, symbol in priced]),
        left_out=tuple(symbol for _, key, symbol in held if count.get(key, 0) < MINIMUM_SESSIONS),
        assets=tuple(key for _, key, _ in priced),
    )
    return Frozen(snapshot.as_of, hashlib.sha256(digest.encode()).hexdigest(), inputs)


def number(value: float, places: int = 6) -> float | None:
    """As JSON knows it; None where there is none."""
    return round(float(value), places) if math.isfinite(value) else None


def estimate(mean: Mean) -> dict[str, float | int | None]:
    return {"value": number(mean.value), "error": number(mean.error), "count": mean.count}
