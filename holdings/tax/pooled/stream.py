"""Transactions of all accounts as one stream of events of each class of shares."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from holdings.ledger.exact import exact
from holdings.tax.history import History
from holdings.tax.outcome import Unknown
from holdings.tax.pooled.classes import classes
from holdings.tax.pooled.events import Acquired, Carved, Event, Returned, Split
from holdings.tax.pooled.holdings import Holdings
from holdings.tax.pooled.reading import Reader
from holdings.tax.pooled.splits import Ratio, with_splits


@dataclass(frozen=True)
class Stream:
    """events: in order; what was acquired before the ledger began to know it stands on the day it was acquired.

    names: instrument -> its class, where it is another. splits: of each class, in order. left_out: what no rule covers.
    """

    events: tuple[Event, ...]
    holdings: Holdings
    names: Mapping[str, str]
    splits: Mapping[str, Sequence[Ratio]]
    left_out: tuple[Unknown, ...]

    def growth(self, share: str, after: date, until: date) -> Fraction:
        """How many shares at the end of `until` one share at the end of `after` has become."""
        found = Fraction(1)
        for split in self.splits.get(share, ()):
            if after < split.day <= until:
                found *= split.ratio
        return found


def stream(history: History) -> Stream:
    """The events of a history. Entries that the replay refused are left out and named."""
    ordered = history.ledger.entries
    names = classes(ordered)
    with localcontext(exact):
        reader = Reader(history, names, ordered)
        told = [event for entry in ordered for event in reader.read(entry)]
    holdings = Holdings(history, names)
    events, splits = with_splits(told, holdings)
    found = Stream(tuple(_joined(events)), holdings, names, splits, tuple(reader.left_out))
    return replace(found, events=tuple(_placed(found)))


def _placed(found: Stream) -> list[Event]:
    """Events by day: splits, then purchases from before the ledger in the shares of their own day, then the others."""
    placed = [(_rank(event), place, _of_its_day(event, found)) for place, event in enumerate(found.events)]
    return [event for *_, event in sorted(placed, key=lambda each: (each[2].day, each[0], each[1]))]


def _rank(event: Event) -> int:
    if isinstance(event, Split):
        return 0
    return 1 if isinstance(event, Acquired) and event.day < event.known else 2


def _of_its_day(event: Event, found: Stream) -> Event:
    if isinstance(event, Acquired) and event.day < event.known:
        return replace(event, quantity=event.quantity / found.growth(event.share, event.day, event.known))
    return event


def _joined(events: Iterable[Event]) -> list[Event]:
    """Spin-offs and returns of capital of one person, class and day as one, whichever accounts they reached."""
    found: dict[Hashable, Event] = {}
    for place, event in enumerate(events):
        key = _key(event, place)
        found[key] = _together(found[key], event) if key in found else event
    return list(found.values())


def _key(event: Event, place: int) -> Hashable:
    if isinstance(event, Carved):
        return "carved", event.holder, event.share, event.other, event.day, event.fraction
    if isinstance(event, Returned):
        return "returned", event.holder, event.share, event.day, event.in_lieu
    return place


def _together(one: Event, other: Event) -> Event:
    if isinstance(one, Carved) and isinstance(other, Carved):
        return replace(one, held=one.held + other.held, received=one.received + other.received)
    if isinstance(one, Returned) and isinstance(other, Returned):
        return replace(one, cash=_plus(one.cash, other.cash), value=_plus(one.value, other.value))
    raise TypeError(f"{type(one)} and {type(other)} are not joined.")


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else exact.add(one, other)
