"""Which lots, and pieces of lots, a sale takes: decided once, when the sale is ordered or booked."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.choice import NotEnoughShares
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, Entry, Pick
from holdings.tax.outcome import GainClass, TaxLot
from holdings.tax.questions.sell import SaleTax, if_sold
from holdings.tax.questions.situation import Situation

Order = Callable[[TaxLot], tuple[Decimal, ...]]


def least_tax(situation: Situation, sale: Entry, lots: Sequence[TaxLot]) -> tuple[Pick, ...]:
    """Picks for a sale that names none, out of the open lots of its account and instrument.

    By share alone, a lot that looks cheap can cost more: netting, the loss limit, the 0 % bracket and wash sales are of
    the whole trade. So each recipe's picks are booked into a copy of the history and the one that adds the least tax is
    kept; of equal ones that with the smaller gain. Lots of unknown basis or date are left alone while others suffice.
    Of a lot that a wash sale adjusted in part, the picks name pieces. Raises NotEnoughShares.
    """
    with localcontext(exact):
        price = sale.cash / -sale.quantity
        choices = dict.fromkeys(_picks(lots, order, -sale.quantity) for order in _orders(situation, sale, price))
        judged = [(picks, if_sold(situation, [replace(sale, picks=picks)])) for picks in choices]
        return min(judged, key=lambda each: (each[1].expected, _gain(each[1])))[0]


def highest_basis(lots: Sequence[TaxLot], shares: Decimal) -> tuple[Pick, ...]:
    """Highest tax basis a share first, deferred losses included; lots of unknown basis or date last.

    Raises NotEnoughShares.
    """
    with localcontext(exact):
        return _picks(lots, lambda lot: (-(lot.basis or ZERO) / lot.quantity,), shares)


def _orders(situation: Situation, sale: Entry, price: Decimal) -> list[Order]:
    """Highest basis, losses first at each term's marginal rate, and short or long lots alone first."""
    marginal = situation.standing.marginal

    def is_long(lot: TaxLot) -> bool:
        return lot.long_from is not None and lot.long_from <= sale.trade_date

    def gain(lot: TaxLot) -> Decimal:
        return price - (lot.basis or ZERO) / lot.quantity

    def rate(lot: TaxLot) -> Decimal:
        return marginal.get(GainClass.LONG if is_long(lot) else GainClass.SHORT, ZERO)

    return [
        lambda lot: (gain(lot) * rate(lot), gain(lot)),
        lambda lot: (gain(lot),),
        lambda lot: (Decimal(not is_long(lot)), gain(lot)),
        lambda lot: (Decimal(is_long(lot)), gain(lot)),
    ]


def _picks(lots: Sequence[TaxLot], order: Order, wanted: Decimal) -> tuple[Pick, ...]:
    known = [lot for lot in lots if lot.basis is not None and lot.acquired is not None]
    unknown = [lot for lot in lots if lot not in known]
    taken: list[tuple[TaxLot, Decimal]] = []
    for lot in [*sorted(known, key=order), *unknown]:
        if shares := min(lot.quantity, wanted):
            taken.append((lot, shares))
            wanted -= shares
    if wanted:
        raise NotEnoughShares(wanted)
    pieces = Counter(lot.lot for lot in lots)
    return tuple(Pick(lot.lot, shares, lot.piece if pieces[lot.lot] > 1 else None) for lot, shares in taken)


def _gain(tax: SaleTax) -> Decimal:
    return sum((each.recognised or ZERO for each in tax.slices), ZERO)
