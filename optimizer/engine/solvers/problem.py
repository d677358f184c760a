"""A convex program and its answer, as every solver takes and gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.engine.risk.returns import Floats

Index = NDArray[np.intp]
Matrix: TypeAlias = Any  # scipy sparse or Floats
Entries = Mapping[int, float]  # column -> coefficient


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

    @property
    def size(self) -> float:
        """What the objective is divided by to be of order one, which is what solver tolerances mean."""
        diagonal = np.zeros(0) if self.P is None else self.P.diagonal()
        curved = diagonal[diagonal > 0]
        return float(curved.mean()) if curved.size else float(np.abs(self.q).max(initial=0.0)) or 1.0


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
