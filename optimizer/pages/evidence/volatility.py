"""Forecasts of volatility and how good they were, in words and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, change, percent
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
RANGED = (
    "Mean of five, ranges",
    "The same out of each holding’s open, high, low and close, and correlations of closes",
)
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
        mean, *others = (_row(name, found) for name in NAMES)
        values |= {"rows": [mean, *_ranged(found), *others], "used": used(found), "judged": _judged(found)}
        values["read"] = _read(found)
    if found["sessions"] and found["chart"]["days"]:
        values["figures"] = {"forecast": _figure(found["chart"], _reads_ranges(found))}
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
            "Not used: out of closes it was not clearly better than an EWMA. "
            "The trigger “change of volatility” reads an EWMA over 63 sessions."
        )
    return (
        "Used: the trigger “change of volatility” reads the mean of five out of closes, since its record is clearly "
        "better than that of both EWMAs. No weight and no limit reads it; "
        "plans estimate risk as Goals and constraints say."
    )


def _judged(found: Mapping[str, Any]) -> Mapping[str, Any]:
    line: Mapping[str, Any] = next(
        line for line in found["lines"] if (line["model"], line["horizon"]) == ("combination", 21)
    )
    return line


def _sentence(found: Mapping[str, Any]) -> str:
    if not found["sessions"]:
        return nothing(found)
    by_ranges = _reads_ranges(found)
    now = (found["ranges"]["now"] if by_ranges else found["now"]["combination"])["21"]
    said = f"Your holdings are expected to swing {percent(now)} a year over the next month"
    saved = _judged(found)["saved"]["ewma"]
    if saved["value"] is None:
        return f"{said}; such forecasts have no record here yet"
    better = "closer than" if (found["ranges"] if by_ranges else found)["supported"] else "not clearly closer than"
    return f"{said}; such forecasts came {better} an EWMA’s"


def _ranged(found: Mapping[str, Any]) -> list[Row]:
    """The mean of five out of ranges, where half of what is held or more has them."""
    ranges = found.get("ranges") or {"lines": []}
    return [Row(*RANGED, [ranges["now"][each] for each in HORIZONS], ranges["lines"])] if ranges["lines"] else []


def _read(found: Mapping[str, Any]) -> str:
    """What the forecast of all holdings was made of, and what ranges were worth."""
    ranges = found.get("ranges") or {"part": 0.0, "lines": []}
    if not ranges["part"]:
        return "Only closes are stored of these holdings, so a day’s variance is its squared return."
    part = f"{percent(ranges['part'], 0)} of what is held has open, high and low on 95% of its days"
    if not ranges["lines"]:
        return f"{part}, less than half: a day’s variance is its squared return."
    saved = ranges["saved"]["21"]
    if saved["value"] is None:
        return f"{part}, so a day’s variance is made of ranges; that has no record here yet."
    said = f"{change(saved['value'], 3)} ± {amount(saved['error'], 3)}"
    if _reads_ranges(found):
        return (
            f"{part}, so a day’s variance is made of ranges: at 21 sessions that saved {said} of loss against closes."
        )
    return f"{part}, but ranges did worse here at 21 sessions ({said} of loss against closes): closes are read."


def _row(name: str, found: Mapping[str, Any]) -> Row:
    own = [line for line in found["lines"] if line["model"] == name]
    return Row(*NAMES[name], [found["now"][name][horizon] for horizon in HORIZONS], own)


def _reads_ranges(found: Mapping[str, Any]) -> bool:
    return bool(found.get("reads") == "ranges")


def _figure(chart: Mapping[str, Any], ranges: bool) -> Mapping[str, Any]:
    days = [dt.date.fromisoformat(day) for day in chart["days"]]
    drawn = [
        Line("What came", "ink-3", chart["came"], faint=True),
        Line("EWMA, 0.94", "warn", chart["ewma"]),
        Line(RANGED[0] if ranges else NAMES["combination"][0], "accent", chart["combination"]),
    ]
    last = chart["combination"][-1]
    finding = (
        f"Volatility a year foretold for the next 21 sessions, every 21, and what came. Now {amount(100 * last, 1)}%"
    )
    return lines(days, drawn, finding)
