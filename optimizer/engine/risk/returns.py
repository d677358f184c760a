"""The price panel as returns of the assets a plan needs, with short histories handled in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.errors import NotEnoughHistory
from optimizer.engine.snapshot import Panel

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
MINIMUM_SESSIONS = 63


@dataclass(frozen=True, slots=True)
class Closes:
    """`values`: sessions x assets, oldest first; NaN only before an asset's first close. `first`: that row by asset."""

    values: Floats
    first: NDArray[np.intp]


def closes(panel: Panel, assets: Sequence[str], symbols: Sequence[str]) -> Closes:
    """Closes of `assets` in their order; a gap repeats the last close. `symbols` are their names in errors.

    Raises NotEnoughHistory for assets with fewer than MINIMUM_SESSIONS closes.
    """
    column = {asset: j for j, asset in enumerate(panel.assets)}
    values = np.full((len(panel.dates), len(assets)), np.nan)
    for j, asset in enumerate(assets):
        if asset in column:
            values[:, j] = panel.closes[:, column[asset]]
    known = np.isfinite(values)
    short = tuple(symbol for symbol, count in zip(symbols, known.sum(0), strict=True) if count < MINIMUM_SESSIONS)
    if short:
        raise NotEnoughHistory(short, MINIMUM_SESSIONS)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values))[:, None], -1), axis=0)
    filled = np.where(last >= 0, np.take_along_axis(values, np.maximum(last, 0), axis=0), np.nan)
    return Closes(filled, np.argmax(known, axis=0) if len(known) else np.zeros(len(assets), np.intp))


def is_told(panel: Panel, asset: str) -> bool:
    """Whether it has closes enough for `closes`."""
    return bool(np.isfinite(panel.closes[:, panel.assets.index(asset)]).sum() >= MINIMUM_SESSIONS)


def simple_returns(history: Closes, sessions: int = 1) -> Floats:
    """Overlapping simple returns over `sessions`: (T - sessions) x assets, NaN where the start has no close."""
    values = history.values
    return values[sessions:] / values[:-sessions] - 1.0
