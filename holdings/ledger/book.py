"""The open lots of one instrument in one account, while a replay runs."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import blake2s

from holdings.ledger.exact import part, spread
from holdings.ledger.types import ZERO, Lot, Origin, Relief

LONGEST_KEY = 80


@dataclass(slots=True)
class OpenLot:
    """A lot that may still change, or shares taken out of one. `order` counts openings: equal dates keep their order.

    Amounts are totals of the lot; those that are None are unknown. `loss_basis` is None but for gifts.
    """

    key: str
    currency: str
    quantity: Decimal
    basis: Decimal | None
    base_basis: Decimal | None
    acquired: date | None
    opened: date
    disallowed: Decimal
    order: int
    origin: Origin = Origin.PURCHASE
    loss_basis: Decimal | None = None

    @property
    def place(self) -> tuple[date, int, str]:
        """First in, first out. An unknown date is older than the history, so it goes first."""
        return self.acquired or date.min, self.order, self.key

    def take(self, quantity: Decimal) -> "OpenLot":
        """Split shares off, fewer than the lot holds, with their part of every amount; the rest keeps the residue."""
        taken = OpenLot(
            self.key,
            self.currency,
            quantity,
            _part(self.basis, quantity, self.quantity),
            _part(self.base_basis, quantity, self.quantity),
            self.acquired,
            self.opened,
            _part(self.disallowed, quantity, self.quantity) or ZERO,
            self.order,
            self.origin,
            _part(self.loss_basis, quantity, self.quantity),
        )
        self.quantity -= quantity
        self.basis = _less(self.basis, taken.basis)
        self.base_basis = _less(self.base_basis, taken.base_basis)
        self.loss_basis = _less(self.loss_basis, taken.loss_basis)
        self.disallowed -= taken.disallowed
        return taken

    def join(self, more: "OpenLot") -> None:
        """Put shares back together that were split off the same lot."""
        self.quantity += more.quantity
        self.basis = _plus(self.basis, more.basis)
        self.base_basis = _plus(self.base_basis, more.base_basis)
        self.loss_basis = _plus(self.loss_basis, more.loss_basis)
        self.disallowed += more.disallowed

    def take_basis(self, fraction: Decimal, quantity: Decimal) -> "OpenLot":
        """Split a fraction of every amount off, for as many new shares; the shares of this lot stay."""
        shares = self.quantity
        self.quantity = Decimal(1)
        taken = self.take(fraction)
        self.quantity, taken.quantity = shares, quantity
        return taken


def child_key(parent: str, label: str) -> str:
    """The key of a piece of a lot: the parent's, and a label of the event that made it."""
    key = f"{parent}.{label}"
    if len(key) <= LONGEST_KEY:
        return key
    opening, _, path = key.partition(".")
    return f"{opening}.{blake2s(path.encode(), digest_size=8).hexdigest()}"


class Book:
    """Lots by key, and a queue of them in first-in, first-out order. Stale queue heads are dropped when met."""

    def __init__(self, account: str, instrument: str) -> None:
        self.account = account
        self.instrument = instrument
        self.quantity = ZERO
        self.lots: dict[str, OpenLot] = {}
        self.averaged = False
        self._level = True
        self._queue: list[tuple[date, int, str]] = []

    def open(self, lot: OpenLot) -> None:
        self.lots[lot.key] = lot
        self.quantity += lot.quantity
        self.requeue(lot)
        self._level = False

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

    def take(self, key: str, quantity: Decimal) -> OpenLot:
        """Take shares out of a lot that holds at least as many; the last shares take the whole rest of its amounts."""
        lot = self.lots[key]
        self.quantity -= quantity
        return self.lots.pop(key) if quantity == lot.quantity else lot.take(quantity)

    def drain(self) -> list[OpenLot]:
        """Take every lot out, in the order of opening."""
        lots = list(self.lots.values())
        self.lots.clear()
        self.quantity = ZERO
        return lots

    def scale(self, additional: Decimal) -> bool:
        """Spread a split over the lots in proportion; basis and dates stay. False where a lot would be left empty."""
        lots = list(self.lots.values())
        grown = spread(additional, [lot.quantity for lot in lots])
        if any(lot.quantity + more <= 0 for lot, more in zip(lots, grown, strict=True)):
            return False
        for lot, more in zip(lots, grown, strict=True):
            lot.quantity += more
        self.quantity += additional
        return True

    def change(self, key: str, quantity: Decimal) -> None:
        """Correct the shares of a lot, leaving its basis; a lot left without shares is closed."""
        lot = self.lots[key]
        lot.quantity += quantity
        self.quantity += quantity
        self._level = False
        if not lot.quantity:
            del self.lots[key]

    def turn(self, relief: Relief) -> None:
        """Begin or end averaging, as the account's method on the day of an entry says."""
        if self.averaged and relief is not Relief.AVERAGE:
            self.level()
        self.averaged = relief is Relief.AVERAGE

    def level(self) -> None:
        """Under average basis, give every share the same basis (Pub. 550); unknown lots stay out of it.

        Only what was added or changed since the last time makes a new average, so it is done when shares leave.
        """
        if self._level or not self.averaged:
            return
        for currency in {lot.currency for lot in self.lots.values()}:
            _level([lot for lot in self.lots.values() if lot.basis is not None and lot.currency == currency])
        self._level = True

    def unlevel(self) -> None:
        """The basis of some lot has changed."""
        self._level = False

    def snapshot(self) -> list[Lot]:
        """The open lots, first in first out."""
        self.level()
        return [
            Lot(
                opened_by=lot.key.partition(".")[0],
                piece=lot.key.partition(".")[2],
                account=self.account,
                instrument=self.instrument,
                currency=lot.currency,
                quantity=lot.quantity,
                basis=lot.basis,
                acquired=lot.acquired,
                opened=lot.opened,
                disallowed=lot.disallowed,
                base_basis=lot.base_basis,
                loss_basis=lot.loss_basis,
                origin=lot.origin,
            )
            for lot in sorted(self.lots.values(), key=lambda lot: lot.place)
        ]


def _level(lots: list[OpenLot]) -> None:
    weights = [lot.quantity for lot in lots]
    for lot, basis in zip(lots, _evenly([lot.basis for lot in lots], weights), strict=True):
        lot.basis = basis
    for lot, basis in zip(lots, _evenly([lot.base_basis for lot in lots], weights), strict=True):
        lot.base_basis = basis


def _evenly(amounts: list[Decimal | None], weights: list[Decimal]) -> Iterable[Decimal | None]:
    known = [amount for amount in amounts if amount is not None]
    return spread(sum(known, ZERO), weights) if len(known) == len(amounts) else [None] * len(amounts)


def _part(amount: Decimal | None, share: Decimal, whole: Decimal) -> Decimal | None:
    return part(amount, share, whole) if amount else amount


def _plus(amount: Decimal | None, more: Decimal | None) -> Decimal | None:
    return None if amount is None or more is None else amount + more


def _less(amount: Decimal | None, taken: Decimal | None) -> Decimal | None:
    return None if amount is None or taken is None else amount - taken
