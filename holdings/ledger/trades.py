"""Shares that come and go one lot at a time: purchases, sales, openings, transfers, adjustments."""

from datetime import date
from decimal import Decimal

from holdings.ledger import amounts, choice
from holdings.ledger.book import Book, OpenLot
from holdings.ledger.exact import part
from holdings.ledger.gains import in_base, realise_all
from holdings.ledger.state import State
from holdings.ledger.types import ZERO, Entry, Kind, Origin, Pick, ProblemCode, Relief
from holdings.tax.us import Rates


def buy(state: State, entry: Entry, book: Book) -> None:
    cost, base_cost = _cost(state, entry)
    _open(state, entry, book, cost, base_cost, entry.trade_date)


def bring_in(state: State, entry: Entry, book: Book) -> None:
    """An opening lot, or shares from outside, with the basis and date that they are known to have."""
    basis = entry.basis
    if basis is None and entry.origin is Origin.INHERITANCE:
        basis = entry.fair_value
    if _open(state, entry, book, basis, in_base(basis, entry.rate), entry.acquired):
        state.flow(entry, quantity=entry.quantity)


def _open(
    state: State,
    entry: Entry,
    book: Book,
    basis: Decimal | None,
    base_basis: Decimal | None,
    acquired: date | None,
) -> bool:
    if entry.quantity <= 0:
        message = f"{entry.quantity} shares cannot be acquired; a short sale is of a kind of its own."
        state.fault(entry, ProblemCode.WRONG_QUANTITY, message, abs(entry.quantity))
        return False
    lot = OpenLot(
        key=entry.id,
        currency=entry.currency,
        quantity=entry.quantity,
        basis=basis,
        base_basis=base_basis,
        acquired=acquired,
        opened=entry.trade_date,
        disallowed=entry.disallowed or ZERO,
        order=state.next_order(),
        origin=entry.origin,
        loss_basis=_loss_basis(entry),
    )
    book.open(lot)
    state.note(entry, book, lot.key, lot.quantity)
    return True


def _loss_basis(entry: Entry) -> Decimal | None:
    """IRC 1015: a gift that was worth less than the donor's basis has its value of that day as basis for a loss."""
    if entry.origin is not Origin.GIFT or entry.basis is None or entry.fair_value is None:
        return None
    return entry.fair_value if entry.fair_value < entry.basis else None


def receive(state: State, entry: Entry, book: Book) -> None:
    """The very lots that a transfer out of another own account took, or shares from outside."""
    if entry.sender is None:
        bring_in(state, entry, book)
        return
    lots = state.in_transit.pop(entry.sender, [])
    sent = sum((lot.quantity for lot in lots), ZERO)
    if not lots:
        message = "The transfer out that sent these shares is not in the ledger, or was received already."
        state.fault(entry, ProblemCode.NO_SENDER, message, entry.quantity)
        bring_in(state, entry, book)
        return
    if sent != entry.quantity:
        message = f"{sent} shares were sent, {entry.quantity} received."
        state.fault(entry, ProblemCode.TRANSFER_DIFFERS, message, abs(sent - entry.quantity))
    for lot in lots:
        lot.key, lot.order = state.child_key(lot.key, entry), state.next_order()
        book.open(lot)
        state.note(entry, book, lot.key, lot.quantity)
    state.flow(entry, quantity=sent)


def send(state: State, entry: Entry, book: Book) -> None:
    held, _ = relieve(state, entry, book)
    if held:
        state.in_transit[entry.id] = held
        state.flow(entry, quantity=-sum((lot.quantity for lot in held), ZERO))


def sell(state: State, entry: Entry, book: Book) -> None:
    held, missing = relieve(state, entry, book)
    realise_all(state, entry, book, held, missing, _proceeds(state, entry))


def relieve(state: State, entry: Entry, book: Book) -> tuple[list[OpenLot], Decimal]:
    """Take shares out: the picked lots, then by the account's method, then first in first out; and what was missing."""
    wanted = -entry.quantity
    if wanted <= 0:
        state.fault(entry, ProblemCode.WRONG_QUANTITY, "Shares that leave must have a minus sign.", abs(wanted))
        return [], ZERO
    book.level()
    taken = _picked(state, entry, book, wanted) if entry.picks else []
    left = wanted - sum((lot.quantity for lot in taken), ZERO)
    chosen = _chosen(entry, book, left) if left else []
    missing = left - sum((lot.quantity for lot in chosen), ZERO)
    if chosen and not entry.picks:
        state.chosen[entry.id] = tuple(Pick(lot.key, lot.quantity) for lot in chosen)
    taken = _joined([*taken, *chosen])
    for lot in taken:
        state.note(entry, book, lot.key, -lot.quantity)
    if missing:
        message = f"Of {wanted} shares that left, {wanted - missing} were held: {missing} are missing."
        state.fault(entry, ProblemCode.OVERSOLD, message, missing)
    return taken, missing


def _joined(lots: list[OpenLot]) -> list[OpenLot]:
    """Each lot once, where faulty picks and what filled them up took of the same one."""
    by_key: dict[str, OpenLot] = {}
    for lot in lots:
        if known := by_key.get(lot.key):
            known.join(lot)
        else:
            by_key[lot.key] = lot
    return list(by_key.values())


def _picked(state: State, entry: Entry, book: Book, wanted: Decimal) -> list[OpenLot]:
    asked = sum((pick.quantity for pick in entry.picks), ZERO)
    if asked != wanted:
        message = f"The chosen lots add up to {asked} shares of {wanted}."
        state.fault(entry, ProblemCode.PICKS_DIFFER, message, abs(wanted - asked))
    taken: list[OpenLot] = []
    for pick in entry.picks:
        lot = book.lots.get(pick.lot)
        if lot is None or pick.quantity <= 0:
            state.fault(entry, ProblemCode.UNKNOWN_LOT, "A chosen lot is not open here.", pick.quantity, pick.lot)
            continue
        if pick.quantity > lot.quantity:
            message = f"{pick.quantity} shares chosen from a lot of {lot.quantity}."
            state.fault(entry, ProblemCode.PICK_TOO_LARGE, message, pick.quantity - lot.quantity, pick.lot)
        quantity = min(pick.quantity, lot.quantity, wanted)
        if quantity:
            taken.append(book.take(pick.lot, quantity))
            wanted -= quantity
    return taken


def _chosen(entry: Entry, book: Book, wanted: Decimal) -> list[OpenLot]:
    """Lots for shares that name none: by a recipe where the account has one, the rest first in, first out."""
    taken = [book.take(pick.lot, pick.quantity) for pick in _recipe(entry, book, wanted)]
    left = wanted - sum((lot.quantity for lot in taken), ZERO)
    while left and (lot := book.first()) is not None:
        taken.append(book.take(lot.key, min(left, lot.quantity)))
        left -= taken[-1].quantity
    return taken


def _recipe(entry: Entry, book: Book, wanted: Decimal) -> tuple[Pick, ...]:
    if entry.picks or entry.relief not in {Relief.LIFO, Relief.HIFO, Relief.MIN_TAX}:
        return ()
    lots = [lot for lot in book.lots.values() if lot.basis is not None and lot.acquired is not None]
    shares = min(wanted, sum((lot.quantity for lot in lots), ZERO))
    if entry.relief is Relief.MIN_TAX:
        return _least_tax(entry, lots, shares)
    recipe = choice.lifo if entry.relief is Relief.LIFO else choice.hifo
    return recipe(lots, shares)


def _least_tax(entry: Entry, lots: list[OpenLot], shares: Decimal) -> tuple[Pick, ...]:
    """Lot by lot at the marginal rates; without them by basis alone. A move is not taxed: it takes the oldest."""
    if entry.kind is not Kind.SELL:
        return ()
    if entry.marginal is None:
        return choice.hifo(lots, shares)
    short, long = entry.marginal
    price = amounts.proceeds(entry) / abs(entry.quantity)
    rates = Rates(short=short, long=long, ordinary=short)
    return choice.min_tax(lots, shares, price=price, sold=entry.trade_date, rates=rates)


def adjust(state: State, entry: Entry, book: Book) -> None:
    """A person's correction of shares, and of the basis or the date of one lot."""
    fault = _adjustment_fault(entry, book)
    if fault:
        state.fault(entry, ProblemCode.WRONG_ADJUSTMENT, fault, abs(entry.quantity))
        return
    for pick in entry.picks:
        lot = book.lots[pick.lot]
        if entry.basis is not None:
            lot.base_basis = _adjusted_base(lot, entry.basis, entry.rate)
            lot.basis = entry.basis
        lot.acquired = entry.acquired or lot.acquired
        book.change(pick.lot, pick.quantity)
        book.requeue(lot)
        state.note(entry, book, pick.lot, pick.quantity)
    if entry.quantity:
        state.flow(entry, quantity=entry.quantity)


def _adjusted_base(lot: OpenLot, basis: Decimal, rate: Decimal | None) -> Decimal | None:
    """A corrected basis at the rate of the purchase, which the lot shows where its basis was known."""
    if lot.basis and lot.base_basis is not None:
        return part(lot.base_basis, basis, lot.basis)
    return in_base(basis, rate)


def _adjustment_fault(entry: Entry, book: Book) -> str:
    lots = [book.lots.get(pick.lot) for pick in entry.picks]
    if not lots or None in lots:
        return "The lot to correct is not open here."
    if sum((pick.quantity for pick in entry.picks), ZERO) != entry.quantity:
        return "The changes of the lots do not add up to the change of shares."
    if len(lots) > 1 and (entry.basis is not None or entry.acquired is not None):
        return "A basis or a date can be corrected in one lot at a time."
    if any(lot and lot.quantity + pick.quantity < 0 for lot, pick in zip(lots, entry.picks, strict=True)):
        return "The correction takes more shares than the lot has."
    return ""


def _cost(state: State, entry: Entry) -> tuple[Decimal | None, Decimal | None]:
    _check_fee(state, entry)
    total = amounts.cost(entry)
    return total, in_base(total, entry.rate)


def _proceeds(state: State, entry: Entry) -> Decimal:
    _check_fee(state, entry)
    return amounts.proceeds(entry)


def _check_fee(state: State, entry: Entry) -> None:
    if amounts.fee_elsewhere(entry) is None:
        message = f"No exchange rate says what the fee in {entry.other_currency} is in {entry.currency}."
        state.fault(entry, ProblemCode.UNKNOWN_RATE, f"{message} Enter the fee in {entry.currency}.")
