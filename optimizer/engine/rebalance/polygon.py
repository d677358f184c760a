"""Convex polygons in the plane of net short and net long gains, and their parts beside straight lines."""

from collections.abc import Iterable
from math import dist

Point = tuple[float, float]
Row = tuple[float, float, float]
"""(a, b, c) is the half plane a x + b y + c >= 0."""
SLIVER = 1e-12


def box(x: Point, y: Point) -> list[Point]:
    """The corners of all points between two bounds each."""
    return [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]


def height(row: Row, point: Point) -> float:
    return row[0] * point[0] + row[1] * point[1] + row[2]


def between(start: Point, end: Point, part: float) -> Point:
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def clipped(polygon: list[Point], rows: Iterable[Row]) -> list[Point]:
    """The corners of what lies in all half planes (Sutherland-Hodgman), none where that only touches their edges.

    A polygon may be a line, of which only points are no part either, or a point.
    """
    left = polygon
    for row in rows:
        left = _beside(left, row)
    around = _length(polygon)
    size = _area if _area(polygon) > SLIVER * around**2 else _length
    return left if not around or size(left) > SLIVER * size(polygon) else []


def _beside(polygon: list[Point], row: Row) -> list[Point]:
    kept: list[Point] = []
    for one, other in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        here, there = height(row, one), height(row, other)
        if here >= 0:
            kept.append(one)
        if here * there < 0:
            kept.append(between(one, other, here / (here - there)))
    return kept


def _area(polygon: list[Point]) -> float:
    turns = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in turns)) / 2


def _length(polygon: list[Point]) -> float:
    """Around it."""
    return sum(dist(one, other) for one, other in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True))
