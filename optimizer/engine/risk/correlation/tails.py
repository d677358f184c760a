"""What diversifies only in calm: correlation and dependence when two things fall together."""

from dataclasses import dataclass
from math import asin, exp, pi, sqrt

import numpy as np
from scipy.stats import multivariate_normal, norm

from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.risk.volatility.score import Mean

SHARE = 0.25
"""An exceedance: both in their lowest (or highest) quarter."""

TAIL = 0.05
BLOCK, DRAWS = 21, 199
CLEAR = 2.0
FEWEST = 30
"""Exceedances that a correlation of them needs."""


@dataclass(frozen=True, slots=True)
class Tails:
    """Correlation of an asset with the rest: of all sessions, and of those where both fell (or rose) far.

    `normal`: what the exceedance correlation would be if both were jointly normal with the correlation of all sessions.
    `excess`: of falls less `normal`; `asymmetry`: of falls less that of rises; both with bootstrap errors.
    `dependence`: how often one is in its worst TAIL when the other is, and `normal_dependence`, the same of joint
    normals. `sessions` in which both fell far.
    """

    correlation: float
    falls: float
    rises: float
    normal: float
    excess: Mean
    asymmetry: Mean
    dependence: float
    normal_dependence: float
    sessions: int

    @property
    def only_in_calm(self) -> bool:
        """Whether the two move together in falls clearly more than their correlation says, and than in rises."""
        return all(each.value > 0 and each.t >= CLEAR for each in (self.excess, self.asymmetry))


def tails(own: Floats, rest: Floats, seed: int = 0) -> Tails | None:
    """Of two series (T), best over their volatility of the evening before; None with too few sessions.

    At least FEWEST must have seen both fall far, and as many both rise.

    Longin and Solnik, "Extreme correlation of international equity markets", Journal of Finance 56(2), 2001; Ang and
    Chen, "Asymmetric correlations of equity portfolios", Journal of Financial Economics 63(3), 2002. The error is that
    of a circular block bootstrap of sessions in which thresholds, correlation and normal value are computed anew.
    """
    if len(own) < FEWEST / SHARE:
        return None
    fell, rose = _both_below(own, rest, SHARE), _both_below(-own, -rest, SHARE)
    if min(fell.sum(), rose.sum()) < FEWEST or min(own[fell].std(), rest[fell].std()) <= 0:
        return None
    correlation = _correlation(own, rest)
    falls, normal = _correlation(own[fell], rest[fell]), normal_exceedance(correlation, SHARE)
    rises = _correlation(own[rose], rest[rose])
    excess, asymmetry = _errors(own, rest, seed)
    return Tails(
        correlation=correlation,
        falls=falls,
        rises=rises,
        normal=normal,
        excess=Mean(falls - normal, excess, int(fell.sum())),
        asymmetry=Mean(falls - rises, asymmetry, int(fell.sum())),
        dependence=dependence(own, rest, TAIL),
        normal_dependence=normal_dependence(correlation, TAIL),
        sessions=int(fell.sum()),
    )


def dependence(own: Floats, rest: Floats, share: float) -> float:
    """How often `own` is among its lowest `share` of sessions, given that `rest` is."""
    low = rest <= np.quantile(rest, share)
    return float((own[low] <= np.quantile(own, share)).mean())


def normal_dependence(correlation: float, share: float) -> float:
    """The same for joint normals, P(both below) / share; it falls to 0 with the share, whatever the correlation."""
    return _both(norm.ppf(share), correlation) / share


def normal_exceedance(correlation: float, share: float) -> float:
    """Correlation of joint standard normals where both are in their lowest `share`.

    By the moments of the doubly truncated normal: Rosenbaum, "Moments of a truncated bivariate normal distribution",
    Journal of the Royal Statistical Society B 23(2), 1961.
    """
    r = min(max(correlation, -0.99), 0.99)
    h, free = float(-norm.ppf(share)), 1 - min(max(correlation, -0.99), 0.99) ** 2
    chance = _both(-h, r)
    edge = float(norm.pdf(h) * norm.sf(h * sqrt((1 - r) / (1 + r))))
    corner = sqrt(free) / (2 * pi) * exp(-(h**2) / (1 + r))
    first = (1 + r) * edge / chance
    second = (chance + (1 + r**2) * h * edge + r * corner) / chance
    product = (r * chance + 2 * r * h * edge + corner) / chance
    return float((product - first**2) / (second - first**2))


def _both(at: float, correlation: float) -> float:
    """P(X < at, Y < at) of standard normals."""
    if at == 0:
        return 0.25 + asin(correlation) / (2 * pi)
    covariance = [[1, correlation], [correlation, 1]]
    return float(multivariate_normal.cdf([at, at], cov=covariance, allow_singular=True))


def _both_below(own: Floats, rest: Floats, share: float) -> Mask:
    both: Mask = (own <= np.quantile(own, share)) & (rest <= np.quantile(rest, share))
    return both


def _correlation(own: Floats, rest: Floats) -> float:
    if own.std() <= 0 or rest.std() <= 0:
        return 0.0
    return float(np.corrcoef(own, rest)[0, 1])


def _errors(own: Floats, rest: Floats, seed: int) -> tuple[float, float]:
    """Standard deviations of excess and asymmetry over bootstrap samples, those with enough exceedances."""
    rng, count = np.random.default_rng(seed), len(own)
    drawn = []
    for _ in range(DRAWS):
        starts = rng.integers(count, size=-(-count // BLOCK))
        rows = (starts[:, None] + np.arange(BLOCK)).ravel()[:count] % count
        x, y = own[rows], rest[rows]
        fell, rose = _both_below(x, y, SHARE), _both_below(-x, -y, SHARE)
        if min(fell.sum(), rose.sum()) >= FEWEST // 2:
            falls = _correlation(x[fell], y[fell])
            normal = normal_exceedance(_correlation(x, y), SHARE)
            drawn.append((falls - normal, falls - _correlation(x[rose], y[rose])))
    if len(drawn) < 2:
        return float("nan"), float("nan")
    excess, asymmetry = np.std(drawn, axis=0, ddof=1)
    return float(excess), float(asymmetry)
