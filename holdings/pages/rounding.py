"""Figures that add up as shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


def shown(value: Decimal, places: int = 0) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def adding_up(parts: Sequence[Decimal], total: Decimal | None = None, places: int = 0) -> list[Decimal]:
    """Round parts so that they add up to a total as shown (by default that of the exact parts).

    The parts with the largest remainders are rounded up. A part is moved by less than one unit where `total` is the
    rounded sum, and by a unit more where it is itself the rounded part of something larger.
    """
    unit = Decimal(1).scaleb(-places)
    aim = shown(sum(parts, Decimal(0)) if total is None else total, places)
    floors = [part.quantize(unit, ROUND_FLOOR) for part in parts]
    missing = int((aim - sum(floors, Decimal(0))) / unit)
    every, some = divmod(missing, len(parts)) if parts else (0, 0)
    first = sorted(range(len(parts)), key=lambda at: floors[at] - parts[at])[:some]
    return [floor + unit * (every + (at in first)) for at, floor in enumerate(floors)]


def known_adding_up(
    parts: Sequence[Decimal | None], total: Decimal | None = None, places: int = 0
) -> list[Decimal | None]:
    """`adding_up` of the parts that are known; None stays None."""
    rounded = iter(adding_up([part for part in parts if part is not None], total, places))
    return [None if part is None else next(rounded) for part in parts]
