"""Rows of a workplace plan or a 529 plan: no cash is held, so that each row buys or sells shares for what it is about.

A contribution is money paid in and a purchase; a fee is a sale and the fee. Funds have names and no symbols.
"""

import re
from dataclasses import replace

from holdings.importers.base import DraftRow
from holdings.importers.movement import Movement
from holdings.ledger.types import Kind

_MEANINGS: tuple[tuple[str, Kind | None, Kind], ...] = (
    (r"fund to fund in|exchange in|transfer between funds in", None, Kind.BUY),
    (r"fund to fund out|exchange out|transfer between funds out", None, Kind.SELL),
    (r"dividend|earnings|capital gain", Kind.DIVIDEND, Kind.REINVEST),
    (r"fee\b|expense", Kind.FEE, Kind.SELL),
    (r"contribution|match|deferral|rollover|repay|transfer ?in\b", Kind.DEPOSIT, Kind.BUY),
    (r"withdraw|w/d|distribution|loan|forfeit|transfer ?out\b", Kind.WITHDRAWAL, Kind.SELL),
)
"""What the description says, the cash that it is about, and the trade that turns it into shares."""


def drafts(movement: Movement) -> list[DraftRow]:
    """The rows of one line: the trade, with the cash that it comes from or goes to."""
    words = movement.action.lower()
    found = next((item for item in _MEANINGS if re.search(item[0], words)), None)
    if not found:
        return [movement.unknown(f"“{movement.action}” has no known meaning; the row is kept and not booked.")]
    _, about, kind = found
    came = kind is not Kind.SELL
    amount = abs(movement.cash)
    trade = replace(movement, cash=-amount if came else amount, quantity=abs(movement.quantity)).trade(kind)
    if about is None or not amount:
        return [trade]
    money = movement.draft(about, cash=amount if came else -amount, symbol=_payer(movement, about))
    return [money, trade] if came else [trade, money]


def _payer(movement: Movement, about: Kind) -> str:
    return movement.symbol if about is Kind.DIVIDEND else ""
