"""What every strategy chooses from, and the programs they solve."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from scipy import sparse

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.solvers.problem import Problem

IDLE, OUTSIDE = 1.0, 100.0
"""Cost of weight left in cash, and of weight outside a limit, where not everything can be kept."""
ROOM = 1e-9
KEPT = 1e-9


@dataclass(frozen=True)
class Universe:
    """n candidate assets, in fractions of the household.

    covariance: n x n, annual. expected: returns above cash, annual, n. scenarios: monthly, T x n; weeks: weekly in
    order, T x n. entered: the weights a person typed, n. budget: total weight to invest. lower, upper: n. masks: rows x
    n with low, high: limits of groups, what is held outside the universe already taken off. loadings (n x k), own (n):
    the covariance as a factor model, where there are many assets.
    """

    covariance: Floats
    expected: Floats
    scenarios: Floats
    weeks: Floats
    entered: Floats
    budget: float
    lower: Floats
    upper: Floats
    masks: Floats
    low: Floats
    high: Floats
    params: Mapping[str, Decimal]
    loadings: Floats | None = None
    own: Floats | None = None

    @property
    def size(self) -> int:
        return len(self.lower)

    @cached_property
    def rows(self) -> tuple[Floats, Floats, Floats]:
        """The budget and the limits of groups: matrix ((1 + rows) x n), low, high."""
        matrix = np.concatenate((np.ones((1, self.size)), self.masks))
        return matrix, np.append(self.budget, self.low), np.append(self.budget, self.high)

    def keeps(self, weights: Floats) -> bool:
        """Whether weights (n) keep the budget and every limit."""
        matrix, low, high = self.rows
        sums = matrix @ weights
        gaps = (low - sums, sums - high, self.lower - weights, weights - self.upper)
        return all(float(gap.max()) <= KEPT for gap in gaps)


def minimise(universe: Universe, quadratic: Floats, linear: Floats, solver: Solver, purpose: str) -> Floats:
    """argmin 1/2 w'Qw + q'w over the universe's weights (n). Raises Unsolvable where limits contradict each other."""
    matrix, low, high = universe.rows
    return solver.solve(Problem(quadratic, linear, matrix, low, high, universe.lower, universe.upper), purpose)


def minimise_linear(universe: Universe, linear: Floats, solver: Solver, purpose: str) -> Floats:
    """argmin q'w over the universe's weights (n)."""
    matrix, low, high = universe.rows
    sides = low, high, universe.lower, universe.upper
    return solver.solve(Problem(None, linear, sparse.csr_matrix(matrix), *sides), purpose)


def minimise_risk(universe: Universe, aversion: float, linear: Floats, solver: Solver, purpose: str) -> Floats:
    """argmin a/2 w'Sigma w + q'w over the universe's weights (n), in factor form where there is one."""
    return solver.solve(risk_program(universe, aversion, linear), purpose)[: universe.size]


def risk_program(universe: Universe, aversion: float, linear: Floats) -> Problem:
    """The program of `minimise_risk`; in factor form its columns are w (n) and the factors' exposures F'w (k)."""
    matrix, low, high = universe.rows
    if universe.loadings is None or universe.own is None:
        return Problem(aversion * universe.covariance, linear, matrix, low, high, universe.lower, universe.upper)
    k = universe.loadings.shape[1]
    free, none = np.full(k, np.inf), np.zeros(k)
    exposures = sparse.hstack((sparse.csc_matrix(universe.loadings.T), -sparse.identity(k)))
    limits = sparse.hstack((sparse.csc_matrix(matrix), sparse.csc_matrix((len(matrix), k))))
    return Problem(
        P=sparse.diags(aversion * np.concatenate((universe.own, np.ones(k))), format="csc"),
        q=np.concatenate((linear, none)),
        A=sparse.vstack((limits, exposures), format="csc"),
        low=np.concatenate((low, none)),
        high=np.concatenate((high, none)),
        lower=np.concatenate((universe.lower, -free)),
        upper=np.concatenate((universe.upper, free)),
    )


def nearest(universe: Universe, weights: Floats, solver: Solver, purpose: str) -> Floats:
    """Those weights (n) where limits allow them, else the allowed ones with the least tracking error to them."""
    if universe.keeps(weights):
        return weights
    return minimise_risk(universe, 1.0, -universe.covariance @ weights, solver, purpose)


def eased(universe: Universe, solver: Solver) -> Universe:
    """The universe with its limits and budget moved just as far as is needed for some weights to keep them all.

    What the limits keep from being invested stays in cash; limits that contradict each other are broken least. The
    rebalance then finds them in conflict and names them.
    """
    n, groups = universe.size, len(universe.masks)
    matrix, low, high = universe.rows
    give = sparse.block_diag((np.ones((1, 1)), np.hstack((np.eye(groups), -np.eye(groups)))))
    free = np.full(1 + 2 * groups, np.inf)
    x = solver.solve(
        Problem(
            P=None,
            q=np.concatenate((np.zeros(n), [IDLE], np.full(2 * groups, OUTSIDE))),
            A=sparse.hstack((sparse.csr_matrix(matrix), give), format="csr"),
            low=low,
            high=high,
            lower=np.concatenate((universe.lower, np.zeros(len(free)))),
            upper=np.concatenate((universe.upper, free)),
        ),
        "target: limits that can be kept",
    )
    idle, under, over = x[n], x[n + 1 : n + 1 + groups], x[n + 1 + groups :]
    return replace(
        universe, budget=universe.budget - idle, low=universe.low - under - ROOM, high=universe.high + over + ROOM
    )
