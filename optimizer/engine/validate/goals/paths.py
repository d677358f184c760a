"""A household's money along simulated paths: contributions, withdrawals, tax, ruin."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.validate.goals.types import Course, Taxes

PERCENTILES = (5, 25, 50, 75, 95)
YEAR = 12
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Result:
    """Of n paths. `reached`: the amount at its date and every withdrawal after. `ruined`: a withdrawal fell short.

    `at_date`: value before tax when the amount is wanted. `kept`: percentiles (points x PERCENTILES) at `points`.
    """

    reached: Mask
    ruined: Mask
    at_date: Floats
    points: tuple[int, ...]
    kept: Floats


def follow(course: Course, growth: Floats, *, points: tuple[int, ...] = ()) -> Result:
    """Paths of gross monthly real growth (months x n). `points`: months at which percentiles are kept."""
    count = growth.shape[1]
    value, purse = np.full(count, course.start), _Purse(course, count)
    at_date, reached = value, _enough(course, value, purse)
    ruined = np.zeros(count, dtype=bool)
    kept = [_percentiles(value)] if 0 in points else []
    for month, (paid, withdrawn) in enumerate(_flows(course), start=1):
        value = purse.grown(value, growth[month - 1])
        if paid:
            value = purse.paid_in(value, paid)
        if withdrawn:
            value, short = purse.withdrawn(value, withdrawn)
            ruined |= short
        if month == course.months:
            at_date, reached = value, _enough(course, value, purse)
        if month in points:
            kept.append(_percentiles(value))
    return Result(reached & ~ruined, ruined, at_date, points, np.array(kept))


def yearly(course: Course) -> tuple[int, ...]:
    """Today, every year, the date and the end."""
    return tuple(sorted({*range(0, course.length, YEAR), course.months, course.length}))


def _flows(course: Course) -> Iterator[tuple[float, float]]:
    fade = (1 + course.inflation) ** (-1 / YEAR)
    for month in range(1, course.months + 1):
        yield course.contribution * (1.0 if course.indexed else fade**month), 0.0
    for _ in range(course.spending):
        yield 0.0, course.withdrawal


class _Purse:
    """The tax side of a value on n paths: the part of the taxable money that was paid for, in today's worth."""

    def __init__(self, course: Course, count: int) -> None:
        self.taxes: Taxes = course.taxes
        self.fade = (1 + course.inflation) ** (-1 / YEAR)
        taxes = course.taxes
        self.paid_out = taxes.taxable * taxes.yield_rate / YEAR
        self.basis = np.full(count, course.start * taxes.taxable * (1 - taxes.gain))

    def grown(self, value: Floats, growth: Floats) -> Floats:
        """A month on. Taxed dividends are reinvested less their tax; the basis loses worth with inflation."""
        if self.taxes.taxable and self.taxes.any:
            tax = self.paid_out * self.taxes.gain_rate
            self.basis = (self.basis + value * (self.paid_out - tax)) * self.fade
            value = value * (1 - tax)
        return value * growth

    def paid_in(self, value: Floats, paid: float) -> Floats:
        self.basis = self.basis + paid * self.taxes.taxable
        return value + paid

    def rate(self, value: Floats) -> Floats | float:
        """Part of each unit withdrawn that goes in tax: income on what was deferred, gains on what has risen."""
        taxes = self.taxes
        if not taxes.any:
            return 0.0
        held = np.maximum(value * taxes.taxable, TINY)
        gain = np.clip(1 - self.basis / held, 0.0, 1.0)
        return taxes.deferred * taxes.income_rate + taxes.taxable * taxes.gain_rate * gain

    def withdrawn(self, value: Floats, net: float) -> tuple[Floats, Mask]:
        """What is left, and where it did not suffice."""
        gross = net / (1 - self.rate(value))
        short = np.asarray(value < gross * (1 - TINY))
        left: Floats = np.where(short, 0.0, value - gross)
        self.basis = self.basis * np.divide(left, value, out=np.zeros_like(left), where=value > 0)
        return left, short


def _enough(course: Course, value: Floats, purse: _Purse) -> Mask:
    return np.asarray(value * (1 - purse.rate(value)) >= course.amount * (1 - TINY))


def _percentiles(value: Floats) -> Floats:
    found: Floats = np.percentile(value, PERCENTILES)
    return found
