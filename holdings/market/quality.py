"""Checks of one series of closes: plain values in, findings out. Pure; each threshold is named here."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from holdings.market.providers.base import Bar, Point, Split

RATIOS = (Decimal("1.5"), *(Decimal(n) for n in (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20, 25, 30, 40, 50)))
"""New shares for one old share, or old for one new: the splits that companies make."""

SPLIT_TOLERANCE = 0.04
"""How far, as a log return, a day's move may lie from a split: a usual day's own move."""

MINOR = 100
MINOR_TOLERANCE = 0.2
LATE_SESSIONS = 3
SPIKE, SPIKE_LEAST = 10.0, 0.10
JUMP, JUMP_LEAST = 20.0, 0.40
"""Robust standard deviations, and the least move: of one that reverses the next day, and of one that stays."""

REVERSED = 0.3
REPEATED = 6
QUIET = 0.5
LEAST_DEVIATION = 0.002
MAD_TO_SIGMA = 1.4826
LEAST_RETURNS = 20
EVENT_DAYS = 7
ROUNDING = Decimal("0.0005")
"""A part of the close by which it may lie outside its day's range: prices of one day are not all rounded alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: its kind (as `PriceFinding.Kind`), the days it concerns, and the figures that its sentence names."""

    kind: str
    first: date
    last: date
    detail: dict[str, Any] = field(default_factory=dict)


def missing(points: Sequence[Point], sessions: Sequence[date]) -> list[Found]:
    """Runs of sessions without a close, between the first and the last one; one for all where most are missing."""
    if not points:
        return []
    known = {point.day for point in points}
    inside = sessions[bisect_left(sessions, points[0].day) : bisect_right(sessions, points[-1].day)]
    absent = [day for day in inside if day not in known]
    if len(absent) > QUIET * len(inside):
        return [Found("missing", absent[0], absent[-1], {"sessions": len(absent), "of": len(inside)})]
    return [Found("missing", run[0], run[-1], {"sessions": len(run)}) for run in _runs(absent, inside)]


def _runs(days: Sequence[date], of: Sequence[date]) -> list[list[date]]:
    """Days that follow each other in `of`, together."""
    place = {day: index for index, day in enumerate(of)}
    runs: list[list[date]] = []
    for day in days:
        if runs and place[day] == place[runs[-1][-1]] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def stale(points: Sequence[Point], sessions: Sequence[date], as_of: date) -> list[Found]:
    """More than three sessions without a close until `as_of`."""
    if not points:
        return []
    late = sessions[bisect_right(sessions, points[-1].day) : bisect_right(sessions, as_of)]
    if len(late) <= LATE_SESSIONS:
        return []
    return [Found("stale", late[0], late[-1], {"sessions": len(late), "since": points[-1].day.isoformat()})]


def jumps(points: Sequence[Point], splits: Iterable[Split] = ()) -> list[Found]:
    """Moves that no market makes: splits without an event, changes between pounds and pence, outliers.

    A move counts in robust standard deviations (1.4826 x the median absolute deviation of all log returns). One that
    is taken back the next day is an outlier at ten of them and 10 %; one that stays, at twenty and 40 %.
    """
    events = [split.day for split in splits]
    moves = _moves(points)
    enough = len(moves) >= LEAST_RETURNS
    deviation = _deviation(moves) if enough else 0.0
    found = []
    for index in range(len(moves)):
        named = _named(points, moves, index, events)
        if enough and named is None:
            named = _outlier(points, moves, index, deviation, events)
        found += [named] if named else []
    return found


def _moves(points: Sequence[Point]) -> list[float]:
    """Log returns; zero where a close is not positive."""
    values = [float(point.value) for point in points]
    return [math.log(after / before) if before > 0 and after > 0 else 0.0 for before, after in pairwise(values)]


def _deviation(moves: Sequence[float]) -> float:
    middle = median(moves)
    return max(MAD_TO_SIGMA * median(abs(move - middle) for move in moves), LEAST_DEVIATION)


def _named(points: Sequence[Point], moves: Sequence[float], index: int, events: Sequence[date]) -> Found | None:
    """A move by a factor that means something: 100 is pence, a simple ratio is a split."""
    day, move = points[index + 1].day, moves[index]
    if abs(abs(move) - math.log(MINOR)) < MINOR_TOLERANCE:
        return Found("minor_unit", day, day, {"factor": str(MINOR) if move > 0 else "0.01"})
    if _reverses(moves, index) or any(abs((day - event).days) <= EVENT_DAYS for event in events):
        return None
    ratio = split_ratio(move)
    return Found("unadjusted_split", day, day, {"ratio": str(ratio)}) if ratio else None


def split_ratio(move: float) -> Decimal | None:
    """The split that a log return looks like: new shares for one old share. None where it looks like none."""
    for ratio in RATIOS:
        tolerance = SPLIT_TOLERANCE if ratio >= 2 else SPLIT_TOLERANCE / 2
        if abs(abs(move) - math.log(ratio)) < tolerance:
            return ratio if move < 0 else 1 / ratio
    return None


def _reverses(moves: Sequence[float], index: int) -> bool:
    around = [moves[near] for near in (index - 1, index + 1) if 0 <= near < len(moves)]
    return any(abs(moves[index] + other) < REVERSED * abs(moves[index]) for other in around)


def _outlier(
    points: Sequence[Point], moves: Sequence[float], index: int, deviation: float, events: Sequence[date]
) -> Found | None:
    """The first half of a move that reverses, or one that stays and is too large."""
    size, day = abs(moves[index]), points[index + 1].day
    back = index + 1 < len(moves) and abs(moves[index] + moves[index + 1]) < REVERSED * size
    spike = back and size > max(SPIKE * deviation, SPIKE_LEAST)
    stays = not _reverses(moves, index) and size > max(JUMP * deviation, JUMP_LEAST)
    if not spike and (not stays or any(abs((day - event).days) <= EVENT_DAYS for event in events)):
        return None
    detail = {"move": round(math.expm1(moves[index]), 4), "reversed": spike, "deviations": round(size / deviation, 1)}
    return Found("outlier", day, day, detail)


def repeated(points: Sequence[Point], sessions: Sequence[date]) -> list[Found]:
    """Closes that stand still for six days in a series that moves, and closes on days without trading."""
    found = []
    moves = _moves(points)
    if moves and sum(move == 0 for move in moves) < QUIET * len(moves):
        found += _standing(points)
    if sessions:
        inside, trades = [p for p in points if sessions[0] <= p.day <= sessions[-1]], set(sessions)
        idle = [point.day for point in inside if point.day not in trades]
        if idle:
            found.append(Found("duplicate", idle[0], idle[-1], {"idle": len(idle)}))
    return found


def _standing(points: Sequence[Point]) -> list[Found]:
    found, start = [], 0
    for index in range(1, len(points) + 1):
        if index == len(points) or points[index].value != points[start].value:
            if index - start >= REPEATED:
                first, last = points[start], points[index - 1]
                found.append(Found("duplicate", first.day, last.day, {"days": index - start}))
            start = index
    return found


def contradiction(close: Decimal, bar: Bar) -> tuple[str, str] | None:
    """What of a day's open, high, low and volume cannot be, and why; None where all agree."""
    edge = abs(close) * ROUNDING
    for name, price in (("open", bar.open), ("high", bar.high), ("low", bar.low)):
        if price is not None and price <= 0:
            return name, f"The {name} of {price:f} is not a price above zero."
    if bar.high is not None and bar.low is not None and bar.high < bar.low:
        return "high", f"The high of {bar.high:f} is under the low of {bar.low:f}."
    if bar.high is not None and close > bar.high + edge:
        return "high", f"The close of {close:f} is above the high of {bar.high:f}."
    if bar.low is not None and close < bar.low - edge:
        return "low", f"The close of {close:f} is under the low of {bar.low:f}."
    if bar.open is not None and bar.high is not None and bar.open > bar.high + edge:
        return "open", f"The open of {bar.open:f} is above the high of {bar.high:f}."
    if bar.open is not None and bar.low is not None and bar.open < bar.low - edge:
        return "open", f"The open of {bar.open:f} is under the low of {bar.low:f}."
    if bar.volume is not None and bar.volume < 0:
        return "volume", f"A volume of {bar.volume:f} is negative."
    return None


def ranges(closes: Mapping[date, Decimal], bars: Iterable[Bar]) -> list[Found]:
    """Days whose open, high, low or volume contradict the close or each other, one finding for all of them."""
    wrong = [(bar.day, why[1]) for bar in bars if bar.day in closes and (why := contradiction(closes[bar.day], bar))]
    if not wrong:
        return []
    return [Found("range", wrong[0][0], wrong[-1][0], {"days": len(wrong), "why": wrong[-1][1]})]


def pence(points: Sequence[Point], paid: Sequence[Point]) -> list[Found]:
    """Closes that are a hundred times, or a hundredth of, what was paid on their days."""
    ratios = [float(close / price) for close, price in _together(points, paid) if price > 0 and close > 0]
    if not ratios or abs(abs(math.log(median(ratios))) - math.log(MINOR)) > MINOR_TOLERANCE:
        return []
    factor = str(MINOR) if median(ratios) > 1 else "0.01"
    return [Found("minor_unit", points[0].day, points[-1].day, {"factor": factor, "trades": len(ratios)})]


def _together(points: Sequence[Point], paid: Sequence[Point]) -> list[tuple[Decimal, Decimal]]:
    """The last close on or before each payment, not older than a week."""
    days = [point.day for point in points]
    pairs = []
    for day, price in paid:
        at = bisect_right(days, day) - 1
        if at >= 0 and (day - days[at]).days <= EVENT_DAYS:
            pairs.append((points[at].value, price))
    return pairs


def same_factor(stored: Sequence[Point], fetched: Sequence[Point]) -> Decimal | None:
    """The one factor between two answers for the same days; None where they agree or differ unevenly."""
    known = {point.day: point.value for point in stored}
    ratios = [point.value / known[point.day] for point in fetched if known.get(point.day) and point.value > 0]
    if len(ratios) < 2:
        return None
    middle = median(ratios)
    even = max(ratios) / min(ratios) < Decimal("1.0005")
    return middle if even and abs(middle - 1) > Decimal("0.001") else None
