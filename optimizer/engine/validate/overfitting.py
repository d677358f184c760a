"""What is left of the best of several settings once it is counted that it was chosen among them."""

from dataclasses import dataclass
from itertools import combinations
from math import e, sqrt
from statistics import NormalDist

import numpy as np
from scipy.stats import kurtosis, rankdata, skew

from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.figures import FLAT

PARTS = 16
EULER = 0.5772156649015329
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Overfitting:
    """probability: how often the best of one half is below the median of the other. loss: how often it loses money
    there. slope: of the chosen one's performance out of sample on that in sample. splits: how many halves there are.
    """

    probability: float
    loss: float
    slope: float
    splits: int


def expected_maximum(variance: float, trials: int) -> float:
    """Sharpe ratio to expect of the best of `trials` without any skill, whose ratios have this variance.

    Bailey and Lopez de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management 40(5), 2014.
    """
    if trials < 2:
        return 0.0
    first, second = _NORMAL.inv_cdf(1 - 1 / trials), _NORMAL.inv_cdf(1 - 1 / (trials * e))
    return sqrt(variance) * ((1 - EULER) * first + EULER * second)


def probabilistic_sharpe(
    ratio: float, benchmark: float, observations: int, skewness: float = 0.0, kurt: float = 3.0
) -> float:
    """Probability that the true Sharpe ratio exceeds `benchmark`. Ratios are of one period, not annual; normal: 3.

    Bailey and Lopez de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15(2), 2012.
    """
    error = sqrt(max(1 - skewness * ratio + (kurt - 1) / 4 * ratio**2, FLAT))
    return _NORMAL.cdf((ratio - benchmark) * sqrt(observations - 1) / error)


def deflated_sharpe(returns: Floats) -> float:
    """Probability that the best of the trials (trials x T, above cash) has a Sharpe ratio above what luck would give.

    Every row counts as an independent trial, which rows that resemble each other are not: the result is the stricter.
    """
    ratios = returns.mean(axis=1) / np.maximum(returns.std(axis=1, ddof=1), FLAT)
    best = int(ratios.argmax())
    luck = expected_maximum(float(ratios.var(ddof=1)) if len(ratios) > 1 else 0.0, len(ratios))
    chosen = returns[best]
    shape = float(skew(chosen)), float(kurtosis(chosen, fisher=False))
    return probabilistic_sharpe(float(ratios[best]), luck, len(chosen), *shape)


def overfitting(returns: Floats, parts: int = PARTS) -> Overfitting:
    """Combinatorially symmetric cross-validation of the choice of the highest Sharpe ratio (trials x T, above cash).

    The sessions are cut into `parts` (even) of equal length, the first ones left out; half of them choose, the other
    half judge, in every combination. Bailey, Borwein, Lopez de Prado and Zhu, "The probability of backtest
    overfitting", Journal of Computational Finance 20(4), 2017 (2015 as a working paper).
    """
    trials, sessions = returns.shape
    size = sessions // parts
    cut = returns[:, sessions - parts * size :].reshape(trials, parts, size)
    sums, squares = cut.sum(axis=2), (cut**2).sum(axis=2)
    halves = np.array(list(combinations(range(parts), parts // 2)))
    inside = np.zeros((len(halves), parts))
    np.put_along_axis(inside, halves, 1.0, axis=1)
    observations = size * parts // 2
    chosen, judged = (_ratios(sums @ half.T, squares @ half.T, observations) for half in (inside, 1 - inside))
    best = chosen.argmax(axis=0)
    each = np.arange(len(halves))
    rank = rankdata(judged, axis=0)[best, each] / (trials + 1)
    mine, theirs = chosen[best, each], judged[best, each]
    spread = float(mine.var())
    return Overfitting(
        probability=float((rank <= 0.5).mean()),
        loss=float((theirs < 0).mean()),
        slope=float(np.cov(mine, theirs, bias=True)[0, 1] / spread) if spread > FLAT else 0.0,
        splits=len(halves),
    )


def _ratios(sums: Floats, squares: Floats, observations: int) -> Floats:
    mean = sums / observations
    variance = (squares - observations * mean**2) / (observations - 1)
    ratios: Floats = mean / np.sqrt(np.maximum(variance, FLAT**2))
    return ratios
