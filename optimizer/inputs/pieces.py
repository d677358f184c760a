"""Shares of a lot that an order or an approved trade names, in the pieces that the lot is in now."""

from __future__ import annotations

from decimal import Decimal

from optimizer.engine.types import lot_of


def shared(key: str, shares: Decimal, left: dict[str, Decimal]) -> dict[str, Decimal]:
    """Shares by key: of what `key` names as far as it is there, then of the rest of its lot. Takes them off `left`."""
    own = [each for each in left if lot_of(each) == lot_of(key)]
    found = {}
    for each in sorted(own, key=lambda each: each != key):
        if taken := min(left[each], shares):
            found[each] = taken
            left[each] -= taken
            shares -= taken
    return found
