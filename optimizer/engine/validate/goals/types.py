"""What a goal's simulation reads and what it says. Money is in today's worth unless it says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Draw = Literal["bootstrap", "lognormal", "student"]


@dataclass(frozen=True, slots=True)
class Taxes:
    """How money leaves the accounts. Fractions.

    `deferred`: part of the value taxed as income when withdrawn; `taxable`: part whose gains are taxed when sold and
    whose `yield_rate` is taxed each year; the rest is free. `gain`: part of the taxable value that is gain today.
    """

    deferred: float = 0.0
    taxable: float = 0.0
    gain: float = 0.0
    income_rate: float = 0.0
    gain_rate: float = 0.0
    yield_rate: float = 0.0

    @property
    def any(self) -> bool:
        return bool(self.deferred * self.income_rate or self.taxable * self.gain_rate)


@dataclass(frozen=True, slots=True)
class Course:
    """What is put in and taken out, monthly, at the end of each month.

    `amount` is wanted after `months`, after tax; then `withdrawal`, after tax, for `spending` months. A contribution
    that is not `indexed` stays the same in money of the day and so loses worth with inflation.
    """

    start: float
    months: int
    amount: float = 0.0
    contribution: float = 0.0
    indexed: bool = True
    withdrawal: float = 0.0
    spending: int = 0
    inflation: float = 0.0  # a year, for fixed contributions and the basis of gains
    taxes: Taxes = Taxes()

    @property
    def length(self) -> int:
        return self.months + self.spending


@dataclass(frozen=True, slots=True)
class Mix:
    """Parts of the value by class of the history; `constant`: what keeps its worth and earns nothing (a home)."""

    parts: Mapping[str, float]
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Entered:
    """A person's own assumptions a year: return before inflation, and volatility; None: as estimated."""

    nominal: float
    volatility: float | None = None


@dataclass(frozen=True, slots=True)
class GoalInput:
    """Everything a goal's odds depend on; same input, same result."""

    as_of: date
    mix: Mix
    course: Course
    costs: float = 0.0  # what the funds take a year, a fraction
    entered: Entered | None = None
    paths: int = 10_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mix a year, as logarithms of real returns. `deviation`: of the mean, once moved; `weight`: of history."""

    historical: float
    assumed: float
    mean: float
    deviation: float
    weight: float
    volatility: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Chance:
    """`low` to `high`: with the mean return one standard deviation of its estimate lower and higher."""

    probability: float
    error: float  # standard, of the simulation alone
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Way:
    """One way of drawing returns, and what came of it."""

    key: str
    name: str
    said: str
    chance: Chance
    ruin: float  # part of the paths on which a withdrawal could not be paid in full
    median: float  # at the date, before tax


@dataclass(frozen=True, slots=True)
class Fan:
    """Value before tax: at months after today, by percentile (5, 25, 50, 75, 95)."""

    months: tuple[int, ...]
    bands: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class GoalOdds:
    """The first of `ways` is the one that the page leads with; the fan is its."""

    ways: tuple[Way, ...]
    fan: Fan
    estimate: Estimate
    wanted: float  # the probability that `needed` is for
    needed: float | None  # monthly contribution in today's money that reaches it; None: none does
    paths: int
    seed: int
