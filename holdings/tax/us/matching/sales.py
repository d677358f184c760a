"""Disposals: the ledger's gains, shared out over the pieces of their lots, and the losses among them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from holdings.ledger.exact import spread
from holdings.ledger.types import Entry, Origin, RealisedGain
from holdings.tax.us.matching.pieces import Parcel, Piece, named
from holdings.tax.us.matching.slices import Draft, gain_class, rule_of, why_left_out
from holdings.tax.us.matching.state import State

_MORE_THAN_A_YEAR = 367


class Sold(NamedTuple):
    """A slice, the lot it came from, and the days for which its shares were held, tacked ones included."""

    draft: Draft
    parcel: Parcel
    held: int


class _Gain(NamedTuple):
    """A gain with its place in the ledger, its entry, and all the gains of the same order."""

    number: int
    gain: RealisedGain
    entry: Entry
    order: list["_Gain"]


def settle(state: State, entries: Sequence[Entry]) -> None:
    """Sales of one moment. Nobody knows their order, so their losses count in that of acquisition (Reg. 1.1091-1(b)).

    The shares of one order leave together, before any of its losses is looked at: what it sold replaces nothing.
    """
    orders: dict[str, list[_Gain]] = defaultdict(list)
    for entry in entries:
        order = orders[state.order(entry)]
        order += [_Gain(number, gain, entry, order) for number, gain in state.gains.get(entry.id, ())]
    gains = [gain for order in orders.values() for gain in order]
    if len(gains) > 1:
        gains.sort(key=lambda each: _age(state, each.gain))
    taken: dict[int, list[Sold]] = {}
    for each in gains:
        if each.number not in taken:
            taken |= {number: relieve(state, number, gain, entry) for number, gain, entry, _ in each.order}
        lose(state, taken[each.number])


def relieve(state: State, number: int, gain: RealisedGain, entry: Entry) -> list[Sold]:
    """Take the shares of a gain out of their lot; slices of them where it is taxed and all about it is known."""
    parcel = state.parcels.get(gain.lot or "")
    pieces = _taken(state, parcel, gain, entry)
    if not state.places[gain.account].taxed:
        return []
    reason = why_left_out(gain, state.history.instruments.get(gain.instrument)) or (parcel.flaw if parcel else "")
    if reason or parcel is None:
        state.leave_out(entry, reason, gain)
        return []
    sold = [Sold(draft, parcel, held) for draft, held in _slices(state, number, gain, entry, parcel, pieces)]
    state.drafts += [each.draft for each in sold]
    return sold


def _taken(state: State, parcel: Parcel | None, gain: RealisedGain, entry: Entry) -> list[Piece]:
    if parcel is None or gain.lot is None:
        return []
    pieces = parcel.take(gain.quantity, entry.relief, named(entry, gain.lot))
    if not parcel.pieces:
        del state.parcels[gain.lot]
    return pieces


def _slices(
    state: State, number: int, gain: RealisedGain, entry: Entry, parcel: Parcel, pieces: Sequence[Piece]
) -> Iterable[tuple[Draft, int]]:
    if gain.base_proceeds is None or gain.base_basis is None:
        return
    proceeds, basis = [gain.base_proceeds], [gain.base_basis]
    if len(pieces) > 1:
        weights = [piece.quantity for piece in pieces]
        proceeds, basis = spread(gain.base_proceeds, weights), spread(gain.base_basis, weights)
    instrument, rule = state.history.instruments.get(gain.instrument), rule_of(entry, gain.lot)
    days = _days(parcel, gain)
    for piece, came, cost in zip(pieces, proceeds, basis, strict=True):
        pot = gain_class(gain, piece.tacked, instrument)
        what = piece.quantity, came, cost + piece.deferred, pot, piece.label, rule
        yield Draft(gain, number, *what), days + piece.tacked


def lose(state: State, sold: Iterable[Sold]) -> None:
    """Look for what replaced the shares of those slices that lost."""
    for draft, parcel, held in sold:
        if draft.basis > draft.proceeds:
            state.lose(draft, parcel, held)


def _days(parcel: Parcel, gain: RealisedGain) -> int:
    """Days from acquisition to sale; inherited shares were held for more than a year at least (IRC 1223(9))."""
    days = max((gain.sold - (gain.acquired or parcel.opened)).days, 0)
    return max(days, _MORE_THAN_A_YEAR) if parcel.origin is Origin.INHERITANCE else days


def _age(state: State, gain: RealisedGain) -> tuple[date, int]:
    parcel = state.parcels.get(gain.lot or "")
    return gain.acquired or date.min, parcel.number if parcel else 0
