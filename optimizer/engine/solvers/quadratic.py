"""Quadratic programs by piqp."""

import numpy as np
import piqp
from scipy import sparse

from optimizer.engine.solvers.problem import Answer, Problem
from optimizer.engine.types import Solve


class Known:
    """A quadratic program that piqp has set up; another with the same matrices is an update of its vectors."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.size = problem.size
        self.equal = problem.low == problem.high
        dense = isinstance(problem.P, np.ndarray)
        form = np.asfortranarray if dense else sparse.csc_matrix
        self.solver = piqp.DenseSolver() if dense else piqp.SparseSolver()
        self.solver.settings.num_threads = 1
        self.solver.settings.eps_abs = 1e-9
        self.solver.settings.eps_rel = 1e-10
        rows = problem.A if dense else sparse.csr_matrix(problem.A)
        # piqp leaves rows out whose two sides are open, so such a row is none here either
        self.open = ~self.equal & ~np.isfinite(problem.low) & ~np.isfinite(problem.high)
        self.between = ~self.equal & ~self.open
        self.solver.setup(
            form(problem.P / self.size),
            problem.q / self.size,
            form(rows[self.equal]),
            problem.low[self.equal],
            form(rows[self.between]),
            problem.low[self.between],
            problem.high[self.between],
            problem.lower,
            problem.upper,
        )

    def fits(self, problem: Problem) -> bool:
        """Whether only numbers differ, not which rows are equations or which sides are open."""
        mine = self.problem
        return all(
            np.array_equal(one, other)
            for one, other in (
                (problem.low == problem.high, self.equal),
                (np.isfinite(problem.low), np.isfinite(mine.low)),
                (np.isfinite(problem.high), np.isfinite(mine.high)),
                (np.isfinite(problem.lower), np.isfinite(mine.lower)),
                (np.isfinite(problem.upper), np.isfinite(mine.upper)),
            )
        )

    def solve(self, problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
        if problem is not self.problem:
            self._update(problem)
        status = self.solver.solve()
        result = self.solver.result
        solve = Solve(purpose, "piqp", status.name, int(result.info.iter))
        if status != piqp.PIQP_SOLVED:
            return None, solve
        rows = np.zeros(len(problem.low))
        rows[self.equal] = result.y
        rows[self.between] = np.asarray(result.z_u) - np.asarray(result.z_l)
        return Answer(np.array(result.x), rows * self.size), solve

    def _update(self, problem: Problem) -> None:
        self.solver.update(
            c=problem.q / self.size,
            b=problem.low[self.equal],
            h_l=problem.low[self.between],
            h_u=problem.high[self.between],
            x_l=problem.lower,
            x_u=problem.upper,
        )
        self.problem = problem
