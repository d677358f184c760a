"""Transactions in, lots and gains out.

A sale takes the lots that its picks name. What no valid pick covers goes by the account's method, and failing that
first in, first out within the account, the rule that holds where identification is inadequate (Reg. 1.1012-1(c)).
Nothing is ever sold below zero shares: what was not held becomes a named problem and a sale of unknown basis. Short
shares and options are kept apart from lots.
"""

from collections.abc import Callable, Iterable
from decimal import localcontext

from holdings.ledger import actions, positions, trades
from holdings.ledger.book import Book
from holdings.ledger.exact import exact
from holdings.ledger.order import in_order
from holdings.ledger.state import State, record
from holdings.ledger.types import Entry, Kind, Ledger, ProblemCode

_HANDLERS: dict[Kind, Callable[[State, Entry, Book], None]] = {
    Kind.BUY: trades.buy,
    Kind.REINVEST: trades.buy,
    Kind.SELL: trades.sell,
    Kind.OPENING: trades.bring_in,
    Kind.TRANSFER_IN: trades.receive,
    Kind.TRANSFER_OUT: trades.send,
    Kind.ADJUST: trades.adjust,
    Kind.SPLIT: actions.split,
    Kind.SPIN_OFF: actions.spin_off,
    Kind.MERGER: actions.merge,
    Kind.SYMBOL_CHANGE: actions.change_symbol,
    Kind.RETURN_OF_CAPITAL: actions.return_capital,
    Kind.CASH_IN_LIEU: actions.pay_in_lieu,
    Kind.WORTHLESS: actions.write_off,
}
_APART = {Kind.SHORT, Kind.OPTION}
_TRANSFERS = {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}


def replay(entries: Iterable[Entry]) -> Ledger:
    """Replay a history of any number of accounts. Linear in the entries but for sorting them.

    Input order does not matter (see `holdings.ledger.order`), and an entry that is given twice counts once: histories
    of accounts that are joined may be put together. Faults do not raise: they are named in `Ledger.problems`, and the
    cash of a faulty entry still moves.
    """
    with localcontext(exact):
        state, ordered = State(), in_order(entries)
        for entry in ordered:
            _apply(state, entry)
        return state.result(ordered)


def _apply(state: State, entry: Entry) -> None:
    state.move_cash(entry)
    handler = _HANDLERS.get(entry.kind)
    if (handler is None and entry.kind not in _APART) or _of_cash_alone(entry):
        return
    if entry.instrument is None:
        message = "The shares belong to no instrument."
        state.fault(entry, ProblemCode.NO_INSTRUMENT, message, abs(entry.quantity))
    elif handler is None:
        positions.trade(state, entry, entry.instrument)
    else:
        book = state.book(entry, entry.instrument)
        book.turn(entry.relief)
        handler(state, entry, book)
        _record_holdings(state, entry)


def _of_cash_alone(entry: Entry) -> bool:
    return entry.kind in _TRANSFERS and not entry.quantity


def _record_holdings(state: State, entry: Entry) -> None:
    for instrument in (entry.instrument, entry.other):
        if instrument and (book := state.books.get((entry.account, instrument))):
            record(state.holdings[entry.account, instrument], entry.trade_date, book.quantity)
