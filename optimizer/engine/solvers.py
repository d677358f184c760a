"""Convex programs behind one small interface: piqp for quadratic ones, HiGHS for linear ones, Clarabel as the fallback
of both and for cones.

All run on one thread; piqp stops by iteration count, the others also by time, as the last line of defence. A quadratic
program with the matrices of one solved before only updates its numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import clarabel
import numpy as np
import piqp
from numpy.typing import NDArray
from scipy import sparse

from optimizer.engine.errors import SolverFailed
from optimizer.engine.linear import SECONDS, Simplex
from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.types import Solve

FEASIBLE = 1e-7
REACH = 10.0
"""More than any column of a program comes to: in units of the household's value, no sum of trades or gains does."""
INFEASIBLE = {"PrimalInfeasible", "AlmostPrimalInfeasible", "Infeasible"}
KEPT = 8
ROUGH = 1e-5, 1e-7
"""Tolerances of gap and feasibility for relaxations: `bound` is safe whatever they are."""

Index = NDArray[np.intp]
Matrix: TypeAlias = Any  # scipy sparse or Floats
Entries = Mapping[int, float]  # column -> coefficient
Run: TypeAlias = "Callable[[Problem, str], tuple[Answer | None, Solve]]"


class Unsolvable(Exception):
    """The rows contradict each other: no x exists."""


@dataclass(frozen=True, slots=True)
class Cone:
    """norm(F x + offset) <= radius + sum of head entries times x; `head` holds a slack where the limit may give."""

    matrix: sparse.csr_matrix
    radius: float
    head: Entries = field(default_factory=dict)
    offset: Floats | None = None

    def parts(self, x: Floats) -> Floats:
        """The right side, then the vector whose norm it bounds."""
        tail = self.matrix @ x + (0.0 if self.offset is None else self.offset)
        return np.concatenate(([self.radius + sum(value * x[j] for j, value in self.head.items())], tail))


@dataclass(frozen=True, slots=True)
class Products:
    """x[left] x[right] >= x[middle]^2 with x[left], x[right] >= 0, for many triples of columns at once."""

    left: Index
    right: Index
    middle: Index


@dataclass(frozen=True, slots=True)
class Defined:
    """Columns without a box and the equation that defines each, in which it has the coefficient `sign`, 1 or -1."""

    columns: Index
    rows: Index
    sign: float = 1.0


@dataclass(frozen=True, slots=True)
class Problem:
    """min 1/2 x'Px + q'x  subject to  low <= Ax <= high, lower <= x <= upper, and the cones. Infinite: open.

    P and A are both sparse or both dense: dense is the faster for a full P of some hundred columns. In a linear program
    P is None and A sparse. `defined` stands in an order in which an equation holds no column of an earlier step.
    Solvers do not need it; `bound` does.
    """

    P: Matrix
    q: Floats
    A: Matrix
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    cones: tuple[Cone, ...] = ()
    products: Products | None = None
    defined: tuple[Defined, ...] = ()

    @property
    def conic(self) -> bool:
        return bool(self.cones) or self.products is not None

    def value(self, x: Floats) -> float:
        curved = 0.0 if self.P is None else x @ (self.P @ x) / 2
        return float(curved + self.q @ x)

    def violation(self, x: Floats) -> float:
        """How far x is outside, in units of the rows; of products the excess of the square."""
        rows = self.A @ x
        gaps = [self.low - rows, rows - self.high, self.lower - x, x - self.upper]
        for cone in self.cones:
            parts = cone.parts(x)
            gaps.append(np.array([np.linalg.norm(parts[1:]) - parts[0]]))
        if self.products is not None:
            room = np.maximum(x[self.products.left], 0) * np.maximum(x[self.products.right], 0)
            gaps.append(x[self.products.middle] ** 2 - room)
        return max((float(gap.max()) for gap in gaps if gap.size), default=0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A minimiser and its multipliers.

    `rows`: one a row of A, what the objective falls by a unit of the limit: positive where `high` holds, negative where
    `low` does. `cones`: one vector a cone, in the order of its parts. `products`: triples (3 x count).
    """

    x: Floats
    rows: Floats
    cones: tuple[Floats, ...] = ()
    products: Floats | None = None


@dataclass(slots=True)
class Solver:
    """Solves and keeps a record of what was tried. One per plan."""

    log: list[Solve] = field(default_factory=list)
    _known: "dict[tuple[int, int], _Known]" = field(default_factory=dict, repr=False)

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
            if run not in (self._piqp, _quickly) and solve.status in INFEASIBLE:
                raise Unsolvable(purpose)
        raise SolverFailed(purpose, tuple(tried))

    def _order(self, problem: Problem) -> tuple[Run, ...]:
        if problem.products is not None:
            return _quickly, _clarabel
        if problem.conic:
            return (_clarabel,)
        return _highs if problem.P is None else self._piqp, _clarabel

    def sweep(self, problem: Problem, lows: Floats, purpose: str) -> list[Floats]:
        """The minimisers as the last row's lower limit takes each of `lows`: one set-up, then one number changes."""
        known, found = _Known(problem), []
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
            known = _Known(problem)
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
    slope = curved + problem.q + problem.A.T @ (up - down)
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
        slope -= problem.A.T @ step
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


def _size(problem: Problem) -> float:
    """What the objective is divided by to be of order one, which is what solver tolerances mean."""
    diagonal = np.zeros(0) if problem.P is None else problem.P.diagonal()
    curved = diagonal[diagonal > 0]
    return float(curved.mean()) if curved.size else float(np.abs(problem.q).max(initial=0.0)) or 1.0


class _Known:
    """A quadratic program that piqp has set up; another with the same matrices is an update of its vectors."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.size = _size(problem)
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


def _highs(problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
    size = _size(problem)
    program = Simplex(problem.q / size, problem.A, (problem.low, problem.high), (problem.lower, problem.upper))
    found, solve = program.solve(purpose)
    return None if found is None else Answer(found[0], -found[1] * size), solve


def _quickly(problem: Problem, purpose: str) -> tuple[Answer | None, Solve]:
    """Steps that are not refined take about two thirds of the time, and only seldom lead nowhere."""
    return _clarabel(problem, purpose, refined=False)


def _clarabel(problem: Problem, purpose: str, refined: bool = True) -> tuple[Answer | None, Solve]:
    settings = clarabel.DefaultSettings()
    settings.iterative_refinement_enable = refined
    settings.verbose, settings.max_threads, settings.time_limit = False, 1, SECONDS
    gap, feasible = ROUGH if problem.products is not None else (1e-9, 1e-9) if problem.conic else (1e-10, 1e-10)
    size = 0.01 if problem.products is not None else _size(problem)
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
