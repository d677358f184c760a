"""Correlation matrices shrunk toward order: two estimators by Ledoit and Wolf."""

import numpy as np

from optimizer.engine.risk.returns import Floats

FAR = 100.0


def nonlinear(returns: Floats) -> Floats:
    """Correlation (p x p) of complete returns (T x p) by analytical nonlinear shrinkage.

    Ledoit and Wolf, "Analytical nonlinear shrinkage of large-dimensional covariance matrices", Annals of Statistics
    48(5), 2020: every sample eigenvalue is moved by a kernel estimate (Epanechnikov, bandwidth n^-1/3) of the limiting
    spectral density and of its Hilbert transform. Applied to standardised returns, rescaled to a unit diagonal.
    """
    scores = _standardised(returns)
    n, p = len(scores) - 1, scores.shape[1]
    values, vectors = np.linalg.eigh(scores.T @ scores / n)
    lam = np.maximum(values[max(0, p - n) :], 1e-12)
    density, hilbert = _spectrum(lam, n)
    ratio = p / n
    if p <= n:
        shrunk = lam / ((np.pi * ratio * lam * density) ** 2 + (1 - ratio - np.pi * ratio * lam * hilbert) ** 2)
    else:
        moved = lam / (np.pi**2 * lam**2 * (density**2 + hilbert**2))
        shrunk = np.concatenate((np.full(p - n, _null_value(lam, n, p)), moved))
    return _unit_diagonal((vectors * shrunk) @ vectors.T)


def constant_correlation(returns: Floats) -> Floats:
    """Correlation (p x p) of complete returns (T x p), shrunk linearly toward one common correlation.

    Ledoit and Wolf, "Honey, I shrunk the sample covariance matrix", 2004, on standardised returns.
    """
    scores = _standardised(returns)
    n, p = scores.shape
    sample = scores.T @ scores / n
    if p == 1:
        return np.ones((1, 1))
    mean = (sample.sum() - p) / (p * (p - 1))
    target = np.full((p, p), mean)
    np.fill_diagonal(target, 1.0)
    squares = scores**2
    pi = squares.T @ squares / n - sample**2
    theta = (scores**3).T @ scores / n - sample
    np.fill_diagonal(theta, 0.0)
    rho = np.trace(pi) + mean * theta.sum()
    distance = ((sample - target) ** 2).sum()
    weight = 0.0 if distance == 0 else min(1.0, max(0.0, (pi.sum() - rho) / distance / n))
    return _unit_diagonal(weight * target + (1 - weight) * sample)


def _spectrum(lam: Floats, n: int) -> tuple[Floats, Floats]:
    """Density of the eigenvalues at each eigenvalue, and its Hilbert transform."""
    width = n ** (-1 / 3) * lam[None, :]
    x = (lam[:, None] - lam[None, :]) / width
    inside = 1 - x**2 / 5
    root = np.sqrt(5.0)
    density = 0.75 / root * np.mean(np.maximum(inside, 0) / width, axis=1)
    edge = np.isclose(np.abs(x), root)
    safe = np.where(edge, 0.0, x)
    log = np.log(np.abs((root - safe) / (root + safe)))
    wave = -0.3 / np.pi * x + np.where(edge, 0.0, 0.75 / root / np.pi * inside * log)
    # Far out, as for two assets that are nearly one, the terms above cancel to noise: the series in 1 / x instead.
    far = np.abs(x) > FAR
    inverse = 1 / np.where(far, x, 1.0)
    wave = np.where(far, -(inverse + inverse**3 + 15 / 7 * inverse**5) / np.pi, wave)
    return density, np.mean(wave / width, axis=1)


def _null_value(lam: Floats, n: int, p: int) -> float:
    """The common value of the p - n eigenvalues that the sample puts at zero."""
    h, root = n ** (-1 / 3), np.sqrt(5.0)
    log = np.log((1 + root * h) / (1 - root * h))
    hilbert = (0.3 / h**2 + 0.75 / root / h * (1 - 0.2 / h**2) * log) / np.pi * np.mean(1 / lam)
    return float(1 / (np.pi * (p - n) / n * hilbert))


def _standardised(returns: Floats) -> Floats:
    centred: Floats = returns - returns.mean(axis=0)
    centred /= np.maximum(centred.std(axis=0), 1e-12)
    return centred


def _unit_diagonal(matrix: Floats) -> Floats:
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-12))
    correlation: Floats = (matrix + matrix.T) / (2 * np.outer(scale, scale))
    np.fill_diagonal(correlation, 1.0)
    return correlation
