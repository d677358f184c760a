"""Returns after tax: the taxes of a period as outflows of value on their days."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from holdings.measures.twr import LEAST_CAPITAL, Day


def taxed_days(days: Iterable[Day], taxes: Mapping[date, float]) -> list[Day]:
    """Days whose time-weighted return is R = (E + O - T) / (B + I) - 1: value lost on its day, and nothing taken out.

    taxes: by day, positive lowers the return; a minus sign is tax saved. The values stay those of the accounts, from
    which the tax need not have been paid: the index bears it.
    """
    return [replace(day, outflow=day.outflow - taxes.get(day.day, 0.0)) for day in days]


def taxed_flows(flows: Iterable[tuple[date, float]], taxes: Mapping[date, float]) -> list[tuple[date, float]]:
    """Flows in the investor's sign, taxes among them: money that was put in and of which nothing is left."""
    return [*flows, *((day, -tax) for day, tax in taxes.items() if tax)]


def untaxable(days: Iterable[Day], opening: float, taxes: Mapping[date, float]) -> bool:
    """Whether a tax falls on a day without capital, which has no return that could bear it."""
    before = opening
    for day in days:
        if before + day.inflow < LEAST_CAPITAL and taxes.get(day.day):
            return True
        before = day.value
    return False
