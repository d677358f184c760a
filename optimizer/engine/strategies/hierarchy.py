"""Hierarchical risk parity: no inverse of the covariance, only who moves with whom."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, nearest

Places = NDArray[np.intp]


def hierarchical_risk_parity(universe: Universe, solver: Solver) -> Floats:
    """Weights (n) by clusters; where limits bind, the allocation nearest to that in tracking error."""
    weights = bisected(universe.covariance) * universe.budget
    return nearest(universe, weights, solver, "target: nearest to hierarchical risk parity")


def bisected(covariance: Floats) -> Floats:
    """Weights (n, sum 1) by recursive bisection of the assets in the order of their single-linkage tree.

    Each half gets a part in inverse proportion to its variance at inverse-variance weights. Lopez de Prado, "Building
    diversified portfolios that outperform out of sample", Journal of Portfolio Management 42(4), 2016, with the
    distance sqrt((1 - correlation) / 2) itself.
    """
    variance = np.diag(covariance)
    weights = np.ones(len(covariance))
    halves = [_order(covariance)]
    while halves:
        cluster = halves.pop()
        if len(cluster) < 2:
            continue
        left, right = cluster[: len(cluster) // 2], cluster[len(cluster) // 2 :]
        risks = [_variance(covariance, variance, part) for part in (left, right)]
        weights[left] *= risks[1] / sum(risks)
        weights[right] *= risks[0] / sum(risks)
        halves += [left, right]
    return weights


def _order(covariance: Floats) -> Places:
    if len(covariance) < 2:
        return np.arange(len(covariance))
    scale = np.sqrt(np.diag(covariance))
    distance = np.sqrt(np.clip((1 - covariance / np.outer(scale, scale)) / 2, 0.0, 1.0))
    np.fill_diagonal(distance, 0.0)
    return np.asarray(leaves_list(linkage(squareform(distance, checks=False), "single")))


def _variance(covariance: Floats, variance: Floats, part: Places) -> float:
    inverse = 1 / variance[part]
    return float(inverse @ covariance[np.ix_(part, part)] @ inverse / inverse.sum() ** 2)
