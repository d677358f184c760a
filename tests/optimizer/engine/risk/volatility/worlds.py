"""Returns whose variance is known, because it was made."""

import numpy as np

from optimizer.engine.risk.returns import Floats


def gjr(sessions: int, omega: float, alpha: float, gamma: float, beta: float, seed: int = 0) -> tuple[Floats, Floats]:
    """Returns (T) of a GJR process with normal errors, and the variance of each session as it was at its open."""
    rng, variance = np.random.default_rng(seed), omega / (1 - alpha - gamma / 2 - beta)
    returns, variances = np.empty(sessions), np.empty(sessions)
    for t, shock in enumerate(rng.standard_normal(sessions)):
        variances[t], returns[t] = variance, shock * np.sqrt(variance)
        variance = omega + (alpha + gamma * (returns[t] < 0)) * returns[t] ** 2 + beta * variance
    return returns, variances


def stormy(sessions: int, seed: int = 0) -> Floats:
    """Daily returns like those of shares: 1 % a day, persistent, wilder after falls."""
    return gjr(sessions, 1.5e-6, 0.04, 0.1, 0.895, seed)[0]
