"""Cone programs by Clarabel, which is also the second opinion on all others."""

import clarabel
import numpy as np
from scipy import sparse

from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.solvers.problem import Answer, Cone, Index, Problem, Products
from optimizer.engine.types import Solve

SECONDS = 10.0
ROUGH = 1e-5, 1e-7
"""Tolerances of gap and feasibility for relaxations: `bound` is safe whatever they are."""


def quickly(problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
    """Steps that are not refined take about two thirds of the time, and only seldom lead nowhere."""
    return conic(problem, purpose, refined=False)


def conic(problem: Problem, purpose: str, refined: bool = True) -> tuple[Answer | None, Solve]:
    settings = clarabel.DefaultSettings()
    settings.iterative_refinement_enable = refined
    settings.verbose, settings.max_threads, settings.time_limit = False, 1, SECONDS
    gap, feasible = ROUGH if problem.products is not None else (1e-9, 1e-9) if problem.conic else (1e-10, 1e-10)
    size = 0.01 if problem.products is not None else problem.size
    settings.tol_gap_abs = settings.tol_gap_rel = gap
    settings.tol_feas = feasible
    form = _Form(problem)
    flat = sparse.csc_matrix((len(problem.q), len(problem.q)))
    quadratic = flat if problem.P is None else sparse.triu(problem.P, format="csc") / size
    solver = clarabel.DefaultSolver(quadratic, problem.q / size, form.matrix, form.right, form.cones, settings)
    solution = solver.solve()
    status = str(solution.status)
    solve = Solve(purpose, "clarabel", status, int(solution.iterations))
    if status not in ("Solved", "AlmostSolved"):
        return None, solve
    return form.answer(np.array(solution.x), np.array(solution.z) * size), solve


class _Form:
    """Clarabel's form: matrix x + s = right with s in the cones.

    Rows in the order: equations, upper sides, lower sides, upper and lower bounds of columns, cones, products.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.equal = problem.low == problem.high
        self.top = ~self.equal & np.isfinite(problem.high)
        self.bottom = ~self.equal & np.isfinite(problem.low)
        up, down = np.flatnonzero(np.isfinite(problem.upper)), np.flatnonzero(np.isfinite(problem.lower))
        self.parts: list[tuple[Index, Index, Floats]] = []
        self.rights: list[Floats] = []
        self.count = 0
        rows = sparse.coo_matrix(problem.A)
        self._chosen(rows, self.equal, 1.0, problem.high)
        self._chosen(rows, self.top, 1.0, problem.high)
        self._chosen(rows, self.bottom, -1.0, problem.low)
        self._add(np.arange(len(up)), up, np.ones(len(up)), problem.upper[up])
        self._add(np.arange(len(down)), down, -np.ones(len(down)), -problem.lower[down])
        self.flat, equations = self.count, int(self.equal.sum())
        self.cones: list[object] = [
            clarabel.ZeroConeT(equations),
            clarabel.NonnegativeConeT(self.flat - equations),
        ]
        for cone in problem.cones:
            self._cone(cone)
        if problem.products is not None:
            self._products(problem.products)
        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        self.matrix = sparse.csc_matrix((value, (row, column)), shape=(self.count, len(problem.q)))
        self.right = np.concatenate(self.rights)

    def _add(self, row: Index, column: Index, value: Floats, right: Floats) -> None:
        self.parts.append((row + self.count, column, value))
        self.rights.append(right)
        self.count += len(right)

    def _chosen(self, rows: sparse.coo_matrix, chosen: Mask, sign: float, right: Floats) -> None:
        """The chosen rows of a matrix, times the sign."""
        place = np.cumsum(chosen) - 1
        kept = chosen[rows.row]
        self._add(place[rows.row[kept]], rows.col[kept], sign * rows.data[kept], sign * right[chosen])

    def _cone(self, cone: Cone) -> None:
        made = sparse.coo_matrix(cone.matrix)
        column = np.fromiter(cone.head, dtype=np.intp, count=len(cone.head))
        head = np.fromiter(cone.head.values(), dtype=float, count=len(cone.head))
        offset = np.zeros(made.shape[0]) if cone.offset is None else cone.offset
        row = np.concatenate((np.zeros_like(column), made.row + 1))
        value = np.concatenate((-head, -made.data))
        self._add(row, np.concatenate((column, made.col)), value, np.concatenate(([cone.radius], offset)))
        self.cones.append(clarabel.SecondOrderConeT(1 + made.shape[0]))

    def _products(self, products: Products) -> None:
        """Rows (left + right, left - right, 2 middle): the product cone as second-order cones of three rows."""
        count = len(products.left)
        first, one = 3 * np.arange(count, dtype=np.intp), np.ones(count)
        row = np.concatenate((first, first, first + 1, first + 1, first + 2))
        column = np.concatenate((products.left, products.right, products.left, products.right, products.middle))
        self._add(row, column, np.concatenate((-one, -one, -one, one, -2 * one)), np.zeros(3 * count))
        self.cones += [clarabel.SecondOrderConeT(3)] * count

    def answer(self, x: Floats, z: Floats) -> Answer:
        """Multipliers by row and cone from those of the form."""
        equal, top = int(self.equal.sum()), int(self.top.sum())
        rows = np.zeros(len(self.problem.low))
        rows[self.equal] = z[:equal]
        rows[self.top] += z[equal : equal + top]
        rows[self.bottom] -= z[equal + top : equal + top + int(self.bottom.sum())]
        cones, at = [], self.flat
        for cone in self.problem.cones:
            cones.append(z[at : at + 1 + cone.matrix.shape[0]])
            at += 1 + cone.matrix.shape[0]
        products = None if self.problem.products is None else z[at:].reshape(-1, 3).T
        return Answer(x, rows, tuple(cones), products)
