"""Answers that are tables of dates and numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from holdings.market.providers.base import Bar, Empty, Malformed, Point

NOTHING = {"", ".", "N/D", "N/A", "null", "-"}
"""What sources write where they have no number."""


def decoded(source: str, body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"{source} answered with something that is not text.") from error


def rows(text: str) -> tuple[list[str], Iterator[list[str]]]:
    """The header, and the lines below it."""
    lines = csv.reader(io.StringIO(text))
    return [cell.strip() for cell in next(lines, [])], lines


def points(source: str, header: Sequence[str], lines: Iterator[list[str]], day: str, value: str) -> tuple[Point, ...]:
    """One point a day out of two named columns. Raises Malformed for a cell that cannot be read, Empty for no point."""
    try:
        at, of = header.index(day), header.index(value)
    except ValueError:
        raise Malformed(f"{source} answered without the columns {day} and {value}.") from None
    found: dict[dt.date, Decimal] = {}
    for line in filter(any, lines):
        if len(line) <= max(at, of):
            raise Malformed(f"{source} answered with a line that is cut off: “{','.join(line)[:40]}”.")
        if line[of].strip() not in NOTHING:
            found[read_day(source, line[at])] = read_number(source, line[of])
    return ordered(source, found)


def bars(source: str, header: Sequence[str], lines: Iterator[list[str]], day: str) -> tuple[Bar, ...]:
    """The columns Open, High, Low and Volume by day, those of them that are there. Raises Malformed."""
    places = [header.index(name) if name in header else None for name in ("Open", "High", "Low", "Volume")]
    if not any(place is not None for place in places):
        return ()
    at, found = header.index(day), dict[dt.date, Bar]()
    for line in filter(any, lines):
        when = read_day(source, line[at])
        found[when] = Bar(when, *(_optional(source, line, place) for place in places))
    return tuple(found[when] for when in sorted(found))


def _optional(source: str, line: Sequence[str], place: int | None) -> Decimal | None:
    if place is None or place >= len(line) or line[place].strip() in NOTHING:
        return None
    return read_number(source, line[place])


def ordered(source: str, found: dict[dt.date, Decimal]) -> tuple[Point, ...]:
    if not found:
        raise Empty(f"{source} has no data of this series in the period.")
    return tuple(Point(day, found[day]) for day in sorted(found))


def read_day(source: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise Malformed(f"{source} answered with “{text[:40]}” where a date belongs.") from None


def read_number(source: str, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Malformed(f"{source} answered with “{text[:40]}” where a number belongs.") from None
    if not number.is_finite():
        raise Malformed(f"{source} answered with {text[:40]} where a number belongs.")
    return number


def since(found: tuple[Point, ...], first: dt.date | None) -> tuple[Point, ...]:
    return found if first is None else tuple(point for point in found if point.day >= first)
