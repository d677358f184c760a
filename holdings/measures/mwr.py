"""Money-weighted return: how the person did, given when the money came and went."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from holdings.measures.periods import YEAR_DAYS

GRID = tuple(10 ** (-6 + 10 * step / 399) for step in range(400))
"""Growth factors 1 + r from 1e-6 to 1e4 that the scan looks at."""

_HALVINGS = 80


class Outcome(StrEnum):
    """What the flows say: one rate, no rate, several rates, or that everything was lost."""

    ONE = "one"
    NONE = "none"
    MULTIPLE = "multiple"
    TOTAL_LOSS = "total_loss"


@dataclass(frozen=True, slots=True)
class MoneyWeighted:
    """rates: every yearly rate that solves the flows, ascending. days: from the first flow to the last."""

    outcome: Outcome
    rates: tuple[float, ...]
    days: int

    @property
    def annual(self) -> float | None:
        """The yearly rate; None under a year, or when there is not exactly one."""
        return self._single if self.days >= YEAR_DAYS else None

    @property
    def period(self) -> float | None:
        """The return over the whole period, not annualised; None when there is not exactly one rate."""
        rate = self._single
        return None if rate is None else float((1 + rate) ** (self.days / YEAR_DAYS) - 1)

    @property
    def _single(self) -> float | None:
        return self.rates[0] if self.outcome in {Outcome.ONE, Outcome.TOTAL_LOSS} else None


def mwr(flows: Iterable[tuple[date, float]]) -> MoneyWeighted:
    """Solve sum a (1 + r)^(-(d - d0) / 365) = 0 by scanning 1 + r and bracketing every change of sign.

    flows: (day, amount) in the investor's sign: what was put in, the value at the start included, is negative; what was
    taken out, and the value at the end, positive. Put in a final value of 0 too. Flows of one day are netted.
    Two rates closer together than the scan's step (6 % of 1 + r) can go unseen.
    """
    given = list(flows)
    netted = _netted(given)
    days = (netted[-1][0] - netted[0][0]).days if netted else 0
    if not days or not any(amount for _, amount in netted):
        return MoneyWeighted(Outcome.NONE, (), days)
    if all(amount <= 0 for _, amount in given):
        return MoneyWeighted(Outcome.TOTAL_LOSS, (-1.0,), days)
    roots = _roots([((day - netted[0][0]).days / YEAR_DAYS, amount) for day, amount in netted])
    outcome = Outcome.NONE if not roots else Outcome.ONE if len(roots) == 1 else Outcome.MULTIPLE
    return MoneyWeighted(outcome, tuple(root - 1 for root in roots), days)


def _netted(flows: list[tuple[date, float]]) -> list[tuple[date, float]]:
    by_day: dict[date, float] = defaultdict(float)
    for day, amount in flows:
        by_day[day] += amount
    return sorted(by_day.items())


def _roots(flows: list[tuple[float, float]]) -> tuple[float, ...]:
    values = [(growth, _worth(flows, growth)) for growth in GRID]
    brackets = [(low, high) for (low, f), (high, g) in pairwise(values) if f == 0 or (f < 0 < g) or (g < 0 < f)]
    return tuple(_bisect(flows, low, high) for low, high in brackets)


def _worth(flows: list[tuple[float, float]], growth: float) -> float:
    """Net worth at the first day, or for a shrinking factor at the last, so that no power overflows."""
    end = flows[-1][0] if growth < 1 else 0.0
    return sum(amount * float(growth ** (end - years)) for years, amount in flows)


def _bisect(flows: list[tuple[float, float]], low: float, high: float) -> float:
    positive = _worth(flows, low) > 0
    if _worth(flows, low) == 0:
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (_worth(flows, middle) > 0) == positive:
            low = middle
        else:
            high = middle
    return (low + high) / 2
