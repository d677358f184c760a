"""The efficient frontier: the least risk for each expected return."""

import numpy as np

from optimizer.engine.risk.measures import volatility
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.universe import Universe
from optimizer.engine.strategies.variance import highest_return, minimum_variance, with_return
from optimizer.engine.types import FrontierPoint

POINTS = 40


def frontier(universe: Universe, solver: Solver, points: int = POINTS) -> tuple[FrontierPoint, ...]:
    """Points from minimum variance to the highest expected return, at equal steps of expected return.

    Raises Unsolvable where limits contradict each other.
    """
    least = minimum_variance(universe, solver)
    most = float(universe.expected @ highest_return(universe, solver))
    returns = np.linspace(float(universe.expected @ least), most - 1e-9, points)
    program = with_return(universe, float(returns[0]))
    found = solver.sweep(program, returns, "frontier")
    return tuple(point(universe, weights[: universe.size]) for weights in found)


def point(universe: Universe, weights: Floats) -> FrontierPoint:
    """Where weights (n) stand."""
    return FrontierPoint(
        expected=float(universe.expected @ weights), volatility=volatility(weights, universe.covariance)
    )
