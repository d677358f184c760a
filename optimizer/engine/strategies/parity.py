"""Risk budgets: every asset contributes its share to the variance."""

import numpy as np

from optimizer.engine.errors import SolverFailed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, nearest

STEPS = 100
TOLERANCE = 1e-11
QUADRATIC = 0.95 * (3 - np.sqrt(5)) / 2
"""Below this relative step Newton's method converges without damping (Spinu 2013)."""


def risk_parity(universe: Universe, solver: Solver) -> Floats:
    """Equal risk contributions (n); where limits bind, the allocation nearest to that in tracking error."""
    parity = contributing(universe.covariance, np.ones(universe.size)) * universe.budget
    return nearest(universe, parity, solver, "target: nearest to risk parity")


def risk_budgets(universe: Universe, solver: Solver) -> Floats:
    """Risk contributions (n) in proportion to the entered weights; equal ones where nothing is entered."""
    shares = universe.entered if universe.entered.sum() > 0 else np.ones(universe.size)
    weights = contributing(universe.covariance, shares) * universe.budget
    return nearest(universe, weights, solver, "target: nearest to risk budgets")


def contributing(covariance: Floats, shares: Floats) -> Floats:
    """Weights (n, sum 1) with w_i (Sigma w)_i in proportion to shares (n, none negative); without share no weight.

    The minimiser of 1/2 y'Cy - sum b log y over the correlation C, scaled back by volatility, by damped Newton steps
    (Spinu, "An algorithm for computing risk parity weights", 2013). Raises SolverFailed when it does not settle.
    """
    inside = np.flatnonzero(shares > 0)
    scale = np.sqrt(np.diag(covariance)[inside])
    matrix = covariance[np.ix_(inside, inside)] / np.outer(scale, scale)
    budgets = shares[inside] / shares[inside].sum()
    y = np.sqrt(budgets) / np.sqrt(np.sqrt(budgets) @ matrix @ np.sqrt(budgets))
    for _ in range(STEPS):
        step = np.linalg.solve(matrix + np.diag(budgets / y**2), matrix @ y - budgets / y)
        size = float(np.abs(step / y).max())
        y -= step if size <= QUADRATIC else step / (1 + size)
        if size <= TOLERANCE:
            weights = np.zeros(len(covariance))
            weights[inside] = y / scale / (y / scale).sum()
            return weights
    raise SolverFailed("Risk budgets", (f"Newton: {STEPS} steps",))
