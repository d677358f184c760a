"""Time-weighted return from daily values: how the holdings did, whatever was paid in or out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

LEAST_CAPITAL = 1.0
"""Less than one unit of currency is no capital: a cent left behind would make absurd returns."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day's closing value and its external flows, both counted positive, in one currency."""

    day: date
    value: float
    inflow: float = 0.0
    outflow: float = 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """The level of a return index at the close of a day; 1 where the index starts."""

    day: date
    level: float


@dataclass(frozen=True, slots=True)
class TimeWeighted:
    """The return index of the last unbroken track.

    points: one a day, the first at level 1 on the eve of the track; flat on days without capital.
    returns: the daily returns of the days with capital, as fractions.
    days: calendar days with capital, the base for annualising.
    lost_on: days on which everything was lost; each ended a track, and the next began with new capital.
    """

    points: tuple[Point, ...] = ()
    returns: tuple[float, ...] = ()
    days: int = 0
    lost_on: tuple[date, ...] = ()

    @property
    def total(self) -> float | None:
        """The return of the track as a fraction, None when there never was any capital."""
        return self.points[-1].level - 1 if self.returns else None

    @property
    def since(self) -> date | None:
        return self.points[0].day if self.points else None


def twr(days: Iterable[Day], opening: float = 0.0) -> TimeWeighted:
    """Link daily returns R = (E + O) / (B + I) - 1: inflows at the start of the day, outflows at its end.

    days: ascending, with no external flow on the days left out. opening: the value at the close before the first day.
    A day with B + I below one unit has no return. A return of -100 % ends the track.
    """
    track, lost, before = _Track(), [], opening
    for day in days:
        base = before + day.inflow
        if base >= LEAST_CAPITAL:
            if track.lost:
                track = _Track()
            track.add(day.day, (day.value + day.outflow) / base - 1)
            if track.lost:
                lost.append(day.day)
        elif track.points and not track.lost:
            track.rest(day.day)
        before = day.value
    return TimeWeighted(tuple(track.points), tuple(track.returns), track.days, tuple(lost))


def before_fees(days: Iterable[Day], fees: Mapping[date, float]) -> list[Day]:
    """The same days with management fees, positive amounts, counted as taken out: their return is the gross one."""
    return [replace(day, outflow=day.outflow + fees.get(day.day, 0.0)) for day in days]


@dataclass(slots=True)
class _Track:
    points: list[Point] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    days: int = 0
    lost: bool = False

    def add(self, day: date, change: float) -> None:
        if not self.points:
            self.points.append(Point(day - timedelta(days=1), 1.0))
        last = self.points[-1]
        change = max(change, -1.0)
        self.returns.append(change)
        self.points.append(Point(day, last.level * (1 + change)))
        self.days += (day - last.day).days
        self.lost = change == -1.0

    def rest(self, day: date) -> None:
        self.points.append(Point(day, self.points[-1].level))
