"""Weights that a person enters, and simple rules: the nearest allocation that the limits allow."""

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, minimise, nearest


def fixed_weights(universe: Universe, solver: Solver) -> Floats:
    """The entered weights (n), or the nearest in squared distance where limits do not allow them."""
    return _nearest_by_distance(universe, universe.entered, solver)


def equal_weight(universe: Universe, solver: Solver) -> Floats:
    """The budget in equal parts (n), or the nearest to it in squared distance where limits do not allow it."""
    return _nearest_by_distance(universe, np.full(universe.size, universe.budget / universe.size), solver)


def inverse_volatility(universe: Universe, solver: Solver) -> Floats:
    """Weights (n) proportional to 1 / volatility, or the allowed ones with the least tracking error to them."""
    parts = 1 / np.sqrt(np.diag(universe.covariance))
    return nearest(universe, universe.budget * parts / parts.sum(), solver, "target: nearest to inverse volatility")


def benchmark_tracking(universe: Universe, solver: Solver) -> Floats:
    """argmin (w - b)'Sigma (w - b) (n), b the entered weights: what limits keep out, its like replaces."""
    return nearest(universe, universe.entered, solver, "target: benchmark tracking")


def _nearest_by_distance(universe: Universe, weights: Floats, solver: Solver) -> Floats:
    if universe.keeps(weights):
        return weights
    return minimise(universe, np.eye(len(weights)), -weights, solver, "target: nearest weights")
