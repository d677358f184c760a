"""What leaves lots for money, and what of it is gain, in the trade's currency and in the household's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.ledger.book import Book, OpenLot
from holdings.ledger.exact import part, spread
from holdings.ledger.state import State
from holdings.ledger.types import ZERO, Entry, Origin, RealisedGain, Term
from holdings.tax.us import gift_basis, is_long_term


@dataclass(frozen=True, slots=True)
class Amounts:
    """Two sides of a gain. `base_…` are in base currency, each at the rate of its own day; None is unknown."""

    proceeds: Decimal
    basis: Decimal | None
    base_proceeds: Decimal | None
    base_basis: Decimal | None


def realise_all(
    state: State,
    entry: Entry,
    book: Book,
    held: Sequence[OpenLot],
    missing: Decimal,
    proceeds: Decimal,
    sold: date | None = None,
) -> None:
    """Share proceeds out over lots, by shares; those that were not held are sold at unknown basis."""
    weights = [lot.quantity for lot in held] + ([missing] if missing else [])
    shares = spread(proceeds, weights)
    for lot, share in zip(held, shares, strict=False):
        _sell_lot(state, entry, book, lot, share, sold or entry.trade_date)
    if missing:
        realise_unheld(state, entry, book, shares[-1], missing, None)


def _sell_lot(state: State, entry: Entry, book: Book, lot: OpenLot, proceeds: Decimal, sold: date) -> None:
    base_proceeds = in_base(proceeds, entry.rate)
    basis, base_basis, acquired = _basis_for(lot, proceeds, base_proceeds)
    amounts = Amounts(proceeds, basis, base_proceeds, base_basis)
    realise(state, entry, book, lot.key, lot.quantity, amounts, acquired, sold, term(lot.origin, acquired, sold))


def realise_unheld(
    state: State, entry: Entry, book: Book, proceeds: Decimal, quantity: Decimal, basis: Decimal | None
) -> None:
    """Cash for shares that no lot holds, so that neither basis nor term can be told from a lot."""
    amounts = Amounts(proceeds, basis, in_base(proceeds, entry.rate), basis)
    realise(state, entry, book, None, quantity, amounts, None, entry.trade_date, None)


def realise_of(state: State, entry: Entry, book: Book, lot: OpenLot, amounts: Amounts) -> None:
    """A gain of a lot of which no share leaves."""
    held = term(lot.origin, lot.acquired, entry.trade_date)
    realise(state, entry, book, lot.key, ZERO, amounts, lot.acquired, entry.trade_date, held)


def realise(
    state: State,
    entry: Entry,
    book: Book,
    lot: str | None,
    quantity: Decimal,
    amounts: Amounts,
    acquired: date | None,
    sold: date,
    held: Term | None,
) -> None:
    gain = RealisedGain(
        sale=entry.id,
        lot=lot,
        account=book.account,
        instrument=book.instrument,
        currency=entry.currency,
        quantity=quantity,
        proceeds=amounts.proceeds,
        basis=amounts.basis,
        acquired=acquired,
        sold=sold,
        term=held,
        base_proceeds=amounts.base_proceeds,
        base_basis=amounts.base_basis,
    )
    state.realised.append(gain)


def _basis_for(
    lot: OpenLot, proceeds: Decimal, base_proceeds: Decimal | None
) -> tuple[Decimal | None, Decimal | None, date | None]:
    """A gift's basis and date: the donor's for a gain, its value on its day for a loss, between them neither."""
    if lot.loss_basis is None or lot.basis is None:
        return lot.basis, lot.base_basis, lot.acquired
    basis = gift_basis(lot.basis, lot.loss_basis, proceeds)
    if basis == lot.basis:
        return basis, lot.base_basis, lot.acquired
    if basis == proceeds:
        return basis, base_proceeds, lot.acquired
    base = None if lot.base_basis is None else part(lot.base_basis, basis, lot.basis)
    return basis, base, lot.opened


def term(origin: Origin, acquired: date | None, sold: date) -> Term | None:
    """Inherited property is long-term always (IRC 1223(9)); of other shares of unknown date it is unknown."""
    if origin is Origin.INHERITANCE:
        return Term.LONG
    if acquired is None:
        return None
    return Term.LONG if is_long_term(acquired, sold) else Term.SHORT


def in_base(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return None if amount is None or rate is None else amount * rate
