"""Corrections of a lot's basis or date, read as corrections of the transaction that opened it.

A pool has no lots, so a correction reaches it through the purchase. That is possible while the lot is still what its
opening left, whole and in the same shares.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.ledger.types import Entry, Kind, Ledger


@dataclass(frozen=True, slots=True)
class Correction:
    """What a transaction is to be read with, in its currency. refused: of an adjustment, that it comes too late."""

    basis: Decimal | None = None
    acquired: date | None = None
    refused: bool = False


def corrections(ordered: Iterable[Entry], ledger: Ledger) -> Mapping[str, Correction]:
    """opening entry -> its correction; and adjustments that come too late, under their own id."""
    found: dict[str, Correction] = {}
    for entry in ordered:
        if entry.kind is Kind.ADJUST and entry.picks and (entry.basis is not None or entry.acquired):
            opening = _still_whole(entry, ledger)
            if opening is None:
                found[entry.id] = Correction(refused=True)
                continue
            before = found.get(opening, Correction())
            found[opening] = Correction(
                basis=before.basis if entry.basis is None else entry.basis,
                acquired=entry.acquired or before.acquired,
            )
    return found


def _still_whole(entry: Entry, ledger: Ledger) -> str | None:
    """The entry that opened the lot, where nothing but corrections came between the two."""
    lot = entry.picks[0].lot
    trail = ledger.trail.get(lot, ())
    if not trail or trail[0].entry != lot:
        return None
    for event in trail[1:]:
        if event.entry == entry.id:
            return lot
        if event.kind is not Kind.ADJUST:
            return None
    return None
