"""Convex quadratic programs behind one small interface: piqp first, Clarabel when it fails or a cone is present.

Both run on one thread and stop by iteration count; Clarabel also by time, as the last line of defence.
"""

from dataclasses import dataclass, field

import clarabel
import numpy as np
import piqp
from scipy import sparse

from optimizer.engine.errors import SolverFailed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import Solve

FEASIBLE = 1e-7
SECONDS = 10.0
INFEASIBLE = {"PrimalInfeasible", "AlmostPrimalInfeasible"}


class Unsolvable(Exception):
    """The rows contradict each other: no x exists."""


@dataclass(frozen=True, slots=True)
class Cone:
    """norm(F x) <= radius + x[slack]."""

    matrix: sparse.csc_matrix
    radius: float
    slack: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """min 1/2 x'Px + q'x  subject to  low <= Ax <= high, lower <= x <= upper, and the cone. Infinite sides are open."""

    P: sparse.csc_matrix
    q: Floats
    A: sparse.csc_matrix
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    cone: Cone | None = None

    def violation(self, x: Floats) -> float:
        rows = self.A @ x
        gaps = (self.low - rows, rows - self.high, self.lower - x, x - self.upper)
        worst = max((float(gap.max()) for gap in gaps if gap.size), default=0.0)
        if self.cone is None:
            return worst
        radius = self.cone.radius + (0.0 if self.cone.slack is None else float(x[self.cone.slack]))
        return max(worst, float(np.linalg.norm(self.cone.matrix @ x)) - radius)


@dataclass(slots=True)
class Solver:
    """Solves and keeps a record of what was tried. One per plan."""

    log: list[Solve] = field(default_factory=list)

    def solve(self, problem: Problem, purpose: str) -> Floats:
        """The minimiser, inside its box. Raises Unsolvable, or SolverFailed when every solver gave up."""
        tried: list[str] = []
        for run in (_piqp, _clarabel) if problem.cone is None else (_clarabel,):
            x, solve = run(_scaled(problem), purpose)
            self.log.append(solve)
            tried.append(f"{solve.solver}: {solve.status}")
            if x is not None and problem.violation(x) <= FEASIBLE:
                return np.clip(x, problem.lower, problem.upper)
            if solve.solver == "clarabel" and solve.status in INFEASIBLE:
                raise Unsolvable(purpose)
        raise SolverFailed(purpose, tuple(tried))


def _scaled(problem: Problem) -> Problem:
    """The same problem with an objective of order one, which is what solver tolerances mean."""
    diagonal = problem.P.diagonal()
    curved = diagonal[diagonal > 0]
    size = float(curved.mean()) if curved.size else float(np.abs(problem.q).max(initial=0.0)) or 1.0
    return Problem(
        problem.P / size,
        problem.q / size,
        problem.A,
        problem.low,
        problem.high,
        problem.lower,
        problem.upper,
        problem.cone,
    )


def _piqp(problem: Problem, purpose: str) -> tuple[Floats | None, Solve]:
    solver = piqp.SparseSolver()
    solver.settings.num_threads = 1
    solver.settings.eps_abs = 1e-9
    solver.settings.eps_rel = 1e-10
    equal = problem.low == problem.high
    rows = sparse.csr_matrix(problem.A)
    solver.setup(
        sparse.csc_matrix(problem.P),
        problem.q,
        sparse.csc_matrix(rows[equal]),
        problem.low[equal],
        sparse.csc_matrix(rows[~equal]),
        problem.low[~equal],
        problem.high[~equal],
        problem.lower,
        problem.upper,
    )
    status = solver.solve()
    x = np.array(solver.result.x) if status == piqp.PIQP_SOLVED else None
    return x, Solve(purpose, "piqp", status.name, int(solver.result.info.iter))


def _clarabel(problem: Problem, purpose: str) -> tuple[Floats | None, Solve]:
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_threads, settings.time_limit = False, 1, SECONDS
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
    matrix, right, cones = _standard_form(problem)
    solver = clarabel.DefaultSolver(sparse.triu(problem.P, format="csc"), problem.q, matrix, right, cones, settings)
    solution = solver.solve()
    status = str(solution.status)
    x = np.array(solution.x) if status in ("Solved", "AlmostSolved") else None
    return x, Solve(purpose, "clarabel", status, int(solution.iterations))


def _standard_form(problem: Problem) -> tuple[sparse.csc_matrix, Floats, list[object]]:
    """Clarabel's form: matrix x + s = right with s in the cones."""
    A = sparse.csr_matrix(problem.A)
    one = sparse.identity(len(problem.q), format="csr")
    equal = problem.low == problem.high
    top, bottom = ~equal & np.isfinite(problem.high), ~equal & np.isfinite(problem.low)
    up, down = np.isfinite(problem.upper), np.isfinite(problem.lower)
    blocks = [A[equal], A[top], -A[bottom], one[up], -one[down]]
    rights = [
        problem.high[equal],
        problem.high[top],
        -problem.low[bottom],
        problem.upper[up],
        -problem.lower[down],
    ]
    cones: list[object] = [
        clarabel.ZeroConeT(int(equal.sum())),
        clarabel.NonnegativeConeT(int(top.sum() + bottom.sum() + up.sum() + down.sum())),
    ]
    if problem.cone is not None:
        head = sparse.csr_matrix((1, len(problem.q)))
        if problem.cone.slack is not None:
            head = -one[[problem.cone.slack]]
        blocks += [head, -sparse.csr_matrix(problem.cone.matrix)]
        rights += [np.array([problem.cone.radius]), np.zeros(problem.cone.matrix.shape[0])]
        cones.append(clarabel.SecondOrderConeT(1 + problem.cone.matrix.shape[0]))
    return sparse.vstack(blocks, format="csc"), np.concatenate(rights), cones
