"""What a replay knows so far, and the few ways in which it learns more."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from holdings.ledger.book import Book, OpenLot, child_key
from holdings.ledger.types import (
    ZERO,
    Entry,
    Flagged,
    Flow,
    Kind,
    Ledger,
    LotEvent,
    Pick,
    Problem,
    ProblemCode,
    RealisedGain,
    Step,
)

_EXTERNAL = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT}

LABEL = 6
Key = tuple[str, str]
K = TypeVar("K")
T = TypeVar("T")


@dataclass(slots=True)
class Position:
    """Short shares or an option, while it is open."""

    currency: str
    quantity: Decimal = ZERO
    cash: Decimal = ZERO


class State:
    """Books of lots, positions kept apart, cash, and the record of what happened to them."""

    def __init__(self) -> None:
        self.books: dict[Key, Book] = {}
        self.positions: dict[Key, Position] = {}
        self.in_transit: dict[str, list[OpenLot]] = {}
        self.realised: list[RealisedGain] = []
        self.flows: list[Flow] = []
        self.problems: list[Problem] = []
        self.chosen: dict[str, tuple[Pick, ...]] = {}
        self.trail: dict[str, list[LotEvent]] = defaultdict(list)
        self.holdings: dict[Key, list[Step]] = defaultdict(list)
        self.flagged: dict[Key, list[Step]] = defaultdict(list)
        self.balances: dict[Key, list[Step]] = defaultdict(list)
        self.parents: dict[str, str] = {}
        self.opened = 0

    def result(self, entries: Sequence[Entry]) -> Ledger:
        return Ledger(
            entries=tuple(entries),
            lots=tuple(lot for key in sorted(self.books) for lot in self.books[key].snapshot()),
            realised=tuple(self.realised),
            cash={key: steps[-1].level for key, steps in self.balances.items()},
            flows=tuple(self.flows),
            problems=tuple(self.problems),
            trail=_frozen(self.trail),
            holdings=_frozen(self.holdings),
            balances=_frozen(self.balances),
            flagged=tuple(
                Flagged(*key, position.currency, position.quantity, position.cash)
                for key, position in sorted(self.positions.items())
                if position.quantity
            ),
            flagged_holdings=_frozen(self.flagged),
            chosen=self.chosen,
            parents=self.parents,
        )

    def book(self, entry: Entry, instrument: str) -> Book:
        """The lots of an instrument in the entry's account."""
        key = (entry.account, instrument)
        if key not in self.books:
            self.books[key] = Book(*key)
        return self.books[key]

    def move_cash(self, entry: Entry) -> None:
        if entry.cash:
            self._move(entry, entry.currency, entry.cash)
        if entry.other_cash:
            self._move(entry, entry.other_currency or entry.currency, entry.other_cash)
        if entry.cash and entry.kind in _EXTERNAL:
            self.flow(entry, amount=entry.cash)

    def _move(self, entry: Entry, currency: str, amount: Decimal) -> None:
        steps = self.balances[entry.account, currency]
        record(steps, entry.trade_date, (steps[-1].level if steps else ZERO) + amount)

    def child_key(self, parent: str, entry: Entry) -> str:
        """The key of the piece of a lot that an event makes: the parent's and the beginning of the event's id.

        It does not count the pieces that came before, so that a back-dated event renames none of them.
        """
        keys = (child_key(parent, label) for label in (entry.id[:LABEL], entry.id))
        key = next(key for key in keys if key not in self.parents)
        self.parents[key] = parent
        return key

    def next_order(self) -> int:
        self.opened += 1
        return self.opened

    def note(self, entry: Entry, book: Book, key: str, quantity: Decimal) -> None:
        """Write a change of a lot into its trail."""
        lot = book.lots.get(key)
        after, basis, base = (lot.quantity, lot.basis, lot.base_basis) if lot else (ZERO, ZERO, ZERO)
        where = entry.id, entry.kind, book.account, book.instrument, entry.trade_date
        self.trail[key].append(LotEvent(*where, quantity, after, basis, base))

    def flow(self, entry: Entry, amount: Decimal = ZERO, quantity: Decimal = ZERO) -> None:
        instrument = entry.instrument if quantity else None
        flow = Flow(entry.id, entry.account, entry.trade_date, entry.currency, amount, instrument, quantity)
        self.flows.append(flow)

    def fault(self, entry: Entry, code: ProblemCode, message: str, quantity: Decimal = ZERO, lot: str = "") -> None:
        instrument, day = entry.instrument, entry.trade_date
        problem = Problem(code, entry.id, entry.account, instrument, day, quantity, message, lot or None)
        self.problems.append(problem)


def record(steps: list[Step], day: date, level: Decimal) -> None:
    """Keep the level at the end of a day."""
    if steps and steps[-1].day == day:
        steps.pop()
    steps.append(Step(day, level))


def _frozen(lists: dict[K, list[T]]) -> dict[K, tuple[T, ...]]:
    return {key: tuple(items) for key, items in lists.items()}
