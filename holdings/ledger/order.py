"""The one order of events.

By date, then by time, then by what each is, then by occurrence and id: never by the order of the input. Within a day:

1. corporate actions: split, spin-off, merger, symbol change, return of capital; those on what a merger or a symbol
   change of that day brought come after it,
2. what comes in: openings, transfers in, deposits, dividends, interest, exchanges,
3. purchases and reinvestments, short sales before their covers, options,
4. adjustments,
5. transfers between own accounts whose two ends are linked: out, then in,
6. what leaves: cash in lieu, sales, write-offs, and last transfers out, withdrawals, fees and taxes.

An entry without a time opens the day in the first three, and closes it in the others. A linked transfer in that is
dated before its transfer out happens when that does.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

from holdings.ledger.types import Entry, Kind

Position = tuple[date, time, int, int, str]

_RANK = {
    Kind.SPLIT: 0,
    Kind.SPIN_OFF: 1,
    Kind.MERGER: 2,
    Kind.SYMBOL_CHANGE: 3,
    Kind.RETURN_OF_CAPITAL: 4,
    Kind.OPENING: 10,
    Kind.TRANSFER_IN: 10,
    Kind.DEPOSIT: 10,
    Kind.DIVIDEND: 10,
    Kind.INTEREST: 10,
    Kind.EXCHANGE: 10,
    Kind.BUY: 11,
    Kind.REINVEST: 11,
    Kind.SHORT: 11,
    Kind.OPTION: 11,
    Kind.ADJUST: 13,
    Kind.CASH_IN_LIEU: 16,
    Kind.SELL: 17,
    Kind.WORTHLESS: 18,
    Kind.TRANSFER_OUT: 19,
    Kind.WITHDRAWAL: 19,
    Kind.FEE: 19,
    Kind.TAX: 19,
}
_LAST_ACTION = _RANK[Kind.RETURN_OF_CAPITAL]
_AFTER_RENAMING = _LAST_ACTION + 1
_COVER = 12
_FIRST_AT_CLOSE = _RANK[Kind.ADJUST]
_SENT, _RECEIVED = 14, 15


def position_in_time(entry: Entry) -> Position:
    """Sort key of an entry that stands alone."""
    rank = _RANK[entry.kind]
    if entry.kind is Kind.SHORT and entry.quantity > 0:
        rank = _COVER
    return _at(entry, rank)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in the order in which they happened, whatever the order they came in; one that came twice, once."""
    history = list({entry.id: entry for entry in entries}.values())
    sent = _senders(history)
    renamed = {(e.account, e.trade_date, e.other) for e in history if e.kind in {Kind.MERGER, Kind.SYMBOL_CHANGE}}

    def key(entry: Entry) -> Position:
        if entry.id in sent:
            return _at(entry, _SENT)
        if entry.sender in sent:
            return max(_at(entry, _RECEIVED), _at(sent[entry.sender], _RECEIVED))
        day, moment, rank, occurrence, id = position_in_time(entry)
        if rank <= _LAST_ACTION and (entry.account, day, entry.instrument) in renamed:
            rank += _AFTER_RENAMING
        return day, moment, rank, occurrence, id

    return [_not_before(entry, sent) for entry in sorted(history, key=key)]


def _at(entry: Entry, rank: int) -> Position:
    untimed = time.min if rank < _FIRST_AT_CLOSE else time.max
    return entry.trade_date, entry.trade_time or untimed, rank, entry.occurrence, entry.id


def _senders(history: list[Entry]) -> dict[str | None, Entry]:
    """Transfers out whose lots another entry receives, by id."""
    named = {entry.sender for entry in history if entry.kind is Kind.TRANSFER_IN and entry.sender}
    return {entry.id: entry for entry in history if entry.id in named and entry.kind is Kind.TRANSFER_OUT}


def _not_before(entry: Entry, sent: dict[str | None, Entry]) -> Entry:
    sender = sent.get(entry.sender)
    if sender is None or sender.trade_date <= entry.trade_date:
        return entry
    return replace(entry, trade_date=sender.trade_date)
