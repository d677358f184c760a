"""A lot's tax basis beside its economic one, and the replacements that set them apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Household
from holdings.ledger.types import ZERO
from holdings.models import Lot, Replacement, TaxLot
from holdings.taxation.lots import agrees


@dataclass(frozen=True, slots=True)
class TaxPiece:
    """Shares of the lot that count alike, in the household's currency. economic: None is unknown."""

    row: TaxLot

    @property
    def economic(self) -> Decimal | None:
        return None if self.row.basis is None else self.row.basis - self.row.deferred

    @property
    def held_from(self) -> dt.date | None:
        """The day from which the holding period counts, as if the shares had been bought then."""
        if self.row.acquired is None:
            return None
        return self.row.acquired - dt.timedelta(self.row.tacked_days)


@dataclass(frozen=True, slots=True)
class LotTax:
    """is_current: whether the pieces are those of the lot as it is now."""

    pieces: Sequence[TaxPiece]
    replacements: Sequence[Replacement]
    is_current: bool

    @property
    def basis(self) -> Decimal | None:
        found = [piece.row.basis for piece in self.pieces if piece.row.basis is not None]
        return sum(found, ZERO) if len(found) == len(self.pieces) else None

    @property
    def economic(self) -> Decimal | None:
        return None if self.basis is None else self.basis - self.deferred

    @property
    def deferred(self) -> Decimal:
        return sum((piece.row.deferred for piece in self.pieces), ZERO)


def lot_tax(household: Household, lot: Lot) -> LotTax | None:
    """None where the tax basis is the economic one and no days are added. Two queries at most."""
    rows = list(TaxLot.objects.filter(account__household=household, lot_key=lot.key))
    if not any(row.piece or row.deferred or row.tacked_days for row in rows):
        return None
    family = Q(lot_key=lot.key) | Q(bought=lot.opening_id, instrument=lot.instrument_id)
    causes = Replacement.objects.filter(family, account__household=household).select_related("sale", "bought")
    return LotTax([TaxPiece(row) for row in rows], list(causes), agrees(lot, rows))
