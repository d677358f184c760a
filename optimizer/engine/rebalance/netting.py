"""The tax of a year's net short and long gains, T(S, L), as convex pieces.

The tax engine says T exactly (holdings.tax.shape): in each region of the plane a sum of piecewise linear curves of
straight combinations of S and L, brackets, investment tax, state and loss limit inside. A curve is convex but where a
gain lifts income into a rate that falls, as at the edges of the preferential rates: there it is parted. On each piece
T is then the largest of a few linear functions, so each piece is one quadratic program.

A loss that goes on to the next year is worth v a dollar, at most what the last dollar saves that this year takes up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, product

import numpy as np

from holdings.tax.shape import Curve, Part, Region, Shape
from holdings.tax.us.netting import Rates
from holdings.tax.us.shape import shape_at
from optimizer.engine.rebalance.polygon import Point, Row, between, box, clipped, height
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import TaxInput

Line = Row
REACH = 10.0  # larger than any sum of gains in units of V
FLAT = 1e-12


@dataclass(frozen=True, slots=True)
class Bent:
    """A piecewise linear function in units of V: slope x + offset, of the stretch between two knots that x lies in."""

    knots: Floats
    slopes: Floats
    offsets: Floats

    def at(self, x: Floats) -> Floats:
        stretch = np.searchsorted(self.knots, x, side="right")
        value: Floats = self.slopes[stretch] * x + self.offsets[stretch]
        return value

    def at_one(self, x: float) -> float:
        stretch = int(np.searchsorted(self.knots, x, side="right"))
        return float(self.slopes[stretch]) * x + float(self.offsets[stretch])

    def slope(self, x: float) -> float:
        """To the right of x."""
        return float(self.slopes[np.searchsorted(self.knots, x, side="right")])


@dataclass(frozen=True, slots=True)
class Term:
    """A curve of a S + b L."""

    a: float
    b: float
    curve: Bent


@dataclass(frozen=True, slots=True)
class Zone:
    """A region of the plane and its terms: `worth` with carried losses at their value, `due` of this year alone."""

    name: str
    domain: tuple[Line, ...]
    worth: tuple[Term, ...]
    due: tuple[Term, ...]

    def contains(self, short: float, long: float) -> bool:
        return all(height(row, (short, long)) >= 0 for row in self.domain)


@dataclass(frozen=True, slots=True)
class Schedule:
    """T in units of V. `carry`: the worth of a carried dollar. `start`: S and L of a year without sales."""

    zones: tuple[Zone, ...]
    carry: float
    start: Point

    def this_year(self) -> "Schedule":
        """The same with nothing given for a carried loss: the tax that is paid."""
        return replace(self, zones=tuple(replace(zone, worth=zone.due) for zone in self.zones), carry=0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One convex piece: `domain` rows (a, b, c) mean a S + b L + c >= 0; T is the largest line a S + b L + c.

    `due` are the lines of what is paid this year, T with nothing given for a carried loss.
    """

    name: str
    domain: tuple[Line, ...]
    lines: tuple[Line, ...]
    due: tuple[Line, ...]

    def contains(self, short: float, long: float) -> bool:
        return all(height(row, (short, long)) >= 0 for row in self.domain)


def shape_of(tax: TaxInput) -> Shape:
    """As the tax engine assessed the year, else three lines at the rates that are entered."""
    if tax.year is not None:
        return tax.year.shape
    ordinary = tax.short_rate if tax.ordinary_rate is None else tax.ordinary_rate
    rates = Rates(tax.short_rate, tax.long_rate, ordinary, tax.state_rate)
    return shape_at(rates, tax.loss_limit, (-tax.short_carry, -tax.long_carry))


def schedule(tax: TaxInput, value: float) -> Schedule:
    """The schedule in units of a household worth `value`."""
    shape = shape_of(tax)
    carry = min(tax.carry_value, shape.loss_rate)
    start = float(shape.start[0]) / value, float(shape.start[1]) / value
    return Schedule(tuple(_zone(region, carry, value) for region in shape.regions), float(carry), start)


def tax(short: Floats, long: Floats, rates: Schedule) -> Floats:
    """T at each pair of net short and net long gains (any one shape), in the same unit; zero where both are."""
    inside, values = [], []
    for zone in rates.zones:
        rows = [a * short + b * long + c >= 0 for a, b, c in zone.domain]
        inside.append(np.all([np.ones_like(short, dtype=bool), *rows], axis=0))
        values.append(sum(term.curve.at(term.a * short + term.b * long) for term in zone.worth))
    chosen: Floats = np.select(inside, values)
    return chosen


def tax_at(short: float, long: float, rates: Schedule) -> float:
    """T at one pair: the same sum, many times as fast."""
    zone = next(zone for zone in rates.zones if zone.contains(short, long))
    return sum(term.curve.at_one(term.a * short + term.b * long) for term in zone.worth)


def marginal(short: float, long: float, rates: Schedule) -> Point:
    """Slopes of T in S and in L, those of rising gains where T has a corner."""
    zone = next(zone for zone in rates.zones if zone.contains(short, long))
    slopes = [(term, term.curve.slope(term.a * short + term.b * long)) for term in zone.worth]
    return sum(term.a * slope for term, slope in slopes), sum(term.b * slope for term, slope in slopes)


def mean_slopes(start: Point, end: Point, rates: Schedule) -> Point:
    """Mean slopes of T in S and in L on the straight way between two points, exact: they add up to its change."""
    rows = {row for zone in rates.zones for row in zone.domain}
    levels = [(height(row, start), height(row, end)) for row in rows]
    crossed = sorted(one / (one - other) for one, other in levels if one * other < 0)
    short = long = 0.0
    for left, right in pairwise([0.0, *crossed, 1.0]):
        middle = between(start, end, (left + right) / 2)
        zone = next(zone for zone in rates.zones if zone.contains(*middle))
        for term in zone.worth:
            slope = (right - left) * _mean_slope(term, between(start, end, left), between(start, end, right))
            short, long = short + term.a * slope, long + term.b * slope
    return short, long


def pieces(rates: Schedule) -> list[Piece]:
    """The pieces of T on the whole plane."""
    return reachable(rates, (-REACH, REACH), (-REACH, REACH))


def reachable(rates: Schedule, short: Point, long: Point) -> list[Piece]:
    """The pieces that some S and L within these bounds lie in, each with the lines that T takes there."""
    within = box(short, long)
    return [piece for zone in rates.zones for piece in _parted(zone, clipped(within, zone.domain))]


def _zone(region: Region, carry: Decimal, value: float) -> Zone:
    worth, due = [], []
    for part in region.parts:
        worth.append(Term(part.first, part.second, _bent(_valued(part, carry), value)))
        due.append(Term(part.first, part.second, _bent(part.due, value)))
    domain = tuple((float(a), float(b), 0.0) for a, b in region.domain)
    return Zone(region.name, domain, tuple(worth), tuple(due))


def _valued(part: Part, carry: Decimal) -> Curve:
    """The tax due less what the carried loss is worth."""
    knots = tuple(sorted({*part.due.knots, *part.carried.knots}))
    first = part.due.slopes[0] + carry * part.carried.slopes[0]
    return Curve(knots, (first, *(part.due.slope(knot) + carry * part.carried.slope(knot) for knot in knots)))


def _bent(curve: Curve, value: float) -> Bent:
    """The curve in units of V; the offsets join its stretches and leave it zero at zero."""
    knots = np.array([float(knot) / value for knot in curve.knots])
    slopes = np.array([float(slope) for slope in curve.slopes])
    offsets = np.concatenate(([0.0], np.cumsum(-np.diff(slopes) * knots)))
    return Bent(knots, slopes, offsets - offsets[np.searchsorted(knots, 0.0, side="right")])


def _mean_slope(term: Term, start: Point, end: Point) -> float:
    low, high = (term.a * short + term.b * long for short, long in (start, end))
    if abs(high - low) < FLAT:
        return term.curve.slope(low)
    first, last = term.curve.at(np.array([low, high]))
    return float(last - first) / (high - low)


def _parted(zone: Zone, polygon: list[Point]) -> Iterator[Piece]:
    """One piece for each way to choose a convex run of every term."""
    if not polygon:
        return
    runs = [list(_runs(worth, due, polygon)) for worth, due in zip(zone.worth, zone.due, strict=True)]
    for number, rows in enumerate(product(*runs)):
        domain = (*zone.domain, *(row for run in rows for row in run))
        inside = clipped(polygon, domain)
        if inside:
            name = f"{zone.name} {number + 1}" if number else zone.name
            yield Piece(name, domain, _lines(zone.worth, inside), _lines(zone.due, inside))


def _runs(worth: Term, due: Term, polygon: list[Point]) -> Iterator[tuple[Line, ...]]:
    """Rows that bound each stretch within reach on which both curves are convex."""
    heights = [worth.a * short + worth.b * long for short, long in polygon]
    falls = {
        float(at)
        for curve in (worth.curve, due.curve)
        for at in curve.knots[np.diff(curve.slopes) < -FLAT]
        if min(heights) < at < max(heights)
    }
    ends = [None, *sorted(falls), None]
    for low, high in pairwise(ends):
        below = () if low is None else ((worth.a, worth.b, -low),)
        above = () if high is None else ((-worth.a, -worth.b, high),)
        yield (*below, *above)


def _lines(terms: tuple[Term, ...], polygon: list[Point]) -> tuple[Line, ...]:
    """The sums of the terms' straight stretches that meet within the polygon."""
    found: dict[Line, None] = {}
    for stretches in product(*(list(_stretches(term)) for term in terms)):
        rows = tuple(row for bounds, _ in stretches for row in bounds)
        if clipped(polygon, rows):
            lines = [line for _, line in stretches]
            found[sum(a for a, _, _ in lines), sum(b for _, b, _ in lines), sum(c for _, _, c in lines)] = None
    return tuple(found)


def _stretches(term: Term) -> Iterator[tuple[tuple[Line, ...], Line]]:
    """Between which rows the term is which line."""
    a, b, curve = term.a, term.b, term.curve
    for n, (slope, offset) in enumerate(zip(curve.slopes, curve.offsets, strict=True)):
        below = ((a, b, -float(curve.knots[n - 1])),) if n else ()
        above = ((-a, -b, float(curve.knots[n])),) if n < len(curve.knots) else ()
        yield (*below, *above), (float(slope) * a, float(slope) * b, float(offset))
