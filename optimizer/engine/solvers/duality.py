"""What multipliers prove: a number that no point of a program is below."""

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.problem import Answer, Problem

REACH = 10.0
"""More than any column of a program comes to: in units of the household's value, no sum of trades or gains does."""


def bound(problem: Problem, answer: Answer) -> float:
    """A number that the objective is nowhere below, whatever the solver's tolerances were.

    Weak duality with the multipliers put into their cones: the Lagrangian is linear but for its curvature, so its least
    value over the box is a sum over columns. What is left of the slope of a defined column goes to its equation, the
    left column of a product (one product each) needs no upper bound, and any other open side counts as REACH.
    """
    slope, constant = lagrangian(problem, answer)
    return constant + float(column_bounds(problem, slope).sum())


def lagrangian(problem: Problem, answer: Answer) -> tuple[Floats, float]:
    """Slope and constant of a linear function below the Lagrangian at the answer's multipliers."""
    x = answer.x
    curved = np.zeros_like(x) if problem.P is None else problem.P @ x
    up = np.where(np.isfinite(problem.high), np.maximum(answer.rows, 0), 0)
    down = np.where(np.isfinite(problem.low), np.maximum(-answer.rows, 0), 0)
    back = problem.A.T
    slope = curved + problem.q + back @ (up - down)
    constant = -float(x @ curved) / 2
    constant += float(down[down > 0] @ problem.low[down > 0] - up[up > 0] @ problem.high[up > 0])
    for cone, multiplier in zip(problem.cones, answer.cones, strict=True):
        head = max(multiplier[0], float(np.linalg.norm(multiplier[1:])))
        slope -= cone.matrix.T @ multiplier[1:]
        for column, value in cone.head.items():
            slope[column] -= head * value
        constant -= head * cone.radius + (0.0 if cone.offset is None else float(multiplier[1:] @ cone.offset))
    if problem.products is not None and answer.products is not None:
        left = problem.products.left
        room = np.where(np.isfinite(problem.upper[left]), np.inf, slope[left])
        first, second, middle = _within(answer.products, room)
        slope[left] = slope[left] - first
        np.subtract.at(slope, problem.products.right, second)
        np.subtract.at(slope, problem.products.middle, 2 * middle)
    for each in problem.defined:
        step = np.zeros(len(problem.low))
        step[each.rows] = slope[each.columns] * each.sign
        slope -= back @ step
        slope[each.columns] = 0.0
        constant += float(step[each.rows] @ problem.low[each.rows])
    return slope, constant


def column_bounds(problem: Problem, slope: Floats) -> Floats:
    """The least value of slope x in each column over the box, whose open sides count as REACH."""
    lower = np.where(np.isfinite(problem.lower), problem.lower, -REACH)
    upper = np.where(np.isfinite(problem.upper), problem.upper, REACH)
    least: Floats = np.minimum(slope * lower, slope * upper)
    return least


def _within(triples: Floats, room: Floats) -> tuple[Floats, Floats, Floats]:
    """Multipliers (left, right, middle) of products that lie in their cone and leave the left slope not below zero.

    The cone in these terms: left x right >= middle^2, both not below zero.
    """
    head, first, second = np.maximum(triples[0], np.hypot(triples[1], triples[2])), triples[1], triples[2]
    left = np.minimum(head + first, np.maximum(room, 0.0))
    middle = np.where(left > 0, second, 0.0)
    right = np.maximum(head - first, middle**2 / np.where(left > 0, left, 1.0))
    return left, right, middle
