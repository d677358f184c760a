"""Strategies that trade expected return against variance."""

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, minimise

MARKET_RISK_AVERSION = 3.0


def minimum_variance(universe: Universe, solver: Solver) -> Floats:
    """argmin w'Sigma w (n): no forecast of returns enters."""
    return minimise(universe, universe.covariance, np.zeros(len(universe.entered)), solver, "target: minimum variance")


def mean_variance(universe: Universe, solver: Solver) -> Floats:
    """argmax mu'w - a/2 w'Sigma w (n), with a = params["risk_aversion"], 3 unless given.

    mu are the returns that equilibrium implies (Black and Litterman 1992): 3 Sigma r, for a reference portfolio r, the
    entered weights or equal weights where none are entered. They are no forecast: at a = 3 the answer is the reference
    itself as far as limits allow, above it moves toward minimum variance, below it toward the riskier assets.
    """
    n, entered = len(universe.entered), universe.entered.sum()
    parts = universe.entered / entered if entered > 0 else np.full(n, 1 / max(n, 1))
    implied = MARKET_RISK_AVERSION * universe.covariance @ (parts * universe.budget)
    aversion = float(universe.params.get("risk_aversion", MARKET_RISK_AVERSION))
    return minimise(universe, aversion * universe.covariance, -implied, solver, "target: mean-variance")
