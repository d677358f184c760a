"""Money-weighted return: how the person did, given when the money came and went."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import exp, fsum, log

from holdings.measures.periods import YEAR_DAYS

GRID = tuple(10 ** (-6 + 10 * step / 199) for step in range(200))
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
    """Solve sum a (1 + r)^(-(d - d0) / 365) = 0 by scanning ln(1 + r) and bracketing every change of sign.

    The scan also looks where the sum turns around, so that two rates in one of its steps are both found; a sum that
    only touches zero has one rate.

    flows: (day, amount) in the investor's sign: what was put in, the value at the start included, is negative; what was
    taken out, and the value at the end, positive. Put in a final value of 0 too. Flows of one day are netted.
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
    """Growth factors at which the flows are worth nothing, ascending.

    Flows that change their sign once have one such factor at most (Descartes), so the ends of the scan bracket it.
    """
    if _sign_changes(flows) == 1:
        return tuple(exp(place) for place in _crossings(flows, (_SCAN[0], _SCAN[-1])))
    slopes = [(years, -years * amount) for years, amount in flows]
    places = sorted([*_SCAN, *_crossings(slopes, _SCAN)])
    return tuple(exp(place) for place in _merged(_crossings(flows, places)))


def _sign_changes(flows: list[tuple[float, float]]) -> int:
    signs = [amount > 0 for _, amount in flows if amount]
    return sum(one != other for one, other in pairwise(signs))


_SCAN = tuple(log(growth) for growth in GRID)
_TOUCHES = 1e-13
"""A worth below this part of the amounts behind it is zero but for rounding."""


def _crossings(terms: list[tuple[float, float]], places: Sequence[float]) -> list[float]:
    """Where the sum of amount x exp(-years x place) is zero, between places that ascend."""
    values = [(place, _worth(terms, place)) for place in places]
    found = [place for place, value in values if value == 0]
    changes = ((low, high, f) for (low, f), (high, g) in pairwise(values) if (f < 0 < g) or (g < 0 < f))
    return sorted([*found, *(_bisect(terms, low, high, f > 0) for low, high, f in changes)])


def _merged(places: list[float]) -> list[float]:
    return [place for place, before in zip(places, [None, *places], strict=False) if before is None or place != before]


def _worth(terms: list[tuple[float, float]], place: float) -> float:
    """Worth at the first day, or for a shrinking factor at the last, so that no power overflows; 0 within rounding."""
    end = terms[-1][0] if place < 0 else 0.0
    parts = [amount * exp((end - years) * place) for years, amount in terms]
    worth = fsum(parts)
    return 0.0 if abs(worth) <= _TOUCHES * sum(map(abs, parts)) else worth


def _bisect(terms: list[tuple[float, float]], low: float, high: float, is_positive: bool) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (_worth(terms, middle) > 0) == is_positive:
            low = middle
        else:
            high = middle
    return (low + high) / 2
