"""The exponentially weighted mean of past variances, the forecast that others are held against."""

import numpy as np
from scipy.signal import lfilter

from optimizer.engine.risk.returns import Floats

DECAY = 0.94  # RiskMetrics, Technical Document, 1996: a half-life of 11 sessions


def ewma(proxy: Floats, decay: float = DECAY) -> Floats:
    """Forecast of the next session's variance at each close (T), which is also that of any later one.

    It begins with the first value.
    """
    mean: Floats = lfilter([1 - decay], [1, -decay], proxy, zi=decay * proxy[:1])[0]
    return mean


def decay_of(half_life: float) -> float:
    """The factor from one session to the next at which a weight halves every `half_life` sessions."""
    return float(np.exp2(-1 / half_life))
