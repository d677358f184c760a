"""Values and gains of every holding day by day, as arrays: what linking needs. Workers only."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdings.ledger.series import AccountSeries
from holdings.ledger.types import Step
from holdings.reports.moves import CASH, Move, Part
from holdings.valuations.daily import Market

Array = NDArray[np.float64]
STALE = 7
"""Days after which a price is no price of the day."""


@dataclass(frozen=True)
class Grid:
    """Arrays over sessions, one a holding key, in the base currency.

    before: value at the close before each session, the first of them included. gains: what it earned that session.
    external: what came to it over the border. fees: management fees, positive, of all holdings. old: value whose price
    was older than a week.
    """

    before: Mapping[str, Array]
    gains: Mapping[str, Array]
    external: Mapping[str, Array]
    fees: Array
    old: Array
    value: Array


def grid(
    series: AccountSeries, market: Market, moved: Iterable[Move], days: Sequence[dt.date], *, before: dt.date
) -> Grid:
    """The arrays of one account over `days`."""
    span = np.array([before.toordinal(), *(day.toordinal() for day in days)])
    values, old = _values(series, market, span)
    fees, none = np.zeros(len(days)), np.zeros(len(days))
    put_in: dict[str, Array] = defaultdict(none.copy)
    own: dict[str, Array] = defaultdict(none.copy)
    external: dict[str, Array] = defaultdict(none.copy)
    for move in moved:
        amount = float(move.amount)
        (put_in if move.part is Part.PUT_IN else own)[move.key][move.at] += amount
        if move.is_external:
            external[move.key][move.at] += amount
        if move.is_fee:
            fees[move.at] -= amount
    keys = [*values, *(key for key in {**put_in, **own} if key not in values)]
    full = {key: values.get(key, np.zeros(len(span))) for key in keys}
    gains = {key: np.diff(full[key]) - put_in[key] + (0 if key == CASH else own[key]) for key in keys}
    whole = np.sum([full[key] for key in keys], axis=0) if keys else np.zeros(len(span))
    return Grid({key: full[key][:-1] for key in keys}, gains, dict(external), fees, old[1:], whole[1:])


def _values(series: AccountSeries, market: Market, span: NDArray[np.int64]) -> tuple[dict[str, Array], Array]:
    rates = {currency: _filled(steps, span) for currency, steps in market.rates.items()}
    values: dict[str, Array] = {CASH: np.zeros(len(span))}
    old = np.zeros(len(span))
    for currency, steps in series.cash.items():
        values[CASH] += _filled(steps, span) * rates[currency]
    for instrument, steps in series.quantities.items():
        marks = _among(market.marks.get(instrument, ()), span)
        rate = rates[market.currencies[instrument]]
        values[instrument] = _filled(steps, span) * _filled(marks, span) * rate
        old += np.where(_age(marks, span) > STALE, np.abs(values[instrument]), 0.0)
    return values, old


def _filled(steps: Sequence[Step], span: NDArray[np.int64]) -> Array:
    """The level of each day, carried on from the last step; 0 before the first."""
    steps = _among(steps, span)
    if not steps:
        return np.zeros(len(span))
    at = np.searchsorted(_ordinals(steps), span, side="right") - 1
    levels = np.array([float(step.level) for step in steps])
    return np.where(at >= 0, levels[at], 0.0)


def _among(steps: Sequence[Step], span: NDArray[np.int64]) -> Sequence[Step]:
    """Those that count on any day of the span: a short report converts no long history."""
    first, last = (bisect_right(steps, at, key=_ordinal) for at in (span[0], span[-1]))
    return steps[max(first - 1, 0) : last]


def _ordinal(step: Step) -> int:
    return step.day.toordinal()


def _age(steps: Sequence[Step], span: NDArray[np.int64]) -> NDArray[np.int64]:
    if not steps:
        return np.full(len(span), STALE + 1)
    ordinals = _ordinals(steps)
    at = np.searchsorted(ordinals, span, side="right") - 1
    return np.where(at >= 0, span - ordinals[at], STALE + 1)


def _ordinals(steps: Sequence[Step]) -> NDArray[np.int64]:
    return np.array([step.day.toordinal() for step in steps], dtype=np.int64)


def added(grids: Sequence[Grid]) -> Grid:
    """Several accounts over the same sessions as one."""

    def of(name: str) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for each in grids:
            for key, array in getattr(each, name).items():
                found[key] = found[key] + array if key in found else array
        return found

    arrays = (np.sum([getattr(each, name) for each in grids], axis=0) for name in ("fees", "old", "value"))
    return Grid(of("before"), of("gains"), of("external"), *arrays)
