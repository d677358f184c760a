"""A year's tax as an exact function of its two net gains, piecewise linear: what a plan of sales has to reckon with.

S and L are the net gains of the country's two `loss_pots`; where both are one pot, their sum counts. The plane falls
into regions, and in each the tax is a sum of curves, each of one straight combination of S and L.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import QUANTUM, exact
from holdings.ledger.types import ZERO

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Curve:
    """A continuous piecewise linear function that is zero at zero. slopes: before, between and after its knots."""

    knots: tuple[Decimal, ...] = ()
    slopes: tuple[Decimal, ...] = (ZERO,)

    def slope(self, at: Decimal) -> Decimal:
        """The slope to the right of a point."""
        return self.slopes[sum(knot <= at for knot in self.knots)]


@dataclass(frozen=True, slots=True)
class Part:
    """Curves of `first` x S + `second` x L. due: of the year's tax. carried: of the losses that go on, with a minus."""

    first: int
    second: int
    due: Curve
    carried: Curve = Curve()


@dataclass(frozen=True, slots=True)
class Region:
    """A cone of the plane: for each row (a, b) of the domain a S + b L >= 0."""

    name: str
    domain: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The regions cover the plane. Both functions are less their values at S = L = 0.

    start: S and L of a year in which nothing is sold: losses carried in, gains that funds distribute.
    loss_rate: what the last unit of a loss saves that this year still takes up; no carried unit is worth more.
    """

    regions: tuple[Region, ...]
    start: tuple[Decimal, Decimal]
    loss_rate: Decimal


IDENTITY = Curve((), (ONE,))


def curve(function: Callable[[Decimal], Decimal], knots: Iterable[Decimal]) -> Curve:
    """The piecewise linear function, whose slope changes at some of the knots and nowhere else."""
    with localcontext(exact):
        at = sorted({ZERO, *knots})
        points = [at[0] - ONE, *at, at[-1] + ONE]
        values = [function(point) for point in points]
        slopes = [
            ((values[n + 1] - values[n]) / (points[n + 1] - points[n])).quantize(QUANTUM)
            for n in range(len(points) - 1)
        ]
    kept = [n for n in range(len(at)) if slopes[n] != slopes[n + 1]]
    return Curve(tuple(at[n] for n in kept), (slopes[0], *(slopes[n + 1] for n in kept)))


def one_pot(due: Curve, carried: Curve, start: Decimal, loss_rate: Decimal) -> Shape:
    """Of a country that nets all gains together."""
    return Shape((Region("gains", (), (Part(1, 1, due, carried),)),), (ZERO, start), loss_rate)
