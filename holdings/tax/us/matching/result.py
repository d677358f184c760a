"""A finished matching: slices with what a reader must know of them, and the open pieces of every lot."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

from holdings.ledger.exact import spread
from holdings.ledger.types import Kind, Lot, Origin, ProblemCode
from holdings.tax.outcome import Matching, Replacement, Slice, TaxLot, Unknown
from holdings.tax.us.holding import long_term_from
from holdings.tax.us.matching.notes import add_notes
from holdings.tax.us.matching.pieces import Parcel, Piece
from holdings.tax.us.matching.state import State
from holdings.tax.us.matching.subject import is_subject
from holdings.tax.us.wash import WINDOW

_PURCHASES = {Kind.BUY, Kind.REINVEST}
_ACTIONS = {Kind.SPLIT, Kind.SPIN_OFF, Kind.MERGER, Kind.SYMBOL_CHANGE}


def result(state: State) -> Matching:
    """What is known when every event has been told."""
    state.provisional()
    add_notes(state)
    return Matching(
        slices=_slices(state),
        lots=tuple(lot for each in state.history.ledger.lots for lot in _tax_lots(state, each)),
        replacements=tuple(_located(state)),
        left_out=(*state.left_out, *_refused(state)),
    )


def _slices(state: State) -> tuple[Slice, ...]:
    """A broker reports the basis of what was bought with it (IRC 6045(g)), not of what came from elsewhere."""
    bought = {entry.id for entry in state.history.entries if entry.kind in _PURCHASES}
    drafts = sorted(state.drafts, key=attrgetter("number"))
    return tuple(each for draft in drafts for each in draft.done((draft.gain.lot or "").partition(".")[0] in bought))


def _tax_lots(state: State, lot: Lot) -> Iterator[TaxLot]:
    parcel = state.parcels[lot.key]
    pieces = sorted(parcel.pieces, key=lambda piece: piece.label)
    for piece, basis in zip(pieces, _bases(lot, pieces), strict=True):
        yield TaxLot(
            lot=lot.key,
            account=lot.account,
            instrument=lot.instrument,
            quantity=piece.quantity,
            basis=None if basis is None else basis + piece.deferred,
            acquired=lot.acquired,
            piece=piece.label,
            deferred=piece.deferred,
            tacked_days=piece.tacked,
            long_from=_long_from(lot, piece),
            replaces_until=_replaces_until(state, parcel, piece),
        )


def _bases(lot: Lot, pieces: Sequence[Piece]) -> Sequence[Decimal | None]:
    if lot.base_basis is None or len(pieces) == 1:
        return [lot.base_basis] * len(pieces)
    return spread(lot.base_basis, [piece.quantity for piece in pieces])


def _long_from(lot: Lot, piece: Piece) -> date | None:
    """Inherited shares are long-term at once (IRC 1223(9))."""
    if lot.origin is Origin.INHERITANCE:
        return lot.acquired or lot.opened
    if lot.acquired is None:
        return None
    return max(long_term_from(lot.acquired - timedelta(piece.tacked)), lot.acquired)


def _replaces_until(state: State, parcel: Parcel, piece: Piece) -> date | None:
    bought, as_of = parcel.acquisition, state.history.as_of
    if bought is None or piece.match is not None or bought.day + WINDOW < as_of:
        return None
    counts = state.is_replacing(parcel) and state.effect(parcel.account) is not None
    return bought.day + WINDOW if counts and is_subject(state.asset(parcel.instrument), as_of) else None


def _located(state: State) -> Iterator[Replacement]:
    """Replacements with the lot that their shares are in now."""
    found: dict[int, str] = {}
    for lot in state.history.ledger.lots:
        for piece in state.parcels[lot.key].pieces:
            if piece.match is not None:
                found.setdefault(piece.match, lot.key)
    for number, match in enumerate(state.matches):
        gain, bought = match.draft.gain, match.purchase
        yield Replacement(
            sale=gain.sale,
            sold=gain.sold,
            bought=bought.entry,
            acquired=bought.day,
            account=match.account,
            instrument=match.instrument,
            quantity=match.quantity,
            amount=match.amount,
            effect=match.effect,
            sold_lot=gain.lot,
            lot=found.get(number),
        )


def _refused(state: State) -> Iterable[Unknown]:
    """Corporate actions that lack what they need: the ledger did not carry them out, so that later figures err."""
    entries = {entry.id: entry for entry in state.history.entries if entry.kind in _ACTIONS}
    for problem in state.history.ledger.problems:
        entry = entries.get(problem.entry)
        if entry and problem.code is ProblemCode.INCOMPLETE:
            amount = entry.cash * (entry.rate or 0)
            yield Unknown(entry.id, entry.account, entry.instrument, entry.trade_date, amount, problem.message)
