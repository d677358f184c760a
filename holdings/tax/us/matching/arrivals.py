"""Lots that come in: bought, or brought in with the day on which they had been bought elsewhere."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from holdings.ledger.types import ZERO, Entry, Kind, Origin
from holdings.tax.us.matching.pieces import Acquisition, Parcel, Piece
from holdings.tax.us.matching.state import State

_BROUGHT = {Kind.OPENING, Kind.TRANSFER_IN}


class Arrival(NamedTuple):
    """A lot and the day it was bought on, which is that of its entry or before it."""

    day: date
    entry: Entry


def early(state: State, entries: Iterable[Entry]) -> list[Arrival]:
    """Lots bought before the day of their entry: they stand in the windows from the day of the purchase."""
    corrected = _corrected(state, entries)
    found = [Arrival(day, entry) for entry in entries if (day := _bought_on(state, entry, corrected))]
    return sorted((each for each in found if each.day < each.entry.trade_date), key=lambda each: each.day)


def arrive(state: State, entry: Entry, day: date | None = None) -> None:
    """A new lot; bought on `day`, or on that of the entry. What was bought replaces what was lost before it."""
    if entry.id in state.parcels or not _opens(state, entry):
        return
    number, counts = state.next_number(), _is_bought(entry)
    group = state.identity.group(entry.instrument or "")
    bought = Acquisition(entry.id, state.order(entry), day or entry.trade_date, number, group, [entry.id])
    parcel = state.parcels[entry.id] = Parcel(
        account=entry.account,
        instrument=entry.instrument or "",
        pieces=[Piece(entry.quantity, included=_included(entry))],
        acquisition=bought if counts else None,
        origin=entry.origin,
        opened=entry.trade_date,
        number=number,
    )
    if counts:
        state.buy(bought, parcel)


def _included(entry: Entry) -> Decimal:
    """What the broker had put into the basis, in base currency."""
    return entry.disallowed * entry.rate if entry.disallowed and entry.rate else ZERO


def _is_bought(entry: Entry) -> bool:
    """Gifts and inheritances replace nothing; nor does what was acquired on an unknown day."""
    return entry.origin is Origin.PURCHASE and not (entry.kind in _BROUGHT and entry.acquired is None)


def _opens(state: State, entry: Entry) -> bool:
    """Whether the ledger opened a lot for the entry."""
    return entry.id in state.history.ledger.trail


def _bought_on(state: State, entry: Entry, corrected: Mapping[str, date]) -> date | None:
    if entry.kind in _BROUGHT or entry.id in corrected:
        return corrected.get(entry.id, entry.acquired) if _opens(state, entry) and _is_bought(entry) else None
    return None


def _corrected(state: State, entries: Iterable[Entry]) -> dict[str, date]:
    """Acquisition dates that a person put right, by the opening entry; they hold from the beginning."""
    return {
        pick.lot.partition(".")[0]: entry.acquired
        for entry in entries
        if entry.kind is Kind.ADJUST and entry.acquired and entry.id in state.moves
        for pick in entry.picks
    }
