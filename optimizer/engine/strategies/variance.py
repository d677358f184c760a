"""Strategies that trade expected return against variance. Expected returns are the universe's: annual, above cash."""

import numpy as np
from scipy import sparse

from optimizer.engine.risk.black_litterman import MARKET_RISK_AVERSION
from optimizer.engine.risk.measures import volatility
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.solvers.problem import Cone, Problem
from optimizer.engine.strategies.universe import Universe, minimise_linear, minimise_risk, risk_program

SLACK = 1e-9


def minimum_variance(universe: Universe, solver: Solver) -> Floats:
    """argmin w'Sigma w (n): no forecast of returns enters."""
    return minimise_risk(universe, 1.0, np.zeros(universe.size), solver, "target: minimum variance")


def mean_variance(universe: Universe, solver: Solver) -> Floats:
    """The efficient weights (n) that one of the params asks for; Markowitz, "Portfolio selection", 1952.

    target_return: least variance at that expected return of the household or more. target_volatility: most return at
    that volatility or less. Else argmax mu'w - a/2 w'Sigma w with a = risk_aversion, 3 unless given. A target out of
    reach gives the end of the frontier next to it.
    """
    params = {name: float(value) for name, value in universe.params.items()}
    if "target_return" in params:
        return at_return(universe, params["target_return"], solver)
    if "target_volatility" in params:
        return at_volatility(universe, params["target_volatility"], solver)
    return _best(universe, params.get("risk_aversion", MARKET_RISK_AVERSION), solver, "target: mean-variance")


def black_litterman(universe: Universe, solver: Solver) -> Floats:
    """argmax mu'w - 3/2 w'Sigma w (n): the entered weights as far as limits allow, tilted by views."""
    return _best(universe, MARKET_RISK_AVERSION, solver, "target: Black-Litterman")


def maximum_sharpe(universe: Universe, solver: Solver) -> Floats:
    """argmax mu'w / sqrt(w'Sigma w) (n); minimum variance where nothing is expected to earn more than cash.

    With w = y / k the ratio is the program min y'Sigma y with mu'y fixed and every limit times k (Charnes and Cooper
    1962; Cornuejols and Tutuncu, "Optimization methods in finance", 8.2).
    """
    n, mu = universe.size, universe.expected
    matrix, low, high = universe.rows
    scale = float(mu.max()) * universe.budget
    if scale <= 0 or float(mu @ highest_return(universe, solver)) <= 0:
        return minimum_variance(universe, solver)
    rows = [np.append(mu, 0.0)]
    sides = [(scale, scale)]
    for row, least, most in (*zip(matrix, low, high, strict=True), *_boxes(universe)):
        for limit, bounds in ((least, (0.0, np.inf)), (most, (-np.inf, 0.0))):
            if np.isfinite(limit):
                rows.append(np.append(row, -limit))
                sides.append((0.0, 0.0) if least == most else bounds)
    edges = np.array(sides)
    P = np.zeros((n + 1, n + 1))
    P[:n, :n] = universe.covariance
    lower = np.append(np.minimum(universe.lower, 0.0), SLACK)
    y = solver.solve(
        Problem(P, np.zeros(n + 1), np.array(rows), edges[:, 0], edges[:, 1], lower, np.full(n + 1, np.inf)),
        "target: maximum Sharpe",
    )
    weights: Floats = y[:n] / y[n]
    return weights


def at_return(universe: Universe, target: float, solver: Solver) -> Floats:
    """Weights (n) of least variance with an expected return of `target` or more."""
    most = float(universe.expected @ highest_return(universe, solver))
    problem = with_return(universe, min(target, most - SLACK))
    return solver.solve(problem, "target: mean-variance at a return")[: universe.size]


def at_volatility(universe: Universe, target: float, solver: Solver) -> Floats:
    """Weights (n) of most expected return with a volatility of `target` or less."""
    least = minimum_variance(universe, solver)
    if volatility(least, universe.covariance) >= target - SLACK:
        return least
    matrix, low, high = universe.rows
    root = np.linalg.cholesky(universe.covariance + 1e-14 * np.eye(universe.size)).T
    limits = sparse.csr_matrix(matrix), low, high, universe.lower, universe.upper
    problem = Problem(None, -universe.expected, *limits, cones=(Cone(sparse.csr_matrix(root), target),))
    return solver.solve(problem, "target: mean-variance at a volatility")


def highest_return(universe: Universe, solver: Solver) -> Floats:
    """Weights (n) of the highest expected return."""
    return minimise_linear(universe, -universe.expected, solver, "target: highest return")


def with_return(universe: Universe, least: float) -> Problem:
    """The least variance with expected return of at least `least`, which is the program's last row."""
    program = risk_program(universe, 1.0, np.zeros(universe.size))
    row = np.concatenate((universe.expected, np.zeros(len(program.q) - universe.size)))
    stack = np.vstack if isinstance(program.A, np.ndarray) else _vstack
    return Problem(
        program.P,
        program.q,
        stack((program.A, row[None])),
        np.append(program.low, least),
        np.append(program.high, np.inf),
        program.lower,
        program.upper,
    )


def _best(universe: Universe, aversion: float, solver: Solver, purpose: str) -> Floats:
    return minimise_risk(universe, aversion, -universe.expected, solver, purpose)


def _boxes(universe: Universe) -> list[tuple[Floats, float, float]]:
    """Bounds of single assets that are more than a floor of zero, as rows."""
    one = np.eye(universe.size)
    bounds = zip(one, universe.lower, universe.upper, strict=True)
    return [(row, low or -np.inf, high) for row, low, high in bounds if low or np.isfinite(high)]


def _vstack(parts: tuple[sparse.csc_matrix, Floats]) -> sparse.csc_matrix:
    return sparse.vstack(parts, format="csc")
