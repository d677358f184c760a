"""How holdings move together, in words and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, percent
from holdings.figures.lines import Line, lines
from optimizer.engine.words import listed
from optimizer.models import Evidence

NAMED = 3
TITLES = {
    "correlation": ("Mean correlation of pairs", "Mean correlation of pairs of holdings, 63 sessions each"),
    "ratio": ("Diversification ratio", "Diversification ratio of today’s weights, by the covariance known then"),
}


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    values: dict[str, Any] = {
        "found": found,
        "sentence": _sentence(found),
        "moved": _moved(found["shift"]),
        "record": _record(found["foretelling"]),
        "judged": [each for each in found["holdings"] if "excess" in each],
        "unjudged": [each["symbol"] for each in found["holdings"] if "excess" not in each],
    }
    if found["chart"] and found["chart"]["correlation"]["days"]:
        values["figures"] = {
            name: _figure(found["chart"][name], *TITLES[name]) for name in TITLES if found["chart"][name]["days"]
        }
    return values


def _sentence(found: Mapping[str, Any]) -> str:
    if len(found["holdings"]) < 2:
        return "Fewer than two holdings: nothing to move together"
    calm = [each["symbol"] for each in found["holdings"] if each.get("calm")]
    ratio = f"Held together your holdings swing {percent(1 / found['ratio'], 0)} of what they would apart"
    if not calm:
        return f"{ratio}; none is seen to diversify less in falls"
    names = listed(calm) if len(calm) <= NAMED else f"{len(calm)} of {len(found['holdings'])}"
    return f"{ratio}; {names} {'diversifies' if len(calm) == 1 else 'diversify'} less in falls"


def _moved(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "Too few sessions, or too few holdings with prices for all of them, to test whether correlations moved."
    now, low, high = (amount(found[name], 2) for name in ("recent", "low", "high"))
    said = (
        f"Mean correlation of pairs in the last 63 sessions: {now}. "
        f"In 95 of 100 windows of the three years before it would lie from {low} to {high}."
    )
    if found["low"] <= found["recent"] <= found["high"]:
        return f"{said} No shift is seen."
    return f"{said} They move together {'more' if found['recent'] > found['high'] else 'less'} than they did."


def _record(found: Mapping[str, Any] | None) -> str:
    """How well a window foretells the next one, plainly; empty without a record."""
    if found is None or found["recent"]["value"] is None:
        return ""
    recent, long = found["recent"], found["long"]
    said = (
        f"A quarter’s mean correlation missed the next quarter’s by a squared error of {amount(recent['value'], 4)} "
        f"(± {amount(recent['error'], 4)}, {recent['count']} quarters); that of three years by "
        f"{amount(abs(long['value']), 4)} {'more' if long['value'] > 0 else 'less'} (± {amount(long['error'], 4)})."
    )
    if abs(long["value"]) < 2 * long["error"]:
        return f"{said} Neither foretells better beyond chance."
    return f"{said} The {'recent' if long['value'] > 0 else 'long'} window foretells better."


def _figure(chart: Mapping[str, Any], word: str, finding: str) -> Mapping[str, Any]:
    days = [dt.date.fromisoformat(day) for day in chart["days"]]
    return lines(days, [Line(word, "accent", chart["values"])], finding, percent=False)
