"""Closes and the events that move them: raw, in other share units, and with dividends reinvested. Pure.

Raw closes are what was paid that day, in that day's shares. Everything else is derived from them and from events, and
is never stored as truth. Days ascend; an event counts from the first close on or after its ex-date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.market.providers.base import Bar, Basis, Dividend, Fetched, Malformed, Point, Split

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Rescale:
    """Closes from `first` until the day before `until` (None: without an end) times `factor`."""

    factor: Decimal
    first: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.until is None or day < self.until)


def in_units(points: Iterable[Point], scales: Sequence[Rescale]) -> list[Point]:
    """Closes in other share units than those in which they were traded."""
    return [Point(day, _scaled(day, value, scales)) for day, value in points]


def _scaled(day: date, value: Decimal, scales: Sequence[Rescale]) -> Decimal:
    for scale in scales:
        if scale.covers(day):
            value = exact.multiply(value, scale.factor)
    return value


def later_splits(day: date, splits: Iterable[Split]) -> Decimal:
    """Today's shares for one share of `day`."""
    ratio = ONE
    for split in splits:
        if split.day > day:
            ratio = exact.multiply(ratio, split.ratio)
    return ratio


def raw(fetched: Fetched, known: Iterable[Split] = ()) -> Fetched:
    """The same series with raw closes and dividends: raw = split-adjusted x later splits.

    `known` are splits from elsewhere, which the source has applied too. Raises Malformed where dividends are inside the
    closes and the source does not say which: such closes are not trusted.
    """
    splits = merged(fetched.splits, known)
    if fetched.basis is Basis.RAW:
        return fetched
    if fetched.basis is Basis.SPLITS_AND_DIVIDENDS:
        if not fetched.dividends:
            raise Malformed(
                "The closes are adjusted for dividends, but the dividends are not given: nothing is stored."
            )
        return _without_dividends(fetched, splits)
    points = tuple(Point(day, exact.multiply(value, later_splits(day, splits))) for day, value in fetched.points)
    bars = tuple(rescaled(bar, later_splits(bar.day, splits)) for bar in fetched.bars)
    paid = tuple(
        item._replace(amount=exact.multiply(item.amount, later_splits(item.day, splits))) for item in fetched.dividends
    )
    return Fetched(points, fetched.currency, Basis.RAW, fetched.splits, paid, bars)


def rescaled(bar: Bar, ratio: Decimal) -> Bar:
    """The same day in shares of which `ratio` were one: prices times the ratio, so many fewer shares traded."""
    if ratio == 1:
        return bar
    opened, high, low = (None if price is None else exact.multiply(price, ratio) for price in bar[1:4])
    volume = None if bar.volume is None else exact.divide(bar.volume, ratio)
    return Bar(bar.day, opened, high, low, volume)


def merged(splits: Iterable[Split], others: Iterable[Split]) -> tuple[Split, ...]:
    """Splits of two sources, each once: the same one may stand a few days apart."""
    found = sorted(splits)
    for other in others:
        if not any(same_split(split, other) for split in found):
            found.append(other)
    return tuple(sorted(found))


def same_split(one: Split, other: Split, days: int = 10) -> bool:
    return abs((one.day - other.day).days) <= days and abs(one.ratio / other.ratio - 1) < Decimal("0.01")


def _without_dividends(fetched: Fetched, splits: Sequence[Split]) -> Fetched:
    """Undo, from the last day backwards: adjusted = (close / ratio - dividend) x what later events took.

    Dividend amounts are in the shares of their day.
    """
    points: list[Point] = []
    taken = ONE
    following: date | None = None
    with localcontext(exact):
        for day, value in reversed(fetched.points):
            ratio, paid = _between(day, following, splits, fetched.dividends)
            close = ratio * (value / taken + paid)
            taken = value / close if close else taken
            points.append(Point(day, close))
            following = day
    return Fetched(tuple(reversed(points)), fetched.currency, Basis.RAW, fetched.splits, fetched.dividends)


def _between(
    day: date, following: date | None, splits: Iterable[Split], dividends: Iterable[Dividend]
) -> tuple[Decimal, Decimal]:
    """The ratio and the dividend of the events after a close and until the next one."""
    ratio, paid = ONE, Decimal(0)
    if following is not None:
        for split in splits:
            ratio *= split.ratio if day < split.day <= following else ONE
        paid = sum((item.amount for item in dividends if day < item.day <= following), paid)
    return ratio, paid


def grown(points: Sequence[Point], splits: Sequence[Split], dividends: Sequence[Dividend]) -> list[Point]:
    """What one share of the first day has become, with every dividend reinvested at the close before its ex-date.

    growth = close x shares; at an ex-date: shares x ratio / (1 - dividend / (close before / ratio)). The first value is
    the raw close, and a later event never changes an earlier value. Ratios of two values are total returns. A dividend
    of the whole price or more cannot be reinvested and is left out. Method: Center for Research in Security Prices.
    """
    values: list[Point] = []
    shares, before = ONE, None
    with localcontext(exact) as context:
        context.prec = 40
        for day, close in points:
            if before is not None:
                ratio, paid = _between(before.day, day, splits, dividends)
                held = before.value / ratio
                shares *= ratio
                shares /= ONE - paid / held if paid < held else ONE
            before = Point(day, close)
            values.append(Point(day, close * shares))
    return values


def adjusted(points: Sequence[Point], splits: Sequence[Split], dividends: Sequence[Dividend]) -> list[Point]:
    """Closes adjusted for splits and dividends the usual way: the last one stays, earlier ones are made comparable."""
    growth = grown(points, splits, dividends)
    if not growth:
        return []
    with localcontext(exact):
        last = points[-1].value / growth[-1].value
        return [Point(day, value * last) for day, value in growth]
