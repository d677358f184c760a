"""Recipes that turn a sale's quantity into picks of lots, once, when the sale is ordered or booked."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple, Protocol

from holdings.ledger.exact import exact
from holdings.ledger.types import Pick
from holdings.tax.us import Rates, is_long_term


class Lot(Protocol):
    """What a recipe looks at: a lot of a finished replay, or one that is still open in it."""

    @property
    def key(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def basis(self) -> Decimal | None: ...
    @property
    def acquired(self) -> date | None: ...


class NotEnoughShares(ValueError):
    """The lots hold fewer shares than are to be sold."""

    def __init__(self, missing: Decimal) -> None:
        super().__init__(f"{missing} shares are missing from the lots.")
        self.missing = missing


def fifo(lots: Iterable[Lot], quantity: Decimal) -> tuple[Pick, ...]:
    """First in, first out; an unknown date counts as the oldest. Equal lots keep the order given."""
    return _pick(sorted(lots, key=_age), quantity)


def lifo(lots: Iterable[Lot], quantity: Decimal) -> tuple[Pick, ...]:
    """Last in, first out; an unknown date counts as the oldest. Equal lots keep the order given."""
    return _pick(sorted(lots, key=_age, reverse=True), quantity)


def hifo(lots: Iterable[Lot], quantity: Decimal) -> tuple[Pick, ...]:
    """Highest basis a share first. Lots of unknown basis or date are left alone."""
    ranked = sorted(_known(lots), key=lambda known: -known.basis)
    return _pick((known.lot for known in ranked), quantity)


def min_tax(lots: Iterable[Lot], quantity: Decimal, *, price: Decimal, sold: date, rates: Rates) -> tuple[Pick, ...]:
    """Least gain x rate of its term a share first: losses, then small gains. Unknown lots are left alone.

    price: proceeds a share, net of costs. This is a recipe, lot by lot: netting, the loss limit and wash sales can make
    another choice cheaper for the whole trade.
    """

    def tax_a_share(known: _Known) -> Decimal:
        rate = rates.long if is_long_term(known.acquired, sold) else rates.short
        return (price - known.basis) * (rate + rates.state)

    return _pick((known.lot for known in sorted(_known(lots), key=tax_a_share)), quantity)


class _Known(NamedTuple):
    lot: Lot
    basis: Decimal  # a share
    acquired: date


def _known(lots: Iterable[Lot]) -> list[_Known]:
    return [
        _Known(lot, lot.basis / lot.quantity, lot.acquired)
        for lot in lots
        if lot.basis is not None and lot.acquired is not None
    ]


def _age(lot: Lot) -> date:
    return lot.acquired or date.min


def _pick(lots: Iterable[Lot], quantity: Decimal) -> tuple[Pick, ...]:
    with localcontext(exact):
        picks, left = [], quantity
        for lot in lots:
            taken = min(left, lot.quantity)
            if taken > 0:
                picks.append(Pick(lot.key, taken))
                left -= taken
        if left:
            raise NotEnoughShares(left)
        return tuple(picks)
