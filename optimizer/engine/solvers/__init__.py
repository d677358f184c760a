"""Convex programs behind one small interface: piqp for quadratic ones, HiGHS for linear ones, Clarabel as the fallback
of both and for cones.

All run on one thread; piqp stops by iteration count, the others also by time, as the last line of defence. A quadratic
program with the matrices of one solved before only updates its numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import piqp

from optimizer.engine.errors import SolverFailed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.conic import conic, quickly
from optimizer.engine.solvers.linear import linear
from optimizer.engine.solvers.problem import Answer, Problem
from optimizer.engine.solvers.quadratic import Known
from optimizer.engine.types import Solve

FEASIBLE = 1e-7
INFEASIBLE = {"PrimalInfeasible", "AlmostPrimalInfeasible", "Infeasible"}
KEPT = 8

Run: TypeAlias = "Callable[[Problem, str], tuple[Answer | None, Solve]]"


class Unsolvable(Exception):
    """The rows contradict each other: no x exists."""


@dataclass(slots=True)
class Solver:
    """Solves and keeps a record of what was tried. One per plan."""

    log: list[Solve] = field(default_factory=list)
    _known: "dict[tuple[int, int], Known]" = field(default_factory=dict, repr=False)

    def solve(self, problem: Problem, purpose: str) -> Floats:
        """The minimiser, inside its box. Raises Unsolvable, or SolverFailed when every solver gave up."""
        return self.answer(problem, purpose).x

    def answer(self, problem: Problem, purpose: str) -> Answer:
        """The same with the multipliers."""
        tried: list[str] = []
        for run in self._order(problem):
            answer, solve = run(problem, purpose)
            self.log.append(solve)
            tried.append(f"{solve.solver}: {solve.status}")
            if answer is not None and problem.violation(answer.x) <= FEASIBLE:
                inside = np.clip(answer.x, problem.lower, problem.upper)
                return Answer(inside, answer.rows, answer.cones, answer.products)
            if run not in (self._piqp, quickly) and solve.status in INFEASIBLE:
                raise Unsolvable(purpose)
        raise SolverFailed(purpose, tuple(tried))

    def _order(self, problem: Problem) -> tuple[Run, ...]:
        if problem.products is not None:
            return quickly, conic
        if problem.conic:
            return (conic,)
        return linear if problem.P is None else self._piqp, conic

    def sweep(self, problem: Problem, lows: Floats, purpose: str) -> list[Floats]:
        """The minimisers as the last row's lower limit takes each of `lows`: one set-up, then one number changes."""
        known, found = Known(problem), []
        sides = problem.low[known.between].copy()
        for low in lows:
            sides[-1] = low
            known.solver.update(h_l=sides)
            status, result = known.solver.solve(), known.solver.result
            self.log.append(Solve(purpose, "piqp", status.name, int(result.info.iter)))
            found.append(np.array(result.x) if status == piqp.PIQP_SOLVED else np.full(len(problem.q), np.inf))
        outside = [not gap <= FEASIBLE for gap in _violations(problem, np.array(found), lows)]
        return [
            self.solve(replace(problem, low=np.append(problem.low[:-1], low)), purpose) if bad else x
            for x, low, bad in zip(found, lows, outside, strict=True)
        ]

    def _piqp(self, problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
        key = (id(problem.P), id(problem.A))
        known = self._known.get(key)
        if known is None or not known.fits(problem):
            known = Known(problem)
            self._known[key] = known
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return known.solve(problem, purpose)


def _violations(problem: Problem, found: Floats, lows: Floats) -> Floats:
    """How far each row of `found` is outside, the last row's lower limit taken from `lows`; not a number: not found."""
    with np.errstate(invalid="ignore"):
        rows = found @ problem.A.T
        low = np.repeat(problem.low[None], len(found), axis=0)
        low[:, -1] = lows
        gaps = (low - rows, rows - problem.high, problem.lower - found, found - problem.upper)
        worst: Floats = np.max(np.hstack(gaps), axis=1)
    return worst
