"""Strategies that look at the worst of the past, its losses and its drawdowns, as linear programs."""

import numpy as np
from scipy import sparse

from optimizer.engine.risk.measures import LEVEL, cvar, cvar_slope
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.solvers.linear import Simplex
from optimizer.engine.solvers.problem import Problem
from optimizer.engine.strategies.universe import Universe

CUTS = 100
"""Cuts are faster than the whole program at every size, unless they come to more than these."""
CLOSE = 1e-7


def minimum_cvar(universe: Universe, solver: Solver) -> Floats:
    """argmin CVaR 95 of the monthly scenarios (n): the mean loss of the worst 5 % of them."""
    weights = _by_cuts(universe, solver)
    return _whole_cvar(universe, solver) if weights is None else weights


def minimum_cdar(universe: Universe, solver: Solver) -> Floats:
    """argmin CDaR 95 of the weekly history (n): the mean of the worst 5 % of drawdowns, returns added up uncompounded.

    Chekhlov, Uryasev and Zabarankin, "Drawdown measure in portfolio optimization", 2005. Columns w, the drawdown
    threshold a, drawdowns d_t >= d_(t-1) - r_t'w and what lies above, z_t >= d_t - a; minimised a + mean(z) / 5 %.
    """
    returns = universe.weeks
    one = sparse.identity(len(returns), format="csr")
    none = sparse.csr_matrix((len(returns), universe.size))
    falls = sparse.hstack((returns, np.zeros((len(returns), 1)), one - sparse.eye(len(returns), k=-1), 0 * one))
    above = sparse.hstack((none, np.ones((len(returns), 1)), -one, one))
    return _solved(universe, sparse.vstack((falls, above)), len(returns), solver, "target: minimum CDaR")


def _whole_cvar(universe: Universe, solver: Solver) -> Floats:
    """Rockafellar and Uryasev, "Optimization of conditional value-at-risk", 2000: u_t >= -r_t'w - a."""
    returns = universe.scenarios
    rows = sparse.hstack((returns, np.ones((len(returns), 1)), sparse.identity(len(returns))))
    return _solved(universe, rows, len(returns), solver, "target: minimum CVaR")


def _solved(universe: Universe, rows: sparse.spmatrix, scenarios: int, solver: Solver, purpose: str) -> Floats:
    """Columns w, a and others from zero, the last of which, one a scenario, are what exceeds a; every row >= 0."""
    n, width = universe.size, rows.shape[1]
    matrix, low, high = universe.rows
    limits = sparse.hstack((sparse.csr_matrix(matrix), sparse.csr_matrix((len(matrix), width - n))))
    cost = np.zeros(width)
    cost[n], cost[-scenarios:] = 1.0, 1 / ((1 - LEVEL) * scenarios)
    x = solver.solve(
        Problem(
            P=None,
            q=cost,
            A=sparse.vstack((limits, rows), format="csr"),
            low=np.concatenate((low, np.zeros(rows.shape[0]))),
            high=np.concatenate((high, np.full(rows.shape[0], np.inf))),
            lower=np.concatenate((universe.lower, [-np.inf], np.zeros(width - n - 1))),
            upper=np.concatenate((universe.upper, np.full(width - n, np.inf))),
        ),
        purpose,
    )
    return x[:n]


def _by_cuts(universe: Universe, solver: Solver) -> Floats | None:
    """The same minimum by cutting planes, z >= mean loss of the worst scenarios at each weights met; None after CUTS.

    Kunzi-Bay and Mayer, "Computational aspects of minimizing conditional value-at-risk", 2006.
    """
    n, returns = universe.size, universe.scenarios
    matrix, low, high = universe.rows
    program = Simplex(
        np.append(np.zeros(n), 1.0),
        sparse.csr_matrix(np.hstack((matrix, np.zeros((len(matrix), 1))))),
        (low, high),
        (np.append(universe.lower, -np.inf), np.append(universe.upper, np.inf)),
    )
    met = np.full(n, universe.budget / n)
    for _ in range(CUTS):
        program.add(np.append(-cvar_slope(met, returns, LEVEL), 1.0), 0.0)
        found, solve = program.solve("target: minimum CVaR, cut")
        if found is None:
            solver.log.append(solve)
            return None
        met, least = found[0][:n], found[0][n]
        if cvar(met, returns, LEVEL) - least <= CLOSE:
            solver.log.append(solve)
            return np.clip(met, universe.lower, universe.upper)
    return None
