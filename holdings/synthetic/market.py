"""Made-up instruments with seeded random closes and rates: pure, and the same for equal seeds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

CENT = Decimal("0.01")
RATIO = 2
SPLIT_SHARE, FOREIGN_SHARE = 0.1, 0.2
"""Parts of the instruments that split once, and that are quoted in the other currency."""


@dataclass(frozen=True)
class Listing:
    """An instrument: a raw close a session, and the session from which one share is two, if it splits."""

    symbol: str
    currency: str
    closes: Sequence[Decimal]
    splits_at: int | None


def other_currency(base: str) -> str:
    return "USD" if base == "EUR" else "EUR"


def listings(rng: Random, count: int, sessions: Sequence[dt.date], base: str) -> list[Listing]:
    """Random walks of 6 % a year and 28 % volatility, to the cent; a split halves the raw close."""
    foreign = max(1, round(FOREIGN_SHARE * count)) if count > 1 else 0
    made = []
    for number in range(count):
        currency = other_currency(base) if number < foreign else base
        middle = len(sessions) // 2
        at = rng.randrange(middle) + middle // 2 if rng.random() < SPLIT_SHARE and middle > 2 else None
        made.append(Listing(f"SYN{number:04d}", currency, _closes(rng, len(sessions), at), at))
    return made


def _closes(rng: Random, count: int, splits_at: int | None) -> list[Decimal]:
    level, closes = math.log(rng.uniform(20, 200)), []
    drift, deviation = 0.06 / 252, 0.28 / math.sqrt(252)
    for at in range(count):
        raw = math.exp(level) / (RATIO if splits_at is not None and at >= splits_at else 1)
        closes.append(max(Decimal(repr(round(raw, 2))).quantize(CENT), CENT))
        level += rng.gauss(drift - deviation**2 / 2, deviation)
    return closes


def rates(rng: Random, count: int) -> list[Decimal]:
    """Units of the dollar for one euro, between 0.8 and 1.6."""
    level, made = 1.15, []
    for _ in range(count):
        made.append(Decimal(repr(round(level, 4))))
        level = min(max(level * math.exp(rng.gauss(0, 0.005)), 0.8), 1.6)
    return made
