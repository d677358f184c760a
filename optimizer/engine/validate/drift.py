"""Whether recent returns still look like those before: distance of distributions, judged by earlier windows.

Returns cluster, so that textbook p-values call every calm or wild quarter a break. Here a recent window is as unusual
as it stands among earlier windows of its own length, each held against the rest of the reference.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

Floats = NDArray[np.float64]
RECENT, REFERENCE, STEP = 63, 756, 21  # sessions
LEAST = 252
BINS = 10
UNUSUAL = 0.05


@dataclass(frozen=True, slots=True)
class Drift:
    """ks: Kolmogorov and Smirnov's distance. psi: population stability index over deciles of the reference.

    p_ks, p_psi: part of the windows, the recent one included, that are as far from the reference or further.
    """

    ks: float
    psi: float
    p_ks: float
    p_psi: float
    windows: int
    recent_volatility: float
    reference_volatility: float

    @property
    def drifted(self) -> bool:
        return min(self.p_ks, self.p_psi) <= UNUSUAL


def drift(returns: Floats) -> Drift | None:
    """Of daily returns, oldest first, without NaN: the last RECENT against up to REFERENCE before them.

    None where the reference has fewer than LEAST.
    """
    recent, before = returns[-RECENT:], returns[-RECENT - REFERENCE : -RECENT]
    if len(before) < LEAST:
        return None
    starts = range(0, len(before) - RECENT + 1, STEP)
    earlier = [_distances(before[at : at + RECENT], np.delete(before, slice(at, at + RECENT))) for at in starts]
    now = _distances(recent, before)
    p_ks, p_psi = ((1 + sum(each[i] >= now[i] for each in earlier)) / (1 + len(earlier)) for i in (0, 1))
    year = np.sqrt(252)
    return Drift(*now, p_ks, p_psi, len(earlier) + 1, float(recent.std() * year), float(before.std() * year))


def _distances(window: Floats, rest: Floats) -> tuple[float, float]:
    return float(ks_2samp(window, rest).statistic), psi(window, rest)


def psi(window: Floats, rest: Floats) -> float:
    """Sum over deciles of the rest of (w - r) ln(w / r), half an observation added to each cell."""
    edges = np.quantile(rest, np.linspace(0, 1, BINS + 1)[1:-1])
    counts = (np.bincount(np.searchsorted(edges, each), minlength=BINS) + 0.5 for each in (window, rest))
    w, r = (each / each.sum() for each in counts)
    return float(((w - r) * np.log(w / r)).sum())
