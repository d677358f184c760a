"""The open lots of one instrument in one account, while a replay runs."""

import heapq
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.types import ZERO, Lot


@dataclass(slots=True)
class OpenLot:
    """A lot that may still change. `order` counts openings, so that equal dates keep their order."""

    opened_by: str
    currency: str
    quantity: Decimal
    basis: Decimal | None
    acquired: date | None
    opened: date
    disallowed: Decimal
    order: int

    @property
    def place(self) -> tuple[date, int, str]:
        """First in, first out. An unknown date is older than the history, so it goes first."""
        return self.acquired or date.min, self.order, self.opened_by


@dataclass(frozen=True, slots=True)
class Taken:
    """Shares that left a lot, with their part of its basis."""

    lot: str
    quantity: Decimal
    basis: Decimal | None
    acquired: date | None


class Book:
    """Lots by key, and a queue of them in first-in, first-out order. Stale queue heads are dropped when met."""

    def __init__(self, account: str, instrument: str) -> None:
        self.account = account
        self.instrument = instrument
        self.quantity = ZERO
        self.lots: dict[str, OpenLot] = {}
        self._queue: list[tuple[date, int, str]] = []

    def open(self, lot: OpenLot) -> None:
        self.lots[lot.opened_by] = lot
        self.quantity += lot.quantity
        self.requeue(lot)

    def requeue(self, lot: OpenLot) -> None:
        """Give a lot its place in the queue, for the first time or after its date changed."""
        heapq.heappush(self._queue, lot.place)

    def first(self) -> OpenLot | None:
        """The lot that a sale without picks takes from."""
        while self._queue:
            lot = self.lots.get(self._queue[0][2])
            if lot is not None and lot.place == self._queue[0]:
                return lot
            heapq.heappop(self._queue)
        return None

    def take(self, key: str, quantity: Decimal) -> Taken:
        """Take shares out of a lot that holds at least as many; the last shares take the whole rest of the basis."""
        lot = self.lots[key]
        basis = lot.basis
        if quantity == lot.quantity:
            del self.lots[key]
        else:
            basis = None if basis is None else part(basis, quantity, lot.quantity)
            lot.disallowed -= part(lot.disallowed, quantity, lot.quantity)
            lot.basis = None if lot.basis is None or basis is None else lot.basis - basis
            lot.quantity -= quantity
        self.quantity -= quantity
        return Taken(key, quantity, basis, lot.acquired)

    def scale(self, additional: Decimal) -> None:
        """Spread a split over the lots in proportion; the last lot takes the residue. Basis and dates stay."""
        before, left = self.quantity, additional
        self.quantity += additional
        for lot in list(self.lots.values())[:-1]:
            grown = part(lot.quantity, additional, before)
            lot.quantity += grown
            left -= grown
        next(reversed(self.lots.values())).quantity += left

    def change(self, key: str, quantity: Decimal) -> None:
        """Correct the shares of a lot, leaving its basis; a lot left without shares is closed."""
        lot = self.lots[key]
        lot.quantity += quantity
        self.quantity += quantity
        if not lot.quantity:
            del self.lots[key]

    def snapshot(self) -> list[Lot]:
        """The open lots, first in first out."""
        return [
            Lot(
                opened_by=lot.opened_by,
                piece="",
                account=self.account,
                instrument=self.instrument,
                currency=lot.currency,
                quantity=lot.quantity,
                basis=lot.basis,
                acquired=lot.acquired,
                opened=lot.opened,
                disallowed=lot.disallowed,
            )
            for lot in sorted(self.lots.values(), key=lambda lot: lot.place)
        ]
