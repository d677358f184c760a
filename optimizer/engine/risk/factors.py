"""A covariance in factor form: few common factors and what is each asset's own."""

import numpy as np

from optimizer.engine.risk.returns import Floats

MOST, OWN = 20, 1e-4
"""Factors at most; the least share of an asset's variance that stays its own, so that D can be inverted."""

RIDGE, KEPT = 1e-10, 0.999
"""What is added to the diagonal of a correlation to invert it; the part of the split that is taken, for rounding."""


def factors(covariance: Floats, count: int | None = None) -> tuple[Floats, Floats]:
    """F (n x k) and d (n, positive) with F F' + diag(d) near the covariance (n x n) and equal to it on the diagonal.

    F are the k principal components of the correlation, scaled back by the volatilities, k = min(20, max(3, n // 5))
    unless counted, and below n. A component's sign makes its loadings add up to a positive number.
    """
    n = len(covariance)
    k = min(count or min(MOST, max(3, n // 5)), n - 1)
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    top = slice(n - k, n)
    signs = np.where(vectors[:, top].sum(axis=0) < 0, -1.0, 1.0)
    loadings = vectors[:, top] * signs * np.sqrt(np.maximum(values[top], 0.0))
    shared = (loadings**2).sum(axis=1)
    kept = np.minimum(shared, 1 - OWN)
    loadings *= np.sqrt(kept / np.maximum(shared, 1e-300))[:, None]
    return scale[:, None] * loadings, scale**2 * (1 - kept)


def split(covariance: Floats) -> tuple[Floats, Floats]:
    """F (n x n) and d (n, positive) with F F' + diag(d) equal to the covariance (n x n), d large.

    d_i = s / (Sigma^-1)_ii, the residual variance of asset i given the others times the smallest eigenvalue s of Sigma
    scaled by those residual variances, is the largest multiple of them that leaves a remainder without negative
    eigenvalues. A singular covariance leaves d next to nothing.
    """
    n = len(covariance)
    if n == 0:
        return covariance, np.zeros(0)
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale) + RIDGE * np.eye(n)
    residual = 1 / np.diag(np.linalg.inv(correlation))
    least = np.linalg.eigvalsh(correlation / np.sqrt(np.outer(residual, residual)))[0]
    own = np.maximum(KEPT * max(least, 0.0) * residual, RIDGE)
    values, vectors = np.linalg.eigh(correlation - np.diag(own))
    return scale[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)), scale**2 * own
