"""What lots go through: transfers, corporate actions and corrections carry their pieces along."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.types import ZERO, Entry, LotEvent
from holdings.tax.us.matching.payments import pay_boot
from holdings.tax.us.matching.pieces import Parcel, Piece, named, rescale
from holdings.tax.us.matching.state import State

OUT_OF_SHELTER = "The shares came out of a retirement account, where they are worth their value of that day: enter it."
INTO_SHELTER = "Shares put into a retirement account count as sold at their value of that day, which is not recorded."


def split(state: State, entry: Entry) -> None:
    """More or fewer shares in every piece; open losses are counted alike."""
    events = state.moves.get(entry.id, ())
    for key, event in events:
        rescale(state.parcels[key].pieces, event.quantity_after)
    for _, event in events[:1]:
        _recount(state, entry, event.quantity_after, event.quantity_after - event.quantity, event.instrument)


def adjust(state: State, entry: Entry) -> None:
    """A person's correction of shares; basis and date are the ledger's."""
    for key, event in state.moves.get(entry.id, ()):
        if event.quantity_after:
            rescale(state.parcels[key].pieces, event.quantity_after)
        else:
            del state.parcels[key]


def send(state: State, entry: Entry) -> None:
    """Shares that leave. On their way to another own account they still are the household's."""
    receiver = state.receivers.get(entry.id)
    for key, event in state.moves.get(entry.id, ()):
        left = _take(state, key, entry, -event.quantity)
        if receiver:
            state.keep(_in_transit(entry.id, key), left)
    if receiver and not state.places[receiver.account].taxed:
        state.leave_out(entry, INTO_SHELTER)


def receive(state: State, entry: Entry) -> None:
    """The very lots that were sent, under keys of their own."""
    for key, _ in state.moves.get(entry.id, ()):
        parcel = state.parcels.pop(_in_transit(entry.sender or "", state.history.ledger.parents[key]))
        leaves_shelter = state.places[entry.account].taxed and not state.places[parcel.account].taxed
        parcel.account, parcel.flaw = entry.account, OUT_OF_SHELTER if leaves_shelter else parcel.flaw
        state.keep(key, parcel)


def spin_off(state: State, entry: Entry) -> None:
    """The new shares take their fraction of what each piece had; nobody bought them, so they replace nothing."""
    parents, fraction = state.history.ledger.parents, entry.basis_fraction or ZERO
    for key, event in _arrived(state, entry):
        parent = state.parcels[parents[key]]
        pieces = [_part(piece, fraction) for piece in parent.pieces]
        rescale(pieces, event.quantity)
        state.keep(key, replace(parent, instrument=event.instrument, pieces=pieces, acquisition=None))


def merge(state: State, entry: Entry) -> None:
    """Shares that go on as those of another company; the walk treats those that go for cash alone as sold."""
    moves, parents = state.moves.get(entry.id, ()), state.history.ledger.parents
    gone = {key: _take(state, key, entry, -event.quantity) for key, event in moves if event.quantity < 0}
    shares = {key: parcel.quantity for key, parcel in gone.items()}
    whole, worth = sum(shares.values(), ZERO), (entry.fair_value or ZERO) * (entry.rate or ZERO)
    values, arrived = {}, dict(_arrived(state, entry))
    for key, event in arrived.items():
        old = key if key in gone else parents[key]
        values[key] = part(worth, shares[old], whole)
        _go_on(state, key, event, gone[old])
    pay_boot(state, entry, values, arrived)


def change_symbol(state: State, entry: Entry) -> None:
    """The lots go on under another name, and open losses look for that one."""
    arrived = _arrived(state, entry)
    for number, (key, event) in enumerate(arrived):
        parcel = state.parcels[key]
        before = parcel.quantity
        if not number:
            _recount(state, entry, event.quantity_after, before, event.instrument)
        _go_on(state, key, event, parcel)


def _go_on(state: State, key: str, event: LotEvent, parcel: Parcel) -> None:
    parcel.instrument = event.instrument
    rescale(parcel.pieces, event.quantity)
    state.keep(key, parcel)


def _arrived(state: State, entry: Entry) -> Sequence[tuple[str, LotEvent]]:
    return [(key, event) for key, event in state.moves.get(entry.id, ()) if event.quantity > 0]


def _take(state: State, key: str, entry: Entry, quantity: Decimal) -> Parcel:
    """Take shares out of a lot, as a parcel of their own."""
    parcel = state.parcels[key]
    taken = replace(parcel, pieces=parcel.take(quantity, entry.relief, named(entry, key)))
    if not parcel.pieces:
        del state.parcels[key]
    return taken


def _part(piece: Piece, fraction: Decimal) -> Piece:
    """A fraction of a piece's amounts; its shares stay where they are."""
    moved = Piece(piece.quantity, piece.label, ZERO, piece.tacked, ZERO, piece.match)
    moved.deferred = part(piece.deferred, fraction, Decimal(1))
    moved.included = part(piece.included, fraction, Decimal(1))
    piece.deferred -= moved.deferred
    piece.included -= moved.included
    return moved


def _recount(state: State, entry: Entry, after: Decimal, before: Decimal, name: str) -> None:
    instrument = entry.instrument or ""
    if state.splits.is_new(instrument, entry.account, entry.trade_date, after, before):
        state.recount(instrument, after, before, name)


def _in_transit(sent: str, key: str) -> str:
    return f"{sent}>{key}"
