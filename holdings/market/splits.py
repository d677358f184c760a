"""Splits as the prices know them against splits as a ledger books them. Pure.

A value is shares x price. Where only one of the two knows a split, every value beyond it is wrong by its ratio, unless
the price is read in the ledger's shares.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from holdings.ledger.exact import exact
from holdings.ledger.series import level_on
from holdings.ledger.types import Entry, Kind, Step
from holdings.market.adjust import Rescale, same_split
from holdings.market.providers.base import Point, Split

DAY = timedelta(days=1)
WINDOW = timedelta(days=10)
NEAR = 0.12
"""How far, as a log return, a price may lie from another that is the same but for a split."""


@dataclass(frozen=True, slots=True)
class Held:
    """One account's history of one instrument: shares by day, splits that it booked, what it paid for a share."""

    account: str
    quantities: Sequence[Step]
    splits: Sequence[Split]
    paid: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Gap:
    """A split that one side lacks. `scale` brings closes into the ledger's shares until it is settled.

    kind: `split_not_booked` or `split_not_in_feed`, as in `PriceFinding.Kind`; empty where both know the split and
    only its days differ. shares: held the day before. settles: whether booking (or recording) it would settle it.
    """

    kind: str
    account: str
    split: Split
    shares: Decimal
    scale: Rescale
    settles: bool = True


def booked(entries: Iterable[Entry], quantities: Sequence[Step]) -> list[Split]:
    """The splits of one instrument's entries: ratio = shares after / shares before."""
    found = []
    for entry in entries:
        if entry.kind is Kind.SPLIT:
            before = level_on(quantities, entry.trade_date - DAY)
            if before > 0 and before + entry.quantity > 0:
                found.append(Split(entry.trade_date, exact.divide(before + entry.quantity, before)))
    return sorted(found)


def gaps(held: Held, closes: Sequence[Point], events: Sequence[Split]) -> list[Gap]:
    """What the account's ledger lacks of the prices' splits, and the prices of the ledger's."""
    found = [gap for split in events if (gap := _in_ledger(held, closes, split))]
    return found + [gap for split in held.splits if (gap := _in_prices(held, closes, split, events))]


def _in_ledger(held: Held, closes: Sequence[Point], split: Split) -> Gap | None:
    shares = level_on(held.quantities, split.day - DAY)
    if shares <= 0:
        return None
    own = next((one for one in held.splits if same_split(one, split)), None)
    if own is None and _counts_new_shares(held, closes, split):
        scale = Rescale(exact.divide(Decimal(1), split.ratio), until=split.day)
        return Gap("split_not_booked", held.account, split, shares, scale, settles=False)
    if own is None:
        return Gap("split_not_booked", held.account, split, shares, Rescale(split.ratio, first=split.day))
    if own.day == split.day:
        return None
    late = own.day > split.day
    factor = split.ratio if late else exact.divide(Decimal(1), split.ratio)
    return Gap("", held.account, split, shares, Rescale(factor, *sorted((split.day, own.day))))


def _counts_new_shares(held: Held, closes: Sequence[Point], split: Split) -> bool:
    """Whether what was paid before the split is already in the shares that came of it."""
    ratio = _paid_to_close(held.paid, closes, split.day)
    return ratio is not None and abs(math.log(ratio) + math.log(split.ratio)) < NEAR < abs(math.log(split.ratio))


def _paid_to_close(paid: Sequence[Point], closes: Sequence[Point], until: date) -> float | None:
    """The usual ratio of what was paid for a share to that day's close, before a day."""
    known = {point.day: point.value for point in closes}
    pairs = [(price, known.get(day)) for day, price in paid if day < until]
    ratios = [float(price / close) for price, close in pairs if close and price > 0]
    return median(ratios) if ratios else None


def _in_prices(held: Held, closes: Sequence[Point], split: Split, events: Sequence[Split]) -> Gap | None:
    """A booked split of which the prices show neither an event nor a jump: they are in the later shares already."""
    before = [point for point in closes if point.day < split.day]
    after = [point for point in closes if point.day >= split.day]
    if not before or not after or any(same_split(split, event) for event in events) or _jumped(closes, split):
        return None
    shares = level_on(held.quantities, split.day - DAY)
    ratio = _paid_to_close(held.paid, closes, split.day)
    proved = ratio is not None and abs(math.log(ratio) - math.log(split.ratio)) < NEAR
    scale = Rescale(split.ratio, until=split.day)
    return Gap("split_not_in_feed", held.account, split, shares, scale, settles=proved)


def _jumped(closes: Sequence[Point], split: Split) -> bool:
    near = [point for point in closes if abs(point.day - split.day) <= WINDOW]
    moves = [math.log(b.value / a.value) for a, b in pairwise(near) if a.value > 0 and b.value > 0]
    return any(abs(move + math.log(split.ratio)) < NEAR for move in moves)
