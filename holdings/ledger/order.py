"""The one order of events."""

from collections.abc import Iterable
from datetime import date, time

from holdings.ledger.types import Entry, Kind

_RANK = {
    Kind.SPLIT: 0,
    Kind.OPENING: 1,
    Kind.TRANSFER_IN: 1,
    Kind.DEPOSIT: 1,
    Kind.DIVIDEND: 1,
    Kind.INTEREST: 1,
    Kind.BUY: 2,
    Kind.REINVEST: 2,
    Kind.ADJUST: 3,
    Kind.SELL: 4,
    Kind.TRANSFER_OUT: 5,
    Kind.WITHDRAWAL: 5,
    Kind.FEE: 5,
    Kind.TAX: 5,
}
_FIRST_AT_CLOSE = _RANK[Kind.ADJUST]


def position_in_time(entry: Entry) -> tuple[date, time, int, int, str]:
    """Sort key: date, time, kind rank (corporate action, in, buy, adjust, sell, out), occurrence, id.

    An entry without a time opens the day when it brings something in, and closes it when it takes something out.
    """
    rank = _RANK[entry.kind]
    untimed = time.min if rank < _FIRST_AT_CLOSE else time.max
    return entry.trade_date, entry.trade_time or untimed, rank, entry.occurrence, entry.id


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in the order in which they happened, whatever the order they came in."""
    return sorted(entries, key=position_in_time)
