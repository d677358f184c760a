"""Risk parity: every asset contributes the same to the variance."""

import numpy as np

from optimizer.engine.errors import SolverFailed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, minimise

SWEEPS = 1000
TOLERANCE = 1e-10


def risk_parity(universe: Universe, solver: Solver) -> Floats:
    """Equal risk contributions (n); where limits bind, the allocation nearest to that in tracking error."""
    parity = equal_contributions(universe.covariance) * universe.budget
    sigma = universe.covariance
    return minimise(universe, sigma, -sigma @ parity, solver, "target: nearest to risk parity")


def equal_contributions(covariance: Floats) -> Floats:
    """Weights (n, sum 1) with w_i (Sigma w)_i equal for all i.

    The minimiser of 1/2 x'Sigma x - sum log x, scaled (Spinu 2013), by cyclical coordinate descent: each x_i solves its
    own quadratic (Griveau-Billion, Richard and Roncalli 2013). Raises SolverFailed when it does not settle.
    """
    x = 1 / np.sqrt(np.diag(covariance))
    x /= np.sqrt(x @ covariance @ x)
    for _ in range(SWEEPS):
        before = x.copy()
        for i in range(len(x)):
            own = covariance[i, i]
            rest = covariance[i] @ x - own * x[i]
            x[i] = (-rest + np.sqrt(rest * rest + 4 * own / len(x))) / (2 * own)
        if np.abs(x - before).max() <= TOLERANCE * np.abs(x).max():
            weights: Floats = x / x.sum()
            return weights
    raise SolverFailed("Risk parity", (f"coordinate descent: {SWEEPS} sweeps",))
