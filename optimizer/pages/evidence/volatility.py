"""Forecasts of volatility and how good they were, in words and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, percent
from holdings.figures.lines import Line, lines
from optimizer.models import Evidence

NAMES = {
    "combination": ("Mean of five", "Geometric mean of the five below"),
    "ewma": ("EWMA, 0.94", "Past squares, weights halving in 11 sessions; one of the five, and the yardstick"),
    "garch": ("GARCH", "Shocks that fade toward a long-run level"),
    "gjr_t": ("GJR, Student’s t", "The same, falls counting for more, fat tails"),
    "har": ("HAR", "Squares of the last day, week and month"),
    "log_har": ("log-HAR", "Week, month and quarter in logarithms, and what came with falls"),
    "slow_ewma": ("EWMA, 63 sessions", "Weights halving in 63 sessions; no part of the mean"),
}
HORIZONS = ("1", "5", "21")


@dataclass(frozen=True, slots=True)
class Row:
    """A model: what it foretells now by horizon, and its losses by horizon, each with its error."""

    name: str
    meaning: str
    now: list[float | None]
    lines: list[Mapping[str, Any]]


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    values: dict[str, Any] = {"found": found, "since": since(found), "sentence": _sentence(found)}
    if found["sessions"]:
        values |= {"rows": [_row(name, found) for name in NAMES], "used": used(found), "judged": _judged(found)}
    if found["sessions"] and found["chart"]["days"]:
        values["figures"] = {"forecast": _figure(found["chart"])}
    return values


def since(found: Mapping[str, Any]) -> dt.date | None:
    """The first day of the series."""
    return dt.date.fromisoformat(found["since"]) if found["sessions"] else None


def nothing(found: Mapping[str, Any]) -> str:
    """Of a portfolio without a series."""
    left_out = found.get("left_out")
    return f"Too few prices: {', '.join(left_out)}" if left_out else "Nothing risky is held"


def used(found: Mapping[str, Any]) -> str:
    """Whether anything reads the forecast, plainly."""
    if not found["sessions"] or _judged(found)["loss"]["value"] is None:
        return "Not used: there is no record yet. The trigger “change of volatility” reads an EWMA over 63 sessions."
    if not found["supported"]:
        return (
            "Not used: it was not clearly better than an EWMA. "
            "The trigger “change of volatility” reads an EWMA over 63 sessions."
        )
    return (
        "Used: the trigger “change of volatility” reads the mean of five, since its record is clearly better than that "
        "of both EWMAs. No weight and no limit reads it; plans estimate risk as Goals and constraints say."
    )


def _judged(found: Mapping[str, Any]) -> Mapping[str, Any]:
    line: Mapping[str, Any] = next(
        line for line in found["lines"] if (line["model"], line["horizon"]) == ("combination", 21)
    )
    return line


def _sentence(found: Mapping[str, Any]) -> str:
    if not found["sessions"]:
        return nothing(found)
    now = found["now"]["combination"]["21"]
    said = f"Your holdings are expected to swing {percent(now)} a year over the next month"
    saved = _judged(found)["saved"]["ewma"]
    if saved["value"] is None:
        return f"{said}; such forecasts have no record here yet"
    better = "closer than" if found["supported"] else "not clearly closer than"
    return f"{said}; such forecasts came {better} an EWMA’s"


def _row(name: str, found: Mapping[str, Any]) -> Row:
    own = [line for line in found["lines"] if line["model"] == name]
    return Row(*NAMES[name], [found["now"][name][horizon] for horizon in HORIZONS], own)


def _figure(chart: Mapping[str, Any]) -> Mapping[str, Any]:
    days = [dt.date.fromisoformat(day) for day in chart["days"]]
    drawn = [
        Line("What came", "ink-3", chart["came"], faint=True),
        Line("EWMA, 0.94", "warn", chart["ewma"]),
        Line("Mean of five", "accent", chart["combination"]),
    ]
    last = chart["combination"][-1]
    finding = (
        f"Volatility a year foretold for the next 21 sessions, every 21, and what came. Now {amount(100 * last, 1)}%"
    )
    return lines(days, drawn, finding)
