"""Linear programs that can grow, by the simplex method of HiGHS."""

import highspy
import numpy as np
from scipy import sparse

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.problem import Answer, Problem
from optimizer.engine.types import Solve

SECONDS = 10.0
SETTINGS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "time_limit": SECONDS,
    "solver": "simplex",
    "primal_feasibility_tolerance": 1e-9,
}
ROWWISE, MINIMISE = 2, 1
Bounds = tuple[Floats, Floats]


class Simplex:
    """min c'x  subject to  low <= Ax <= high, lower <= x <= upper. A row added later starts from the last basis."""

    def __init__(self, c: Floats, A: sparse.spmatrix, rows: Bounds, columns: Bounds) -> None:
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in SETTINGS.items():
            self.highs.setOptionValue(name, value)
        matrix = sparse.csr_matrix(A)
        self.highs.passModel(
            *(len(c), matrix.shape[0], matrix.nnz, ROWWISE, MINIMISE, 0.0),
            *(c, *columns, *rows),
            *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
            np.zeros(len(c), dtype=np.int32),
        )

    def add(self, row: Floats, low: float) -> None:
        """One more row, row'x >= low; row is dense."""
        at = np.flatnonzero(row).astype(np.int32)
        self.highs.addRow(low, np.inf, len(at), at, row[at])

    def solve(self, purpose: str) -> tuple[tuple[Floats, Floats] | None, Solve]:
        """The minimiser and what a unit of each row's limit adds to the objective, or None; and what was tried."""
        self.highs.run()
        status = self.highs.getModelStatus()
        solution = self.highs.getSolution()
        solved = status == highspy.HighsModelStatus.kOptimal
        found = (np.array(solution.col_value), np.array(solution.row_dual)) if solved else None
        word = status.name.removeprefix("k")
        return found, Solve(purpose, "highs", word, int(self.highs.getInfo().simplex_iteration_count))


def linear(problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
    size = problem.size
    program = Simplex(problem.q / size, problem.A, (problem.low, problem.high), (problem.lower, problem.upper))
    found, solve = program.solve(purpose)
    return None if found is None else Answer(found[0], -found[1] * size), solve
