"""How open lots count for tax, out of stored rows that still agree with the ledger. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings.ledger import types as ledger
from holdings.ledger.types import ZERO, Pick
from holdings.models import Lot, TaxLot
from holdings.tax import outcome
from holdings.tax.us.holding import long_term_from


@dataclass(frozen=True, slots=True)
class Standing:
    """An open lot under the tax rules.

    long_from: the first day on which all of it is long-term, None where there is no such day. tacked_days: days of
    replaced shares that count for the piece which turns last. earlier: shares that turn before it. unused: shares that
    would still replace shares sold at a loss, until the end of `replaces_until`.
    """

    long_from: dt.date | None
    tacked_days: int
    earlier: Decimal
    unused: Decimal
    replaces_until: dt.date | None


def turns_long(lot: Lot, standing: Standing | None) -> dt.date | None:
    """The first day of a long-term sale of all of a lot, days of replaced shares counted; None where it is unknown."""
    if standing and standing.tacked_days:
        return standing.long_from
    return long_term_from(lot.acquired) if lot.acquired else None


@dataclass(frozen=True, slots=True)
class Part:
    """Shares that a sale may name: a lot, or one of several pieces that a wash sale made of it. `pick`: of all.

    pieces: what the tax rules say of these shares; empty where nobody knows.
    """

    lot: Lot | ledger.Lot
    pick: Pick
    pieces: Sequence[TaxLot | outcome.TaxLot]

    @property
    def deferred(self) -> Decimal:
        return sum((each.deferred for each in self.pieces), ZERO)


def parted(lot: Lot | ledger.Lot, pieces: Sequence[TaxLot | outcome.TaxLot]) -> list[Part]:
    """The parts of a lot of which these are all pieces."""
    if len(pieces) < 2:
        return [Part(lot, Pick(lot.key, lot.quantity), pieces)]
    return [Part(lot, Pick(lot.key, each.quantity, each.piece), [each]) for each in pieces]


def parts(household: Household, lots: Sequence[Lot]) -> list[Part]:
    """In the order of the lots, with their pieces where the stored ones are those of the lot as it is. One query."""
    rows: dict[str, list[TaxLot]] = defaultdict(list)
    keys = [lot.key for lot in lots]
    for row in TaxLot.objects.filter(account__household=household, lot_key__in=keys).order_by("piece"):
        rows[row.lot_key].append(row)
    return [part for lot in lots for part in parted(lot, rows[lot.key] if agrees(lot, rows[lot.key]) else ())]


def standings(household: Household, lots: Iterable[Lot]) -> Mapping[str, Standing]:
    """By the key of the lot. One query.

    A lot that was booked into, sold from or corrected since the tax was computed is left out: its stored pieces do not
    add up to it, or have another day.
    """
    stored: dict[str, list[TaxLot]] = defaultdict(list)
    for row in TaxLot.objects.filter(account__household=household):
        stored[row.lot_key].append(row)
    return {lot.key: _standing(stored[lot.key]) for lot in lots if agrees(lot, stored.get(lot.key, ()))}


def agrees(lot: Lot, pieces: Sequence[TaxLot]) -> bool:
    """Whether stored pieces are those of the lot as it is now."""
    shares: Decimal = sum((piece.quantity for piece in pieces), ZERO)
    return shares == lot.quantity and all(piece.acquired == lot.acquired for piece in pieces)


def _standing(pieces: Sequence[TaxLot]) -> Standing:
    dated = [(piece.long_from, piece) for piece in pieces if piece.long_from]
    last = max((day for day, _ in dated), default=None)
    unused = [piece for piece in pieces if piece.replaces_until]
    return Standing(
        long_from=last if len(dated) == len(pieces) else None,
        tacked_days=min((piece.tacked_days for day, piece in dated if day == last), default=0),
        earlier=sum((piece.quantity for day, piece in dated if last and day < last), ZERO),
        unused=sum((piece.quantity for piece in unused), ZERO),
        replaces_until=max((piece.replaces_until for piece in unused if piece.replaces_until), default=None),
    )
