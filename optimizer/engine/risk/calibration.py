"""How well past estimates foretold risk: trailing realised over predicted volatility."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.risk.covariance import WINDOW, YEAR, covariance
from optimizer.engine.risk.returns import Closes, Floats, simple_returns
from optimizer.engine.solvers import Solver
from optimizer.engine.solvers.problem import Problem
from optimizer.engine.types import EstimatorName

BLOCK, BLOCKS = 21, 36
SHORTEST = 252  # sessions that an estimate of the past needs to count
WIDE = 100
"""Assets for which every block is taken; of twice as many every second, since an estimate then takes longer."""
LEAST, MOST = 0.8, 1.5
"""The ratio is held between these: three years tell little more, and one crash must not double every later risk."""


def calibration(history: Closes, estimator: EstimatorName = "nonlinear", weights: Floats | None = None) -> float:
    """Mean of realised over predicted volatility in the last BLOCKS blocks of BLOCK sessions; 1 without a past.

    For each block the covariance is estimated from what was known at its start, and a portfolio made of it: `weights`
    (n) scaled to one, or without them the long-only minimum variance, whose risk every estimator understates. The mean
    of ratios, unlike the ratio of sums, leaves a crash one block among many: benchmarks/risk.py.
    """
    ratios = []
    for start in _starts(len(history.values), max(1, history.values.shape[1] // WIDE)):
        past = history.values[max(0, start - WINDOW) : start + 1]
        known = np.flatnonzero(np.isfinite(past[0]) & np.isfinite(history.values[start + BLOCK]))
        matrix, chosen = _portfolio(past, known, estimator, weights)
        if matrix is None or chosen is None:
            continue
        moves = simple_returns(Closes(history.values[start : start + BLOCK + 1][:, known], history.first[known]))
        realised, predicted = float(((moves @ chosen) ** 2).mean()) * YEAR, float(chosen @ matrix @ chosen)
        ratios.append(sqrt(realised / predicted))
    return float(np.clip(np.mean(ratios), LEAST, MOST)) if ratios else 1.0


def long_only_minimum_variance(matrix: Floats) -> Floats:
    """Weights (n, sum 1) of least variance without short positions."""
    n = len(matrix)
    one = np.ones(1)
    problem = Problem(matrix, np.zeros(n), np.ones((1, n)), one, one, np.zeros(n), np.ones(n))
    return Solver().solve(problem, "calibration: minimum variance")


def _starts(sessions: int, stride: int) -> list[int]:
    """Index of the last known close before each block, newest first, every `stride`th."""
    last = sessions - 1
    return [last - BLOCK * k for k in range(1, BLOCKS + 1, stride) if last - BLOCK * k >= SHORTEST]


def _portfolio(
    past: Floats, known: NDArray[np.intp], estimator: EstimatorName, weights: Floats | None
) -> tuple[Floats | None, Floats | None]:
    """The covariance and the portfolio of the assets that had a price throughout; None where nothing is left."""
    if not known.size or (weights is not None and weights[known].sum() <= 0):
        return None, None
    matrix = covariance(Closes(past[:, known], np.zeros(len(known), dtype=np.intp)), estimator)
    if weights is None:
        return matrix, long_only_minimum_variance(matrix)
    return matrix, weights[known] / weights[known].sum()
