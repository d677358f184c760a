"""What signals said and how often they were right, in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from holdings.figures.signals import intervals
from optimizer import selectors
from optimizer.models import Evidence, PolicyVersion, Strategy

NAMES = {
    "momentum": ("Momentum", "Return of a year without its last month"),
    "low_volatility": ("Low volatility", "Calm over a year"),
    "low_beta": ("Low beta", "Small swings with the others over a year"),
    "reversal": ("Reversal", "Fall of the last month"),
    "value": ("Value", "Fall of the four years before the last; stands for book values, which no series here has"),
}
WHY = {
    "supported": "Supported: right more often than chance, in both halves, and after costs.",
    "chance": "Not used: no more often right than chance allows.",
    "against": "Not used: more often wrong than right, beyond chance.",
    "one_half": "Not used: it was right in one half of the record only.",
    "cost": "Not used: what it earned went to the costs of trading it.",
    "few_names": "Not used: too few instruments with prices to rank.",
    "short": "Not used: less than three years of months.",
}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    meaning: str
    found: Mapping[str, Any]
    verdict: str


FORETOLD = {
    "told": "Beyond chance. It moves no weight: it ranks no instrument above another.",
    "chance": "No more than chance allows.",
    "short": "Less than three years of months.",
}


def titled(found: Mapping[str, Any]) -> tuple[str, str]:
    """Name and meaning of a signal of ours, or of a series that the household named."""
    return NAMES[found["name"]] if found["name"] in NAMES else (found["label"], found["meaning"])


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    rows = [_row(each) for each in found["signals"]]
    judged = [each for each in rows if each.found["why"] not in {"few_names", "short"}]
    version = selectors.current_version(household)
    values = {
        "found": found,
        "rows": rows,
        "sentence": _sentence(judged),
        "used": _used(rows, version),
        "series": [Row(*titled(each), each, FORETOLD[each["why"]]) for each in found.get("series", ())],
        "own": list(selectors.own_series(household).defer("points")),
    }
    if judged:
        figure = intervals([(each.name, *_mean(each.found)) for each in judged], "Mean rank correlation")
        values["figures"] = {"ic": figure}
    return values


def _row(found: Mapping[str, Any]) -> Row:
    return Row(*titled(found), found, WHY[found["why"]])


def _mean(found: Mapping[str, Any]) -> tuple[float, float, float]:
    return found["ic"], found["low"], found["high"]


def _sentence(judged: list[Row]) -> str:
    if not judged:
        return "No signal has a record here yet"
    good = [each.name.lower() for each in judged if each.found["why"] == "supported"]
    if not good:
        return f"None of {len(judged)} signals was right often enough to be used"
    return f"{' and '.join(good).capitalize()} {'was' if len(good) == 1 else 'were'} right often enough to be used"


def _used(rows: list[Row], version: PolicyVersion | None) -> str:
    """Whether the allocation reads any of it, plainly."""
    if version is None or not version.signals:
        return "Your policy does not read signals. It can, under Goals and constraints."
    if not Strategy(version.strategy).reads_returns:
        return "Your policy reads signals, but its strategy does not look at expected returns, so none moves a weight."
    if not any(each.found["why"] == "supported" for each in rows):
        return "Your policy reads signals; none is supported now, so none moves a weight."
    return "Your policy reads the supported ones: they move expected returns by their shrunk correlation, no further."
