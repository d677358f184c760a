"""What every strategy chooses from, and the one quadratic program they all solve."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy import sparse

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Problem, Solver

IDLE, OUTSIDE = 2.0, 200.0
"""Cost of weight left in cash and of weight outside a limit, in multiples of the steepest slope of the objective."""


@dataclass(frozen=True, slots=True)
class Universe:
    """n candidate assets, in fractions of the household.

    covariance: n x n, annual. entered: the weights a person typed, n. budget: total weight to invest. lower, upper: n.
    masks: rows x n with low, high: limits of groups, what is held outside the universe already taken off.
    """

    covariance: Floats
    entered: Floats
    budget: float
    lower: Floats
    upper: Floats
    masks: Floats
    low: Floats
    high: Floats
    params: Mapping[str, Decimal]


def minimise(universe: Universe, quadratic: Floats, linear: Floats, solver: Solver, purpose: str) -> Floats:
    """argmin 1/2 w'Qw + q'w over the universe's weights (n).

    What the limits keep from being invested stays in cash; limits that contradict each other are broken least. The
    rebalance then finds them in conflict and names them.
    """
    n, rows = len(universe.lower), len(universe.masks)
    extra = 1 + 2 * rows  # idle cash, then what lies under and over each limit
    P = sparse.block_diag((quadratic, sparse.csc_matrix((extra, extra))), format="csc")
    steepest = float(np.abs(quadratic).max() + np.abs(linear).max())
    cost = steepest * np.concatenate(([IDLE], np.full(2 * rows, OUTSIDE)))
    budget = np.concatenate((np.ones(n + 1), np.zeros(2 * rows)))
    under = np.hstack((np.zeros((rows, 1)), np.eye(rows), -np.eye(rows)))
    x = solver.solve(
        Problem(
            P=P,
            q=np.concatenate((linear, cost)),
            A=sparse.csc_matrix(np.vstack((budget, np.hstack((universe.masks, under))))),
            low=np.concatenate(([universe.budget], universe.low)),
            high=np.concatenate(([universe.budget], universe.high)),
            lower=np.concatenate((universe.lower, np.zeros(extra))),
            upper=np.concatenate((universe.upper, np.full(extra, np.inf))),
        ),
        purpose,
    )
    return np.where(x[:n] < 1e-7, 0.0, x[:n])
