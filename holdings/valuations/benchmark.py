"""What the household's money would be worth in its baseline: plain values in and out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.ledger.types import ZERO

YEAR = 365
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class BaselineDay:
    """A session: the index's close, and what the household paid in (or, negative, took out) that day."""

    day: date
    close: Decimal
    flow: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """The baseline at the close of a day."""

    day: date
    close: Decimal
    value: Decimal


def baseline(
    days: Iterable[BaselineDay], *, weight: Decimal, cash_rate: Decimal, start: Standing | None = None
) -> list[Standing]:
    """Value an index beside cash, brought back to their weights at every close, with the household's own flows.

    V = (V' + inflow) x (1 + weight x (close / close' - 1) + (1 - weight) x cash_rate x calendar days / 365) - outflow

    Inflows share in the day's return and outflows leave at its close, as in the time-weighted return. The first day has
    no return. Values are to the cent and never below zero; going on from any of them gives what an unbroken run gives.
    """
    standings: list[Standing] = []
    for today in days:
        growth = _growth(start, today, weight, cash_rate)
        held = (start.value if start else ZERO) + max(today.flow, ZERO)
        value = max(held * growth + min(today.flow, ZERO), ZERO).quantize(CENT)
        start = Standing(today.day, today.close, value)
        standings.append(start)
    return standings


def _growth(last: Standing | None, today: BaselineDay, weight: Decimal, cash_rate: Decimal) -> Decimal:
    if last is None:
        return Decimal(1)
    index = today.close / last.close - 1 if last.close else ZERO
    return 1 + weight * index + (1 - weight) * cash_rate * (today.day - last.day).days / YEAR
