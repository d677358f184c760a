"""States of the market as they could be told at the time, and what knowing them was worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import percent
from holdings.figures.lines import Line, lines
from optimizer.models import Evidence
from optimizer.pages.evidence.volatility import nothing, since

NAMES = {
    "hidden": ("Hidden Markov model", "Two normal distributions; the filtered probability of the wider one"),
    "jump": ("Jump model", "Downside risk and its reward, with a penalty for each change of state"),
}
CLEAR = 2  # standard errors


@dataclass(frozen=True, slots=True)
class Row:
    """verdicts: what the record says, in sentences."""

    name: str
    meaning: str
    found: Mapping[str, Any]
    verdicts: list[str]


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    known = [name for name in NAMES if found["sessions"] and found[name]]
    values: dict[str, Any] = {"found": found, "since": since(found), "sentence": _sentence(found, known)}
    values["rows"] = [Row(*NAMES[name], found[name], _verdicts(found[name])) for name in known]
    if known and found["chart"]["days"]:
        values["figures"] = {"states": _figure(found["chart"])}
    return values


def _sentence(found: Mapping[str, Any], known: list[str]) -> str:
    if not found["sessions"]:
        return nothing(found)
    if "hidden" not in known:
        return "Too few sessions to tell calm from turbulence"
    now = found["hidden"]["now"]
    state = "turbulent" if now > 0.5 else "calm"
    if "jump" in known and (found["jump"]["now"] > 0.5) != (now > 0.5):
        other = "calm" if now > 0.5 else "turbulent"
        return f"Two models disagree: turbulence has a probability of {percent(now, 0)} by one, {other} says the other"
    return f"Your holdings are in a {state} state: turbulence has a probability of {percent(now, 0)}"


def _verdicts(found: Mapping[str, Any]) -> list[str]:
    return [_returns(found), _leaving(found["leaving"]), _forecast(found["saved"])]


def _returns(found: Mapping[str, Any]) -> str:
    calm, wild = found["calm"]["mean"], found["turbulent"]["mean"]
    if None in {calm["value"], calm["error"], wild["value"], wild["error"]}:
        return "One state was too rare to compare returns."
    gap, error = wild["value"] - calm["value"], (wild["error"] ** 2 + calm["error"] ** 2) ** 0.5
    if abs(gap) < CLEAR * error:
        return "Returns after turbulent closes did not differ from those after calm ones beyond chance."
    way = "higher" if gap > 0 else "lower"
    return f"Returns after turbulent closes were {way} than after calm ones, beyond chance."


def _leaving(found: Mapping[str, Any]) -> str:
    if _clear(found):
        did = "gained against" if found["value"] > 0 else "cost against"
        return f"Leaving in turbulence {did} holding, beyond chance."
    return "Leaving in turbulence made no difference to the return beyond chance."


def _forecast(found: Mapping[str, Any]) -> str:
    if _clear(found):
        better = "better" if found["value"] > 0 else "worse"
        return f"As a forecast of variance it was {better} than an EWMA, beyond chance."
    return "As a forecast of variance it was neither better nor worse than an EWMA beyond chance."


def _clear(found: Mapping[str, Any]) -> bool:
    return found["value"] is not None and bool(found["error"]) and abs(found["value"]) >= CLEAR * found["error"]


def _figure(chart: Mapping[str, Any]) -> Mapping[str, Any]:
    days = [dt.date.fromisoformat(day) for day in chart["days"]]
    drawn = [
        Line("Jump model, turbulent", "warn", chart["jump"], steps=True, faint=True),
        Line("Hidden Markov, probability of turbulence", "accent", chart["hidden"]),
    ]
    return lines(days, drawn, "Probability of turbulence as it could be told at each close")
