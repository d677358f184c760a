"""What it would save to sell short-term shares once they are long-term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.tax.outcome import GainClass, Slice, TaxLot
from holdings.tax.questions.sell import SaleTax
from holdings.tax.questions.situation import Situation


@dataclass(frozen=True, slots=True)
class Wait:
    """A gain that turns long-term on `until`. saved: tax less, in the currency of the history."""

    lot: str
    piece: str
    until: date
    saved: Decimal


def waiting(situation: Situation, sold: SaleTax, lots: Sequence[TaxLot]) -> tuple[Wait, ...]:
    """One for each short-term gain among the sales, in their order.

    Each counts alone, at the same price and by the figures of the same year: a price that moves, or a year that turns
    in the meantime, makes it another. Losses are left out, since they save more while they are short-term.
    """
    long_from = {(lot.lot, lot.piece): lot.long_from for lot in lots}
    with localcontext(exact):
        now = situation.assess((*sold.rest, *sold.slices)).tax
        found = []
        for each in sold.slices:
            until = long_from.get((each.lot or "", each.piece))
            if until and until > each.sold and each.gain_class is GainClass.SHORT and (each.recognised or 0) > 0:
                later = tuple(_long(other) if other is each else other for other in sold.slices)
                saved = now - situation.assess((*sold.rest, *later)).tax
                found.append(Wait(each.lot or "", each.piece, until, saved))
        return tuple(found)


def _long(each: Slice) -> Slice:
    return each._replace(gain_class=GainClass.LONG)
