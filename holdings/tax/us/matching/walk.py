"""The events of a household in their order, each told to what it concerns."""

import heapq
from collections import deque
from collections.abc import Callable
from datetime import date, time

from holdings.ledger.types import Entry, Kind
from holdings.tax.us.matching import moves, payments
from holdings.tax.us.matching.arrivals import arrive, early
from holdings.tax.us.matching.sales import Sold, lose, relieve, settle
from holdings.tax.us.matching.state import State

OPTIONS = "Options are not computed (IRC 1234, 1091, 1092): enter what came of this trade from the broker's form."
SHORTS = "Short sales are not computed (IRC 1233): enter what came of this trade from the broker's form."

_SOLD = {Kind.SELL, Kind.CASH_IN_LIEU}
_HANDLERS: dict[Kind, Callable[[State, Entry], None]] = {
    Kind.BUY: arrive,
    Kind.REINVEST: arrive,
    Kind.OPENING: arrive,
    Kind.TRANSFER_OUT: moves.send,
    Kind.ADJUST: moves.adjust,
    Kind.SPLIT: moves.split,
    Kind.SPIN_OFF: moves.spin_off,
    Kind.SYMBOL_CHANGE: moves.change_symbol,
    Kind.RETURN_OF_CAPITAL: payments.return_capital,
    Kind.OPTION: lambda state, entry: state.leave_out(entry, OPTIONS),
    Kind.SHORT: lambda state, entry: state.leave_out(entry, SHORTS),
}
_HANDLED = {*_HANDLERS, Kind.TRANSFER_IN, Kind.MERGER, Kind.WORTHLESS}


class Walk:
    """Sales of one moment are gathered and settled together; worthless shares wait for the last day of their year."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._entries = state.history.ledger.entries
        self._early = deque(early(state, self._entries))
        self._moment: tuple[date, time | None] | None = None
        self._sales: list[Entry] = []
        self._orders: set[tuple[date, str]] = set()
        self._worthless: list[tuple[date, int, list[Sold]]] = []

    def run(self) -> None:
        for entry in self._entries:
            if entry.kind in _SOLD:
                self._gather(entry)
            elif entry.kind in _HANDLED:
                if self._sales:
                    self._settle()
                if self._early or self._worthless:
                    self._advance(entry.trade_date)
                self._handle(entry)
        self._settle()
        self._advance(date.max)

    def _gather(self, entry: Entry) -> None:
        moment = entry.trade_date, entry.trade_time
        if moment != self._moment and not self._goes_on(entry):
            self._settle()
            self._advance(entry.trade_date)
            self._moment = moment
        self._sales.append(entry)
        self._orders.add((entry.trade_date, self._state.order(entry)))

    def _goes_on(self, entry: Entry) -> bool:
        """Whether it fills the order of a sale of that day, with nothing but sales since: they leave together."""
        return (entry.trade_date, self._state.order(entry)) in self._orders

    def _settle(self) -> None:
        settle(self._state, self._sales)
        self._moment, self._sales, self._orders = None, [], set()

    def _advance(self, day: date) -> None:
        """Bring in what was bought up to a day, and judge the worthless shares of the years before it."""
        while self._early and self._early[0].day <= day:
            arrival = self._early.popleft()
            self._write_off(arrival.day)
            arrive(self._state, arrival.entry, arrival.day)
        self._write_off(day)

    def _write_off(self, day: date) -> None:
        while self._worthless and self._worthless[0][0] < day:
            lose(self._state, heapq.heappop(self._worthless)[2])

    def _handle(self, entry: Entry) -> None:
        if entry.kind is Kind.TRANSFER_IN:
            opens = entry.id in self._state.history.ledger.trail
            (arrive if opens else moves.receive)(self._state, entry)
        elif entry.kind is Kind.MERGER:
            if entry.other_quantity:
                moves.merge(self._state, entry)
            else:
                settle(self._state, [entry])
        elif entry.kind is Kind.WORTHLESS:
            self._wait(entry)
        else:
            _HANDLERS[entry.kind](self._state, entry)

    def _wait(self, entry: Entry) -> None:
        """Worthless shares are gone now, and lost on the last day of the year (IRC 165(g))."""
        for number, gain in self._state.gains.get(entry.id, ()):
            sold = relieve(self._state, number, gain, entry)
            heapq.heappush(self._worthless, (gain.sold, number, sold))
