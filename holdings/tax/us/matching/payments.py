"""Cash that comes while the shares stay: how much of it is a gain depends on the adjusted basis."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from holdings.ledger.exact import spread
from holdings.ledger.types import ZERO, Entry, LotEvent, RealisedGain
from holdings.tax.us.matching.pieces import Parcel, Piece
from holdings.tax.us.matching.slices import Draft, gain_class, why_left_out
from holdings.tax.us.matching.state import State

_Amounts = Sequence[Decimal]
_Count = Callable[[Sequence[Piece], _Amounts, _Amounts], _Amounts]
"""Of pieces, their cash and the ledger's gain of each: the gain that counts."""


def return_capital(state: State, entry: Entry) -> None:
    """What exceeds the ledger's basis uses up deferred losses before it is a gain (IRC 301(c)(2), (3))."""
    for number, gain in state.gains.get(entry.id, ()):
        if parcel := _payable(state, entry, gain):
            for draft in _paid(state, number, gain, parcel, _beyond_deferred, "Return of capital beyond the basis."):
                draft.proceeds, draft.basis = draft.proceeds - draft.basis, ZERO
                state.drafts += [draft] if draft.proceeds else []


def pay_boot(state: State, entry: Entry, values: Mapping[str, Decimal], arrived: Mapping[str, LotEvent]) -> None:
    """Cash of a merger: a gain up to it counts, a loss never (IRC 356, 358). values: of each lot's new shares."""
    for number, gain in state.gains.get(entry.id, ()):
        parcel = _payable(state, entry, gain)
        if parcel is None or gain.lot is None:
            continue
        basis = (arrived[gain.lot].base_basis_after or ZERO) + (gain.base_basis or ZERO)
        count = _up_to_cash(basis, values[gain.lot])
        state.drafts += _paid(state, number, gain, parcel, count, "Cash of a merger, up to the gain.")


def _payable(state: State, entry: Entry, gain: RealisedGain) -> Parcel | None:
    """The lot that was paid; none where its account is not taxed or not enough is known about it."""
    parcel = state.parcels.get(gain.lot or "")
    if not state.places[gain.account].taxed:
        return None
    reason = why_left_out(gain, state.history.instruments.get(gain.instrument)) or (parcel.flaw if parcel else "")
    if reason:
        state.leave_out(entry, reason, gain)
    return None if reason else parcel


def _paid(state: State, number: int, gain: RealisedGain, parcel: Parcel, count: _Count, rule: str) -> Sequence[Draft]:
    """A slice of each piece; what the gain is smaller by than the ledger's comes off the deferred losses."""
    if gain.base_proceeds is None or gain.base_basis is None:
        return []
    weights = [piece.quantity for piece in parcel.pieces]
    cash, gained = spread(gain.base_proceeds, weights), spread(gain.base_proceeds - gain.base_basis, weights)
    drafts, instrument = [], state.history.instruments.get(gain.instrument)
    counted = count(parcel.pieces, cash, gained)
    for piece, came, without, counts in zip(parcel.pieces, cash, gained, counted, strict=True):
        piece.deferred -= without - counts
        pot = gain_class(gain, piece.tacked, instrument)
        drafts.append(Draft(gain, number, ZERO, came, came - counts, pot, piece.label, rule))
    return drafts


def _beyond_deferred(pieces: Sequence[Piece], _: _Amounts, gained: _Amounts) -> _Amounts:
    return [max(gain - piece.deferred, ZERO) for piece, gain in zip(pieces, gained, strict=True)]


def _up_to_cash(basis: Decimal, value: Decimal) -> _Count:
    """min(cash, cash + value of the new shares - adjusted basis), not below nothing."""

    def count(pieces: Sequence[Piece], cash: _Amounts, gained: _Amounts) -> _Amounts:
        weights = [piece.quantity for piece in pieces]
        rows = zip(pieces, cash, gained, spread(basis, weights), spread(value, weights), strict=True)
        return [
            max(min(came, came + worth - cost - piece.deferred), ZERO) if piece.deferred else gain
            for piece, came, gain, cost, worth in rows
        ]

    return count
