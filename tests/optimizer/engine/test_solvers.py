"""Both solvers give the same answer, and say so when there is none; their multipliers bound the objective."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.solvers.conic import conic
from optimizer.engine.solvers.duality import bound
from optimizer.engine.solvers.problem import Cone, Problem, Products


def budget_problem(n: int = 6, **kwargs) -> Problem:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(n, n))
    return Problem(
        P=sparse.csc_matrix(root @ root.T),
        q=rng.normal(size=n),
        A=sparse.csr_matrix(np.vstack((np.ones(n), np.arange(n)))),
        low=np.array([1.0, -np.inf]),
        high=np.array([1.0, kwargs.pop("high", 3.0)]),
        lower=np.zeros(n),
        upper=np.full(n, kwargs.pop("upper", 0.4)),
        **kwargs,
    )


def test_piqp_andconic_agree_on_the_answer_and_its_multipliers():
    solver = Solver()
    first = solver.answer(budget_problem(), "test")
    second, _ = conic(budget_problem(), "test")
    assert first.x == pytest.approx(second.x, abs=1e-6)
    assert first.rows == pytest.approx(second.rows, abs=1e-5)
    assert [solve.solver for solve in solver.log] == ["piqp"]


def test_other_bounds_of_a_known_program_give_what_a_new_one_gives():
    solver, first = Solver(), budget_problem()
    solver.solve(first, "test")
    tight = replace(first, upper=np.array([0.0, 0.4, 0.0, 0.5, 0.4, 0.4]), high=np.array([1.0, 2.5]))
    assert solver.solve(tight, "test") == pytest.approx(Solver().solve(tight, "test"), abs=1e-8)
    assert solver.solve(first, "test") == pytest.approx(Solver().solve(first, "test"), abs=1e-8)


def test_the_cone_holds():
    cone = Cone(sparse.identity(6, format="csr"), 0.45)
    x = Solver().solve(budget_problem(cones=(cone,)), "test")
    assert np.linalg.norm(x) <= 0.45 + 1e-7


def test_a_cone_around_a_point_holds_and_its_head_gives_way():
    centre = np.full(6, -0.2)
    around = Cone(sparse.identity(6, format="csr"), 0.1, {0: 1.0}, centre)
    x = Solver().solve(budget_problem(cones=(around,)), "test")
    assert np.linalg.norm(x - 0.2) <= 0.1 + x[0] + 1e-7


def test_products_hold():
    triples = Products(np.array([0, 1]), np.array([2, 3]), np.array([4, 5]))
    x = Solver().solve(budget_problem(products=triples), "test")
    assert x[4] ** 2 <= x[0] * x[2] + 1e-7
    assert x[5] ** 2 <= x[1] * x[3] + 1e-7


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"cones": (Cone(sparse.identity(6, format="csr"), 0.45),)},
        {"cones": (Cone(sparse.identity(6, format="csr"), 0.1, {0: 1.0}, np.full(6, -0.2)),)},
        {"products": Products(np.array([0, 1]), np.array([2, 3]), np.array([4, 5]))},
    ],
)
def test_the_bound_is_below_the_least_value_and_next_to_it(kwargs):
    problem = budget_problem(**kwargs)
    answer = Solver().answer(problem, "test")
    assert 0 <= problem.value(answer.x) - bound(problem, answer) < 1e-6


def test_the_bound_holds_for_any_multipliers():
    problem = budget_problem(products=Products(np.array([0, 1]), np.array([2, 3]), np.array([4, 5])))
    answer, rng = Solver().answer(problem, "test"), np.random.default_rng(1)
    for _ in range(100):
        wrong = replace(answer, x=rng.normal(size=6), rows=rng.normal(size=2), products=rng.normal(size=(3, 2)))
        assert bound(problem, wrong) <= problem.value(answer.x)


def test_contradicting_rows_are_unsolvable_and_both_solvers_were_asked():
    solver = Solver()
    with pytest.raises(Unsolvable):
        solver.solve(budget_problem(upper=0.1), "test")
    assert [solve.solver for solve in solver.log] == ["piqp", "clarabel"]
