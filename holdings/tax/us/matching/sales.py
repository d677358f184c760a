"""Disposals: the ledger's gains, shared out over the pieces of their lots, and the losses among them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter
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


def settle(state: State, entries: Sequence[Entry]) -> None:
    """Sales of one moment. Nobody knows their order, so their losses count in that of acquisition (Reg. 1.1091-1(b)).

    The shares of one order leave together, before any of its losses is looked at: what it sold replaces nothing.
    """
    orders: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        orders[state.order(entry)].append(entry)
    gains = [
        (_age(state, gain), number, order)
        for order in orders.values()
        for entry in order
        for number, gain in state.gains.get(entry.id, ())
    ]
    gains.sort(key=itemgetter(0))
    taken: dict[int, list[Sold]] = {}
    for _, number, order in gains:
        if number not in taken:
            for entry in order:
                for each, gain in state.gains.get(entry.id, ()):
                    taken[each] = relieve(state, each, gain, entry)
        lose(state, taken[number])


def relieve(state: State, number: int, gain: RealisedGain, entry: Entry) -> list[Sold]:
    """Take the shares of a gain out of their lot; slices of them where it is taxed and all about it is known."""
    parcel = state.parcels.get(gain.lot or "")
    pieces = _taken(state, parcel, gain, entry)
    if not state.places[gain.account].taxed:
        return []
    instrument = state.history.instruments.get(gain.instrument)
    reason = why_left_out(gain, instrument) or (parcel.flaw if parcel else "")
    if reason or parcel is None or gain.base_proceeds is None or gain.base_basis is None:
        state.leave_out(entry, reason, gain)
        return []
    proceeds, basis = [gain.base_proceeds], [gain.base_basis]
    if len(pieces) > 1:
        weights = [piece.quantity for piece in pieces]
        proceeds, basis = spread(gain.base_proceeds, weights), spread(gain.base_basis, weights)
    rule, days = rule_of(entry, gain.lot), _days(parcel, gain)
    sold = []
    for piece, came, cost in zip(pieces, proceeds, basis, strict=True):
        pot, basis_now = gain_class(gain, piece.tacked, instrument), cost + piece.deferred if piece.deferred else cost
        draft = Draft(gain, number, piece.quantity, came, basis_now, pot, piece.label, rule)
        state.drafts.append(draft)
        sold.append(Sold(draft, parcel, days + piece.tacked))
    return sold


def _taken(state: State, parcel: Parcel | None, gain: RealisedGain, entry: Entry) -> list[Piece]:
    if parcel is None or gain.lot is None:
        return []
    pieces = parcel.take(gain.quantity, entry.relief, named(entry, gain.lot) if entry.picks else ())
    if not parcel.pieces:
        del state.parcels[gain.lot]
    return pieces


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
