"""Weights that a person enters, and equal weights: the nearest allocation that the limits allow."""

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe, minimise


def fixed_weights(universe: Universe, solver: Solver) -> Floats:
    """The entered weights (n), or the nearest in squared distance where limits do not allow them."""
    return _nearest(universe, universe.entered, solver)


def equal_weight(universe: Universe, solver: Solver) -> Floats:
    """The budget in equal parts (n), or the nearest to it in squared distance where limits do not allow it."""
    n = len(universe.entered)
    return _nearest(universe, np.full(n, universe.budget / max(n, 1)), solver)


def _nearest(universe: Universe, weights: Floats, solver: Solver) -> Floats:
    return minimise(universe, np.eye(len(weights)), -weights, solver, "target: nearest weights")
