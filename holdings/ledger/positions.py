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


def split(state: State, entry: Entry, instrument: str) -> bool:
    """A split of a position of which no shares are held; False where there is none, or it would turn round."""
    key = (entry.account, instrument)
    position = state.positions.get(key)
    if position is None or position.quantity * (position.quantity + entry.quantity) <= 0:
        return False
    position.quantity += entry.quantity
    record(state.flagged[key], entry.trade_date, position.quantity)
    return True


def rename(state: State, entry: Entry, instrument: str) -> bool:
    """A position that goes on under another symbol; False where there is none, or the other has one already."""
    old, new = (entry.account, instrument), (entry.account, entry.other or "")
    position, other = state.positions.get(old), state.positions.get(new)
    if position is None or not position.quantity or not entry.other or (other and other.quantity) or old == new:
        return False
    state.positions[new] = state.positions.pop(old)
    record(state.flagged[old], entry.trade_date, ZERO)
    record(state.flagged[new], entry.trade_date, position.quantity)
    return True


def _closing(held: Decimal, traded: Decimal) -> Decimal:
    """The part of what is held, with its sign, that a trade closes."""
    if held * traded >= 0:
        return ZERO
    return held if abs(traded) >= abs(held) else -traded
