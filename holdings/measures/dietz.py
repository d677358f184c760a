"""Modified Dietz: a return out of two values and dated flows, for spans without daily values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from holdings.measures.twr import LEAST_CAPITAL

LARGE = 0.1
"""A flow above this part of the opening value ends its span: the portfolio is valued at it."""

Flow = tuple[date, float]


@dataclass(frozen=True, slots=True)
class Span:
    """From the close of `first` to that of `last`; `change` is None where the capital at work was not positive."""

    first: date
    last: date
    change: float | None


def modified_dietz(
    opening: float, closing: float, flows: Iterable[Flow], first: date, last: date, *, at_start: bool = False
) -> float | None:
    """R = (E - B - sum F) / (B + sum w F), with w = (CD - D) / CD, or (CD - D + 1) / CD for flows at a day's start.

    flows: (day, amount), positive when paid in, on days after `first` until `last`. CD is the calendar days of the
    span, D those from its start to the flow. None where the denominator is no capital.
    """
    moved, days = list(flows), (last - first).days
    if days <= 0:
        return None
    at_work = opening + sum(amount * ((last - day).days + at_start) / days for day, amount in moved)
    if at_work < LEAST_CAPITAL:
        return None
    return (closing - opening - sum(amount for _, amount in moved)) / at_work


def linked_dietz(values: Mapping[date, float], flows: Sequence[Flow]) -> list[Span]:
    """Modified Dietz month by month, revalued at large flows; the spans' returns link geometrically.

    values: closing value by day. Spans end at the last valued day of each month, and before each flow of more than
    10 % of the span's opening value, at the close of the valued day before it. Flows on days without a value count in
    the span that they fall into.
    """
    days = sorted(values)
    spans, first = [], days[0] if days else None
    for day, following in pairwise([*days, None]):
        if first is None or day is None or day == first:
            continue
        if following is None or _month(day) != _month(following) or _large(values[first], flows, day, following):
            inside = [flow for flow in flows if first < flow[0] <= day]
            spans.append(Span(first, day, modified_dietz(values[first], values[day], inside, first, day)))
            first = day
    return spans


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _large(opening: float, flows: Sequence[Flow], after: date, until: date) -> bool:
    return any(after < day <= until and abs(amount) > LARGE * abs(opening) for day, amount in flows)
