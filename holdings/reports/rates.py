"""The risk-free rate of a period, where a series of it is stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import fmean

from holdings.models import MacroPoint

SERIES = ("risk-free", "dtb3", "dgs3mo", "tb3ms", "DTB3", "DGS3MO", "TB3MS")
"""Slugs of three-month rates in per cent a year."""


@dataclass(frozen=True, slots=True)
class RiskFree:
    """A fraction a year; `source` is empty where none is stored and 0 is taken."""

    annual: float
    source: str


def risk_free(first: dt.date, last: dt.date) -> RiskFree:
    """The mean of the stored rates of a period."""
    rows = MacroPoint.objects.filter(series__slug__in=SERIES, date__range=(first, last))
    points = list(rows.values_list("series__name", "value"))
    if not points:
        return RiskFree(0.0, "")
    name = points[0][0]
    return RiskFree(fmean(float(value) for of, value in points if of == name) / 100, name)
