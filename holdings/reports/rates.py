"""The risk-free rate of a period, where a series of it is stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import fmean

from holdings.models import MacroPoint

SERIES = ("risk-free-3-month", "treasury-bill-3-month")
"""Slugs of three-month rates in per cent a year, the first that has points counting."""


@dataclass(frozen=True, slots=True)
class RiskFree:
    """A fraction a year; `source` is empty where none is stored and 0 is taken."""

    annual: float
    source: str


def risk_free(first: dt.date, last: dt.date) -> RiskFree:
    """The mean of the stored rates of a period."""
    for slug in SERIES:
        rows = MacroPoint.objects.filter(series__slug=slug, date__range=(first, last))
        if points := list(rows.values_list("series__name", "value")):
            return RiskFree(fmean(float(value) for _, value in points) / 100, points[0][0])
    return RiskFree(0.0, "")
