"""Which acquisition each disposal is identified with, before the pool (TCGA 1992 s105, s106A; HMRC CG51555, CG51560).

All trades of a class on one day are one trade. A disposal is identified with acquisitions of the same day, then with
those of the next 30 days, the earliest first; an earlier disposal goes before a later one. Gains and losses alike.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from holdings.tax.pooled.events import Acquired, Disposed, Manner
from holdings.tax.pooled.pools import Holding
from holdings.tax.pooled.shares import NONE, Shares
from holdings.tax.pooled.stream import Stream

WINDOW = timedelta(days=30)
SAME_DAY, THIRTY_DAYS = "same day", "30 days"


@dataclass(frozen=True, slots=True)
class Match:
    """Shares of a disposal, counted on its day, and the cost of the acquisition they are identified with."""

    rule: str
    acquired: date
    quantity: Fraction
    cost: Decimal | None


@dataclass(slots=True)
class Day:
    """One day's trades of a class by one person.

    bought: what is left of its purchases for the pool. sold: shares that are not identified yet.
    """

    bought: Shares = field(default_factory=Shares)
    sold: Fraction = NONE
    matches: list[Match] = field(default_factory=list)


def identify(found: Stream) -> Mapping[Holding, Mapping[date, Day]]:
    """The days on which each person traded each class, with what is identified; the rest is the pool's."""
    holdings = _days(found)
    for (_, share), days in holdings.items():
        for day, trades in days.items():
            _match(trades, trades, SAME_DAY, day, Fraction(1))
        bought = sorted(day for day, trades in days.items() if trades.bought.quantity)
        for day in sorted(day for day, trades in days.items() if trades.sold):
            for later in bought[bisect_right(bought, day) : bisect_right(bought, day + WINDOW)]:
                _match(days[day], days[later], THIRTY_DAYS, later, found.growth(share, day, later))
    return holdings


def identifiable(event: Acquired | Disposed) -> bool:
    """Whether an event takes part: not purchases of unknown date, nor a claim that shares are worthless."""
    if isinstance(event, Acquired):
        return event.dated
    return event.manner is not Manner.WORTHLESS


def _days(found: Stream) -> Mapping[Holding, dict[date, Day]]:
    holdings: dict[Holding, dict[date, Day]] = defaultdict(lambda: defaultdict(Day))
    for event in _trades(found):
        day = holdings[event.holder, event.share][event.day]
        if isinstance(event, Acquired):
            day.bought.add(event.quantity, event.cost)
        else:
            day.sold += event.quantity
    return holdings


def _trades(found: Stream) -> Iterable[Acquired | Disposed]:
    for event in found.events:
        if isinstance(event, Acquired) and event.sheltered:
            continue
        if isinstance(event, Acquired | Disposed) and identifiable(event):
            yield event


def _match(disposal: Day, acquisition: Day, rule: str, acquired: date, growth: Fraction) -> None:
    """growth: shares of the acquisition's day for one of the disposal's."""
    quantity = min(disposal.sold, acquisition.bought.quantity / growth)
    if quantity:
        disposal.sold -= quantity
        disposal.matches.append(Match(rule, acquired, quantity, acquisition.bought.take(quantity * growth)))
