"""Corporate actions: what a company does to all who hold its shares. Ratios and fractions are inputs, never guessed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from holdings.ledger import positions
from holdings.ledger.book import Book, OpenLot
from holdings.ledger.exact import spread
from holdings.ledger.gains import Amounts, in_base, realise_all, realise_of, realise_unheld
from holdings.ledger.state import State
from holdings.ledger.trades import relieve, sell
from holdings.ledger.types import ZERO, Entry, ProblemCode


def split(state: State, entry: Entry, book: Book) -> None:
    """More or fewer shares in every lot; total basis and dates stay (IRC 305(a), 307)."""
    if not book.quantity:
        if positions.split(state, entry, book.instrument):
            return
        message = "No shares were held at this split."
        state.fault(entry, ProblemCode.SPLIT_OF_NOTHING, message, abs(entry.quantity))
        return
    before = {key: lot.quantity for key, lot in book.lots.items()}
    if entry.quantity <= -book.quantity or not book.scale(entry.quantity):
        message = f"The split removes {-entry.quantity} of {book.quantity} shares."
        state.fault(entry, ProblemCode.SPLIT_TOO_LARGE, message, -entry.quantity)
        return
    for key, quantity in before.items():
        state.note(entry, book, key, book.lots[key].quantity - quantity)


def spin_off(state: State, entry: Entry, book: Book) -> None:
    """Shares of a child company, with their fraction of each lot's basis and its date (IRC 355, Reg. 1.358-2)."""
    parents = list(book.lots.values())
    shares = _new_shares(state, entry, parents)
    if not shares or entry.other is None:
        return
    fraction = entry.basis_fraction
    if fraction is None or not 0 <= fraction <= 1:
        message = "Enter the fraction of the basis that went to the new shares (the company's Form 8937 states it)."
        state.fault(entry, ProblemCode.INCOMPLETE, message, entry.other_quantity)
        return
    book.level()
    child = state.book(entry, entry.other)
    for parent, quantity in zip(parents, shares, strict=True):
        lot = parent.take_basis(fraction, quantity)
        state.note(entry, book, parent.key, ZERO)
        lot.key = state.child_key(parent.key, entry)
        _open(state, entry, child, lot)


def merge(state: State, entry: Entry, book: Book) -> None:
    """Shares become those of another company, or cash, or both."""
    if not entry.other_quantity:
        sell(state, entry, book)
        return
    if entry.other is None or entry.other_quantity < 0 or (entry.cash > 0 and entry.fair_value is None):
        message = "Enter the new shares and, as cash came with them, their total market value on that day."
        state.fault(entry, ProblemCode.INCOMPLETE, message, abs(entry.quantity))
        return
    held, _ = relieve(state, entry, book)
    shares = _new_shares(state, entry, held)
    if not shares:
        return
    for lot in held:
        if lot.key in book.lots:
            lot.key = state.child_key(lot.key, entry)
    _pay_boot(state, entry, book, held)
    _go_on(state, entry, held, shares)


def change_symbol(state: State, entry: Entry, book: Book) -> None:
    """The lots go on under another name, and a short or option position with them."""
    renamed = positions.rename(state, entry, book.instrument)
    if not book.quantity:
        if renamed:
            return
        state.fault(entry, ProblemCode.NOTHING_HELD, "No shares were held when the symbol changed.")
        return
    if entry.other is None or entry.other_quantity < 0:
        state.fault(entry, ProblemCode.INCOMPLETE, "Enter the new symbol.", book.quantity)
        return
    book.level()
    lots = book.drain()
    shares = spread(entry.other_quantity, [lot.quantity for lot in lots]) if entry.other_quantity else []
    for lot in lots:
        state.note(entry, book, lot.key, -lot.quantity)
    _go_on(state, entry, lots, shares or [lot.quantity for lot in lots])


def return_capital(state: State, entry: Entry, book: Book) -> None:
    """Cash lowers the basis, share by share; what exceeds it is a gain (IRC 301(c)(2) and (3))."""
    lots = list(book.lots.values())
    if not lots:
        realise_unheld(state, entry, book, entry.cash, ZERO, ZERO)
        return
    book.level()
    for lot, cash in zip(lots, spread(entry.cash, [lot.quantity for lot in lots]), strict=True):
        excess, lot.basis = _lowered(lot.basis, cash)
        base_excess, lot.base_basis = _lowered(lot.base_basis, in_base(cash, entry.rate))
        lot.loss_basis = _lowered(lot.loss_basis, cash)[1]
        state.note(entry, book, lot.key, ZERO)
        if excess is not None and (excess or base_excess):
            realise_of(state, entry, book, lot, Amounts(excess, ZERO, base_excess, ZERO))
    book.unlevel()


def pay_in_lieu(state: State, entry: Entry, book: Book) -> None:
    """The sale of a fraction, out of the picked lot or the first one in (Pub. 550, fractional shares).

    Where the fraction was never booked as shares, nobody can say what it cost.
    """
    if entry.quantity:
        sell(state, entry, book)
    else:
        realise_unheld(state, entry, book, entry.cash, ZERO, None)


def write_off(state: State, entry: Entry, book: Book) -> None:
    """Worthless shares count as sold for nothing on the last day of the year (IRC 165(g))."""
    held, missing = relieve(state, entry, book)
    realise_all(state, entry, book, held, missing, entry.cash, date(entry.trade_date.year, 12, 31))


def _new_shares(state: State, entry: Entry, lots: Sequence[OpenLot]) -> list[Decimal]:
    """The new shares of each lot; none, and a named fault, where there is nothing to share out."""
    if not lots:
        state.fault(entry, ProblemCode.NOTHING_HELD, "No shares were held at this event.", entry.other_quantity)
        return []
    shares = spread(entry.other_quantity, [lot.quantity for lot in lots])
    if entry.other is None or min(shares) <= 0:
        state.fault(entry, ProblemCode.INCOMPLETE, "Enter the new shares, more than none.", entry.other_quantity)
        return []
    return shares


def _go_on(state: State, entry: Entry, lots: Sequence[OpenLot], shares: Sequence[Decimal]) -> None:
    """Lots that go on as shares of the other instrument, with basis and date."""
    if entry.other is None:
        return
    book = state.book(entry, entry.other)
    for lot, quantity in zip(lots, shares, strict=True):
        lot.quantity = quantity
        _open(state, entry, book, lot)


def _open(state: State, entry: Entry, book: Book, lot: OpenLot) -> None:
    lot.order = state.next_order()
    book.open(lot)
    state.note(entry, book, lot.key, lot.quantity)


def _pay_boot(state: State, entry: Entry, book: Book, lots: Sequence[OpenLot]) -> None:
    """IRC 356 and 358, lot by lot: the gain, up to the cash, is recognised, a loss never; the rest is basis."""
    if entry.cash <= 0 or entry.fair_value is None:
        return
    weights = [lot.quantity for lot in lots]
    boots, values = spread(entry.cash, weights), spread(entry.fair_value, weights)
    for lot, boot, value in zip(lots, boots, values, strict=True):
        base_boot = in_base(boot, entry.rate)
        recovered = _recovered(lot.basis, boot, value)
        base_recovered = _recovered(lot.base_basis, base_boot, in_base(value, entry.rate))
        realise_of(state, entry, book, lot, Amounts(boot, recovered, base_boot, base_recovered))
        lot.basis = _less(lot.basis, recovered)
        lot.base_basis = _less(lot.base_basis, base_recovered)
        lot.loss_basis = None if lot.loss_basis is None else max(lot.loss_basis - (recovered or ZERO), ZERO)


def _recovered(basis: Decimal | None, boot: Decimal | None, value: Decimal | None) -> Decimal | None:
    """The part of the boot that is basis coming back: all but the gain recognised, min(boot, boot + value - basis)."""
    if basis is None or boot is None or value is None:
        return None
    return boot - max(min(boot, boot + value - basis), ZERO)


def _less(amount: Decimal | None, taken: Decimal | None) -> Decimal | None:
    return None if amount is None or taken is None else amount - taken


def _lowered(basis: Decimal | None, cash: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """The cash beyond a basis, and what is left of the basis; cash with a minus sign takes an earlier one back."""
    if basis is None or cash is None:
        return None, None
    excess = max(cash - basis, ZERO)
    return excess, basis - cash + excess
