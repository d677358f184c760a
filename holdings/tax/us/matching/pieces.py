"""What replacements did to the shares of a lot: an overlay on the ledger's lots, which stay as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.ledger.exact import part, spread
from holdings.ledger.types import ZERO, Entry, Origin, Pick, Relief


@dataclass(slots=True, eq=False)
class Piece:
    """Shares of one lot that share a fate.

    label: "" is what no replacement has touched. deferred: disallowed losses on top of the ledger's basis, a total.
    tacked: days added to the holding period. included: disallowed loss that the broker had put into the basis already.
    match: the number of the replacement that used these shares; None is unused.
    """

    quantity: Decimal
    label: str = ""
    deferred: Decimal = ZERO
    tacked: int = 0
    included: Decimal = ZERO
    match: int | None = None

    def split(self, quantity: Decimal) -> "Piece":
        """Split fewer shares off than there are, with their part of every amount; the residue stays."""
        deferred = part(self.deferred, quantity, self.quantity) if self.deferred else ZERO
        included = part(self.included, quantity, self.quantity) if self.included else ZERO
        self.quantity -= quantity
        self.deferred -= deferred
        self.included -= included
        return Piece(quantity, self.label, deferred, self.tacked, included, self.match)


@dataclass(slots=True, eq=False)
class Acquisition:
    """A purchase. `day` counts for windows, `number` orders equal days; group: its identity group on that day.

    parcels: keys of the lots that its shares are or were in.
    """

    entry: str
    order: str
    day: date
    number: int
    group: str
    parcels: list[str]


@dataclass(slots=True, eq=False)
class Parcel:
    """The pieces of an open lot.

    acquisition: None for what was not bought: gifts, inheritances, spin-offs, lots of unknown date. opened: the day
    on which the lot came into the ledger. flaw: why its sales are left out of every figure, as a sentence.
    """

    account: str
    instrument: str
    pieces: list[Piece]
    acquisition: Acquisition | None
    origin: Origin
    opened: date
    number: int
    flaw: str = ""

    @property
    def quantity(self) -> Decimal:
        return sum((piece.quantity for piece in self.pieces), ZERO)

    @property
    def unused(self) -> Piece | None:
        """The shares that replace nothing yet. They are one piece at most: what is used is split off."""
        return next((piece for piece in self.pieces if piece.match is None and piece.quantity), None)

    def take(self, quantity: Decimal, relief: Relief, named: Iterable[Pick] = ()) -> list[Piece]:
        """Take shares out: the pieces that picks name, then by the method's order."""
        pieces = self.pieces
        if len(pieces) == 1 and quantity < pieces[0].quantity:
            return [pieces[0].split(quantity)]
        if len(pieces) == 1 or quantity == self.quantity:
            self.pieces = []
            return in_order_of(pieces, relief)
        wanted = {pick.piece: pick.quantity for pick in named}
        taken: list[Piece] = []
        for piece in [piece for piece in self.pieces if piece.label in wanted]:
            quantity -= self._take(piece, min(quantity, wanted[piece.label]), taken)
        for piece in in_order_of(self.pieces, relief):
            quantity -= self._take(piece, quantity, taken)
        return taken

    def _take(self, piece: Piece, quantity: Decimal, taken: list[Piece]) -> Decimal:
        quantity = min(quantity, piece.quantity)
        if quantity == piece.quantity:
            self.pieces.remove(piece)
            taken.append(piece)
        elif quantity:
            taken.append(piece.split(quantity))
        return quantity


def named(entry: Entry, lot: str | None) -> list[Pick]:
    """The picks of an entry that say which piece of a lot is meant."""
    return [pick for pick in entry.picks if pick.lot == lot and pick.piece is not None]


def rescale(pieces: Sequence[Piece], quantity: Decimal) -> None:
    """Spread shares over pieces in proportion to those they have; their amounts stay."""
    for piece, shares in zip(pieces, spread(quantity, [piece.quantity for piece in pieces]), strict=True):
        piece.quantity = shares


def in_order_of(pieces: Sequence[Piece], relief: Relief) -> list[Piece]:
    """Which piece of a lot a sale takes first, where nobody named one.

    Longest tacked first under FIFO and average basis, last under LIFO; highest adjusted basis a share first under HIFO.
    No authority settles it. Pieces alike stay in the order in which they were made.
    """
    if len(pieces) == 1:
        return [*pieces]
    if relief is Relief.LIFO:
        return sorted(pieces, key=lambda piece: piece.tacked)
    if relief is Relief.HIFO:
        return sorted(pieces, key=lambda piece: -piece.deferred / (piece.quantity or 1))
    return sorted(pieces, key=lambda piece: -piece.tacked)
