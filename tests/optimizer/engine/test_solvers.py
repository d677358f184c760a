"""Both solvers give the same answer, and say so when there is none."""

import numpy as np
import pytest
from scipy import sparse

from optimizer.engine.solvers import Cone, Problem, Solver, Unsolvable, _clarabel, _piqp


def budget_problem(n: int = 6, **kwargs) -> Problem:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(n, n))
    return Problem(
        P=sparse.csc_matrix(root @ root.T),
        q=rng.normal(size=n),
        A=sparse.csc_matrix(np.vstack((np.ones(n), np.arange(n)))),
        low=np.array([1.0, -np.inf]),
        high=np.array([1.0, kwargs.pop("high", 3.0)]),
        lower=np.zeros(n),
        upper=np.full(n, kwargs.pop("upper", 0.4)),
        **kwargs,
    )


def test_piqp_and_clarabel_agree():
    first, _ = _piqp(budget_problem(), "test")
    second, _ = _clarabel(budget_problem(), "test")
    assert first == pytest.approx(second, abs=1e-6)


def test_the_cone_holds():
    cone = Cone(sparse.identity(6, format="csc"), 0.45)
    x = Solver().solve(budget_problem(cone=cone), "test")
    assert np.linalg.norm(x) <= 0.45 + 1e-7


def test_contradicting_rows_are_unsolvable_and_both_solvers_were_asked():
    solver = Solver()
    with pytest.raises(Unsolvable):
        solver.solve(budget_problem(upper=0.1), "test")
    assert [solve.solver for solve in solver.log] == ["piqp", "clarabel"]
