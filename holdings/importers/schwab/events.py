"""Events that Schwab writes as two rows: what left the account, and what came for it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.importers.movement import Movement
from holdings.importers.schwab.actions import CASH_FOR_SHARES, REDEMPTIONS, SHARES_FOR_SHARES
from holdings.ledger.types import ZERO, Kind

_BY_HAND = "Enter the corporate action by hand, with the numbers of the broker's notice."
_ADJUSTMENT = " adj"


def is_event(action: str) -> bool:
    """Whether the action, in lower case, may be one of two rows."""
    return _family(action) in CASH_FOR_SHARES | SHARES_FOR_SHARES


def events(movements: Iterable[Movement]) -> list[DraftRow]:
    """One draft for rows that plainly belong together; every other row is kept with a warning."""
    found: dict[tuple[object, ...], list[Movement]] = {}
    for movement in movements:
        found.setdefault(_key(movement), []).append(movement)
    return [row for group in found.values() for row in _event(group)]


def _family(action: str) -> str:
    return action.removesuffix(_ADJUSTMENT)


def _key(movement: Movement) -> tuple[object, ...]:
    """Cash comes under the symbol of the shares; shares of a merger come under another symbol."""
    family = _family(movement.action.lower())
    subject = (movement.symbol or movement.description) if family in CASH_FOR_SHARES else ""
    return family, movement.day, subject


def _event(group: list[Movement]) -> list[DraftRow]:
    family = _family(group[0].action.lower())
    if any(movement.row.problems for movement in group):
        return [movement.draft(None) for movement in group]
    draft = _sold(group, family) if family in CASH_FOR_SHARES else _exchanged(group, family)
    return [draft] if draft else [movement.unknown(_why(movement), _BY_HAND) for movement in group]


def _why(movement: Movement) -> str:
    return f"“{movement.action}” does not say both what left and what came; the row is kept and not booked."


def _sold(group: list[Movement], family: str) -> DraftRow | None:
    """Shares against cash, in one row or in a row each."""
    shares, cash = _sum(m.quantity for m in group), _sum(m.cash for m in group)
    if not shares or cash <= 0 or len(group) > 2 or (len(group) == 2 and all(m.quantity for m in group)):
        return None
    fees = _sum(m.fees for m in group)
    kind = Kind.SELL if family in REDEMPTIONS else Kind.MERGER
    lead = next(movement for movement in group if movement.quantity)
    return _joined(group, lead.draft(kind, quantity=-abs(shares), cash=cash, fees=fees))


def _exchanged(group: list[Movement], family: str) -> DraftRow | None:
    """Shares against shares, perhaps with cash beside them."""
    left = [movement for movement in group if movement.quantity < 0]
    came = [movement for movement in group if movement.quantity > 0]
    if len(left) == 1 and not came and family == "reverse split":
        return _joined(group, left[0].split())
    if len(left) != 1 or len(came) != 1:
        return None
    old, new, cash = left[0], came[0], _sum(movement.cash for movement in group)
    if family == "reverse split" and (old.symbol == new.symbol or old.security.cusip):
        return _joined(group, new.draft(Kind.SPLIT, quantity=new.quantity + old.quantity))
    if not new.symbol:
        return None
    if family not in {"stock merger", "cash/stock merger"}:
        return _joined(group, old.draft(Kind.SYMBOL_CHANGE, other=new.symbol, other_quantity=new.quantity))
    if cash > 0:
        message = "Cash came with the new shares; how it is taxed depends on what they were worth that day."
        old.row.error("Amount", message, "Enter the market value of the new shares as fair value.")
    merger = {"quantity": old.quantity, "other": new.symbol, "other_quantity": new.quantity, "cash": cash}
    return _joined(group, old.draft(Kind.MERGER, **merger))


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _joined(group: list[Movement], draft: DraftRow) -> DraftRow:
    return replace(draft, rows=tuple(sorted(movement.row.line for movement in group)))
