"""What a corrected row must have before it can be booked: the reader's own checks no longer speak for it."""

from __future__ import annotations

from collections.abc import Iterator

from holdings.importers.base import DraftRow
from holdings.ledger.types import Kind

SHARES_IN = {Kind.BUY, Kind.REINVEST, Kind.OPENING}
SHARES_OUT = {Kind.SELL, Kind.WORTHLESS}
NEED_SYMBOL = {
    *SHARES_IN,
    *SHARES_OUT,
    Kind.SPLIT,
    Kind.SPIN_OFF,
    Kind.MERGER,
    Kind.SYMBOL_CHANGE,
    Kind.RETURN_OF_CAPITAL,
    Kind.CASH_IN_LIEU,
    Kind.SHORT,
    Kind.OPTION,
}
MONEY_IN = {Kind.SELL, Kind.DEPOSIT, Kind.RETURN_OF_CAPITAL, Kind.CASH_IN_LIEU}
MONEY_OUT = {Kind.BUY, Kind.WITHDRAWAL}
NEED_MONEY = {*MONEY_IN, *MONEY_OUT, Kind.DIVIDEND, Kind.INTEREST, Kind.FEE, Kind.TAX}

Fault = tuple[str, str]
"""A field of the draft, and what is wrong with it."""


def faults(draft: DraftRow) -> Iterator[Fault]:
    """What keeps a draft from being booked, field by field; nothing when it can be."""
    kind = draft.kind
    if kind is None:
        yield "kind", "Choose what happened."
        return
    if draft.trade_date is None:
        yield "trade_date", "The trade date is missing."
    if kind in NEED_SYMBOL and not draft.symbol:
        yield "symbol", "The symbol is missing."
    yield from _quantity(kind, draft)
    yield from _money(kind, draft)
    for name in ("price", "fees", "basis"):
        if (value := getattr(draft, name)) is not None and value < 0:
            yield name, "It cannot be negative."


def _quantity(kind: Kind, draft: DraftRow) -> Iterator[Fault]:
    if kind in SHARES_IN and draft.quantity <= 0:
        yield "quantity", "Shares that come in are more than 0."
    if kind in SHARES_OUT and draft.quantity >= 0:
        yield "quantity", "Shares that leave have a minus sign."
    if kind in {Kind.SPLIT, Kind.SHORT, Kind.OPTION} and not draft.quantity:
        yield "quantity", "The number of shares is missing."


def _money(kind: Kind, draft: DraftRow) -> Iterator[Fault]:
    if kind in NEED_MONEY and not draft.cash:
        yield "cash", "The amount is missing."
    if kind in MONEY_IN and draft.cash < 0:
        yield "cash", "Money that comes in is more than 0."
    if kind in MONEY_OUT and draft.cash > 0:
        yield "cash", "Money that leaves has a minus sign."
