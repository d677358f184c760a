"""Beta of assets against a benchmark, from daily returns."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from optimizer.engine.errors import NotEnoughHistory
from optimizer.engine.risk.covariance import WINDOW
from optimizer.engine.risk.returns import MINIMUM_SESSIONS, Floats, closes, simple_returns
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput


def betas(panel: Panel, assets: Sequence[AssetInput], benchmark: str, as_of: date) -> Floats | None:
    """Beta by asset (n) over the last WINDOW sessions, cov(r, b) / var(b), each on the sessions that both have.

    None where the benchmark is not in the panel or has too few closes.
    """
    if benchmark not in panel.assets:
        return None
    ids = [*(asset.id for asset in assets), benchmark]
    try:
        history = closes(panel.until(as_of), ids, [*(asset.symbol for asset in assets), "benchmark"])
    except NotEnoughHistory:
        return None
    returns = simple_returns(history)[-WINDOW:]
    market = returns[:, -1]
    return np.array([_beta(returns[:, j], market) for j in range(len(assets))])


def _beta(own: Floats, market: Floats) -> float:
    known = np.isfinite(own) & np.isfinite(market)
    if known.sum() < MINIMUM_SESSIONS // 2 or market[known].std() == 0:
        return 1.0
    return float(np.cov(own[known], market[known])[0, 1] / market[known].var(ddof=1))
