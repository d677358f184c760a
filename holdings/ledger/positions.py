"""Short shares and options: kept with their cash, in no lot, no gain and no proposal."""

from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.state import Position, State, record
from holdings.ledger.types import ZERO, Entry, ProblemCode


def trade(state: State, entry: Entry, instrument: str) -> None:
    """Open, widen, narrow, close or turn round a position; what closes takes its part of the opening cash along."""
    key = (entry.account, instrument)
    position = state.positions.setdefault(key, Position(entry.currency))
    if position.currency != entry.currency:
        message = f"The position is in {position.currency}, this trade in {entry.currency}."
        state.fault(entry, ProblemCode.WRONG_CURRENCY, message, abs(entry.quantity))
        return
    closing = _closing(position.quantity, entry.quantity)
    if closing:
        position.cash -= part(position.cash, closing, position.quantity)
        position.quantity -= closing
    opening = entry.quantity + closing
    if opening:
        position.cash += part(entry.cash, opening, entry.quantity) if closing else entry.cash
        position.quantity += opening
    record(state.flagged[key], entry.trade_date, position.quantity)


def _closing(held: Decimal, traded: Decimal) -> Decimal:
    """The part of what is held, with its sign, that a trade closes."""
    if held * traded >= 0:
        return ZERO
    return held if abs(traded) >= abs(held) else -traded
