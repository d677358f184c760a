"""Transactions in, lots and gains out.

A sale takes the lots that its picks name. What no valid pick covers goes first in, first out within the account, the
rule that holds where identification is inadequate (Reg. 1.1012-1(c)). Nothing is ever sold below zero shares: what was
not held becomes a named problem and a sale of unknown basis.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.book import Book, OpenLot, Taken
from holdings.ledger.exact import exact, part
from holdings.ledger.order import in_order
from holdings.ledger.types import (
    ZERO,
    Entry,
    Flow,
    Kind,
    Ledger,
    LotEvent,
    Problem,
    ProblemCode,
    RealisedGain,
    Step,
    Term,
)
from holdings.tax.us import is_long_term

_EXTERNAL = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT}


def replay(entries: Iterable[Entry]) -> Ledger:
    """Replay a history of any number of accounts. Linear in the entries but for sorting them.

    Input order does not matter (see `holdings.ledger.order`). Ids must be unique. Faults do not raise: they are named
    in `Ledger.problems`, and the cash of a faulty entry still moves.
    """
    with localcontext(exact):
        state = _Replay()
        for entry in in_order(entries):
            state.apply(entry)
        return state.result()


class _Replay:
    def __init__(self) -> None:
        self.books: dict[tuple[str, str], Book] = {}
        self.realised: list[RealisedGain] = []
        self.flows: list[Flow] = []
        self.problems: list[Problem] = []
        self.trail: dict[str, list[LotEvent]] = defaultdict(list)
        self.holdings: dict[tuple[str, str], list[Step]] = defaultdict(list)
        self.balances: dict[tuple[str, str], list[Step]] = defaultdict(list)
        self.opened = 0
        self.handlers: dict[Kind, Callable[[Entry, Book], None]] = {
            Kind.BUY: self.open,
            Kind.REINVEST: self.open,
            Kind.OPENING: self.bring_in,
            Kind.TRANSFER_IN: self.bring_in,
            Kind.SELL: self.sell,
            Kind.TRANSFER_OUT: self.take_out,
            Kind.SPLIT: self.split,
            Kind.ADJUST: self.adjust,
        }

    def result(self) -> Ledger:
        return Ledger(
            lots=tuple(lot for key in sorted(self.books) for lot in self.books[key].snapshot()),
            realised=tuple(self.realised),
            cash={key: steps[-1].level for key, steps in self.balances.items()},
            flows=tuple(self.flows),
            problems=tuple(self.problems),
            trail={key: tuple(events) for key, events in self.trail.items()},
            holdings={key: tuple(steps) for key, steps in self.holdings.items()},
            balances={key: tuple(steps) for key, steps in self.balances.items()},
        )

    def apply(self, entry: Entry) -> None:
        self.move_cash(entry)
        handler = self.handlers.get(entry.kind)
        if handler is None or not self.moves_shares(entry):
            return
        if entry.instrument is None:
            self.fault(entry, ProblemCode.NO_INSTRUMENT, abs(entry.quantity), "The shares belong to no instrument.")
            return
        key = (entry.account, entry.instrument)
        if key not in self.books:
            self.books[key] = Book(*key)
        book = self.books[key]
        handler(entry, book)
        _record(self.holdings[key], entry.trade_date, book.quantity)

    def moves_shares(self, entry: Entry) -> bool:
        """A transfer may be of cash alone."""
        transfer = entry.kind in {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}
        return not transfer or bool(entry.quantity)

    def move_cash(self, entry: Entry) -> None:
        if not entry.cash:
            return
        steps = self.balances[entry.account, entry.currency]
        _record(steps, entry.trade_date, (steps[-1].level if steps else ZERO) + entry.cash)
        if entry.kind in _EXTERNAL:
            self.flow(entry, amount=entry.cash)

    def open(self, entry: Entry, book: Book) -> None:
        if entry.quantity <= 0:
            message = f"{entry.quantity} shares cannot be acquired; short positions are not booked."
            self.fault(entry, ProblemCode.WRONG_QUANTITY, abs(entry.quantity), message)
            return
        held = entry.kind in {Kind.OPENING, Kind.TRANSFER_IN}
        lot = OpenLot(
            opened_by=entry.id,
            currency=entry.currency,
            quantity=entry.quantity,
            basis=entry.basis if held else _cost(entry),
            acquired=entry.acquired if held else entry.trade_date,
            opened=entry.trade_date,
            disallowed=entry.disallowed or ZERO,
            order=self.opened,
        )
        self.opened += 1
        book.open(lot)
        self.note(entry, book, entry.id, entry.quantity)

    def bring_in(self, entry: Entry, book: Book) -> None:
        before = book.quantity
        self.open(entry, book)
        if book.quantity != before:
            self.flow(entry, quantity=entry.quantity)

    def sell(self, entry: Entry, book: Book) -> None:
        taken = self.relieve(entry, book)
        if not taken:
            return
        sold, left = -entry.quantity, _proceeds(entry)
        for piece in taken[:-1]:
            share = part(_proceeds(entry), piece.quantity, sold)
            self.realise(entry, book, piece, share)
            left -= share
        self.realise(entry, book, taken[-1], left)

    def take_out(self, entry: Entry, book: Book) -> None:
        held = [piece for piece in self.relieve(entry, book) if piece.lot]
        gone = sum((piece.quantity for piece in held), ZERO)
        if gone:
            self.flow(entry, quantity=-gone)

    def relieve(self, entry: Entry, book: Book) -> list[Taken]:
        """Take the shares of a sale or transfer out: picked lots, then first in first out, then none at all."""
        wanted = -entry.quantity
        if wanted <= 0:
            self.fault(entry, ProblemCode.WRONG_QUANTITY, abs(wanted), "Shares that leave must have a minus sign.")
            return []
        taken = self.picked(entry, book, wanted) if entry.picks else []
        left = wanted - sum((piece.quantity for piece in taken), ZERO)
        while left and (lot := book.first()) is not None:
            taken.append(book.take(lot.opened_by, min(left, lot.quantity)))
            left -= taken[-1].quantity
        for piece in taken:
            self.note(entry, book, piece.lot, -piece.quantity)
        if left:
            message = f"Of {wanted} shares that left, {wanted - left} were held: {left} are missing."
            self.fault(entry, ProblemCode.OVERSOLD, left, message)
            taken.append(Taken("", left, None, None))
        return taken

    def picked(self, entry: Entry, book: Book, wanted: Decimal) -> list[Taken]:
        asked = sum((pick.quantity for pick in entry.picks), ZERO)
        if asked != wanted:
            message = f"The chosen lots add up to {asked} shares of {wanted}."
            self.fault(entry, ProblemCode.PICKS_DIFFER, abs(wanted - asked), message)
        taken: list[Taken] = []
        for pick in entry.picks:
            lot = book.lots.get(pick.lot)
            if lot is None or pick.quantity <= 0:
                self.fault(entry, ProblemCode.UNKNOWN_LOT, pick.quantity, "A chosen lot is not open here.", pick.lot)
                continue
            if pick.quantity > lot.quantity:
                message = f"{pick.quantity} shares chosen from a lot of {lot.quantity}."
                self.fault(entry, ProblemCode.PICK_TOO_LARGE, pick.quantity - lot.quantity, message, pick.lot)
            quantity = min(pick.quantity, lot.quantity, wanted)
            if quantity:
                taken.append(book.take(pick.lot, quantity))
                wanted -= quantity
        return taken

    def realise(self, entry: Entry, book: Book, piece: Taken, proceeds: Decimal) -> None:
        gain = RealisedGain(
            sale=entry.id,
            lot=piece.lot or None,
            account=book.account,
            instrument=book.instrument,
            currency=entry.currency,
            quantity=piece.quantity,
            proceeds=proceeds,
            basis=piece.basis,
            acquired=piece.acquired,
            sold=entry.trade_date,
            term=_term(piece.acquired, entry.trade_date),
        )
        self.realised.append(gain)

    def split(self, entry: Entry, book: Book) -> None:
        if not book.quantity:
            self.fault(entry, ProblemCode.SPLIT_OF_NOTHING, abs(entry.quantity), "No shares were held at this split.")
            return
        if entry.quantity <= -book.quantity:
            message = f"The split removes {-entry.quantity} of {book.quantity} shares."
            self.fault(entry, ProblemCode.SPLIT_TOO_LARGE, -entry.quantity, message)
            return
        before = {key: lot.quantity for key, lot in book.lots.items()}
        book.scale(entry.quantity)
        for key, quantity in before.items():
            self.note(entry, book, key, book.lots[key].quantity - quantity)

    def adjust(self, entry: Entry, book: Book) -> None:
        fault = _adjustment_fault(entry, book)
        if fault:
            self.fault(entry, ProblemCode.WRONG_ADJUSTMENT, abs(entry.quantity), fault)
            return
        for pick in entry.picks:
            lot = book.lots[pick.lot]
            lot.basis = lot.basis if entry.basis is None else entry.basis
            lot.acquired = entry.acquired or lot.acquired
            book.change(pick.lot, pick.quantity)
            book.requeue(lot)
            self.note(entry, book, pick.lot, pick.quantity)
        if entry.quantity:
            self.flow(entry, quantity=entry.quantity)

    def note(self, entry: Entry, book: Book, key: str, quantity: Decimal) -> None:
        lot = book.lots.get(key)
        after, basis = (lot.quantity, lot.basis) if lot else (ZERO, ZERO)
        self.trail[key].append(LotEvent(entry.id, entry.kind, entry.trade_date, quantity, after, basis))

    def flow(self, entry: Entry, amount: Decimal = ZERO, quantity: Decimal = ZERO) -> None:
        instrument = entry.instrument if quantity else None
        flow = Flow(entry.id, entry.account, entry.trade_date, entry.currency, amount, instrument, quantity)
        self.flows.append(flow)

    def fault(self, entry: Entry, code: ProblemCode, quantity: Decimal, message: str, lot: str | None = None) -> None:
        problem = Problem(code, entry.id, entry.account, entry.instrument, entry.trade_date, quantity, message, lot)
        self.problems.append(problem)


def _record(steps: list[Step], day: date, level: Decimal) -> None:
    if steps and steps[-1].day == day:
        steps.pop()
    steps.append(Step(day, level))


def _cost(entry: Entry) -> Decimal | None:
    """Price and commissions (Pub. 550): what left the account, or where nothing did, price x quantity + fees."""
    if entry.cash < 0:
        return -entry.cash
    return None if entry.price is None else entry.price * entry.quantity + entry.fees


def _proceeds(entry: Entry) -> Decimal:
    if entry.cash or entry.price is None:
        return entry.cash
    return entry.price * -entry.quantity - entry.fees


def _term(acquired: date | None, sold: date) -> Term | None:
    if acquired is None:
        return None
    return Term.LONG if is_long_term(acquired, sold) else Term.SHORT


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
