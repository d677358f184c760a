"""Events that brokers write as several rows: what left the account, and what came for it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.importers.movement import Movement, is_cusip
from holdings.ledger.types import ZERO, Kind

EXCHANGES = {Kind.MERGER, Kind.SPLIT, Kind.SYMBOL_CHANGE}
"""What shares that leave against other shares can be."""


def kept(movement: Movement) -> DraftRow:
    """A row of an event whose other side is missing or doubtful."""
    return movement.unknown(
        f"“{movement.action}” does not say both what left and what came; the row is kept and not booked.",
        "Enter the corporate action by hand, with the numbers of the broker's notice.",
    )


def events(
    movements: Iterable[Movement],
    key: Callable[[Movement], Hashable],
    join: Callable[[Sequence[Movement]], DraftRow | None],
    alone: Callable[[Movement], DraftRow] = kept,
) -> list[DraftRow]:
    """One draft for the rows of one key where `join` finds both sides plain; else each row is what it is `alone`."""
    found: dict[Hashable, list[Movement]] = {}
    for movement in movements:
        found.setdefault(key(movement), []).append(movement)
    return [row for group in found.values() for row in _event(group, join, alone)]


def _event(
    group: list[Movement],
    join: Callable[[Sequence[Movement]], DraftRow | None],
    alone: Callable[[Movement], DraftRow],
) -> list[DraftRow]:
    if any(movement.row.problems for movement in group):
        return [movement.draft(None) for movement in group]
    draft = join(group)
    if draft is None:
        return [alone(movement) for movement in group]
    return [replace(draft, rows=tuple(sorted(movement.row.line for movement in group)))]


def cash_for_shares(group: Sequence[Movement], kind: Kind) -> DraftRow | None:
    """Shares that left for cash, in one row or in a row each."""
    shares, cash = _sum(m.quantity for m in group), _sum(m.cash for m in group)
    if not shares or cash <= 0 or len(group) > 2 or (len(group) == 2 and all(m.quantity for m in group)):
        return None
    lead = next(movement for movement in group if movement.quantity)
    return lead.draft(kind, quantity=-abs(shares), cash=cash, fees=_sum(m.fees for m in group))


def shares_for_shares(group: Sequence[Movement], kind: Kind) -> DraftRow | None:
    """Shares that left for others, perhaps with cash beside them; a split where they are of the same instrument."""
    left = [movement for movement in group if movement.quantity < 0]
    came = [movement for movement in group if movement.quantity > 0]
    if kind is Kind.SPLIT and len(left) == 1 and not came:
        return left[0].split()
    if len(left) != 1 or len(came) != 1 or not came[0].symbol:
        return None
    old, new = left[0], came[0]
    if kind is Kind.SPLIT and (old.symbol in {"", new.symbol} or is_cusip(old.symbol)):
        return new.draft(Kind.SPLIT, quantity=new.quantity + old.quantity)
    if kind is Kind.MERGER:
        return _merged(old, new, _sum(movement.cash for movement in group))
    return old.draft(Kind.SYMBOL_CHANGE, other=new.symbol, other_quantity=new.quantity)


def _merged(old: Movement, new: Movement, cash: Decimal) -> DraftRow:
    if cash > 0:
        message = "Cash came with the new shares; how it is taxed depends on what they were worth that day."
        old.row.error(old.columns.cash, message, "Enter the market value of the new shares as fair value.")
    return old.draft(Kind.MERGER, quantity=old.quantity, other=new.symbol, other_quantity=new.quantity, cash=cash)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)
