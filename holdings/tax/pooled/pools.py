"""The pools of all persons and classes, and what changes them alike in every country that pools."""

from fractions import Fraction

from holdings.tax.outcome import Pool
from holdings.tax.pooled.events import Carved, Corrected, Event, Happened, Shifted, Split
from holdings.tax.pooled.shares import NONE, Shares, as_decimal

Holding = tuple[str, str]
"""A person and a class of shares."""


class Pools:
    """Pools by holding; one that nobody has put shares in is empty."""

    def __init__(self) -> None:
        self._pools: dict[Holding, Shares] = {}

    def of(self, holder: str, share: str) -> Shares:
        return self._pools.setdefault((holder, share), Shares())

    def at(self, event: Happened) -> Shares:
        """The pool of an event's person and class."""
        return self.of(event.holder, event.share)

    def apply(self, event: Event) -> None:
        """Splits, corrections, transfers to a spouse with the cost that goes along, spin-offs."""
        match event:
            case Split():
                self._split(event)
            case Corrected():
                self._correct(event)
            case Shifted():
                self._shift(event)
            case Carved():
                self._carve(event)

    def open(self) -> tuple[Pool, ...]:
        """The pools that hold shares, by person and class."""
        return tuple(
            Pool(holder, share, as_decimal(pool.quantity), pool.cost)
            for (holder, share), pool in sorted(self._pools.items())
            if pool.quantity
        )

    def _split(self, event: Split) -> None:
        for (holder, share), pool in self._pools.items():
            if share == event.share and pool.quantity:
                nowhere = pool.quantity - event.held.get(holder, NONE)
                grown = pool.quantity + event.added.get(holder, NONE) + nowhere * (event.ratio - 1)
                pool.quantity = max(grown, NONE)

    def _correct(self, event: Corrected) -> None:
        """The cost stays with the shares that are left, unless the whole lot was a mistake."""
        pool = self.at(event)
        if event.closes or -event.change >= pool.quantity:
            pool.take(min(-event.change, pool.quantity))
        else:
            pool.quantity += event.change

    def _shift(self, event: Shifted) -> None:
        pool = self.at(event)
        known = min(event.quantity, pool.quantity)
        cost = pool.take(known)
        if event.receiver:
            self.of(event.receiver, event.share).add(event.quantity, cost if known == event.quantity else None)

    def _carve(self, event: Carved) -> None:
        """The child takes its fraction of the cost of the shares that brought it."""
        pool = self.at(event)
        held = min(event.held, pool.quantity)
        cost = pool.take_cost(event.fraction * held / pool.quantity) if held else None
        self.of(event.holder, event.other).add(event.received, cost)


def exchanged(held: Fraction, pool: Shares) -> Shares:
    """The shares that a merger takes out of a pool, with their cost; unknown where the pool has too few."""
    known = min(held, pool.quantity)
    cost = pool.take(known)
    return Shares(held, cost if known == held else None)
