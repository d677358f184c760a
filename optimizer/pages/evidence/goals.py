"""How likely a goal is: in words with what is uncertain, as a fan, by each way of drawing, and what would be needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import exp, expm1
from typing import Any

from accounts.models import Goal, Household
from accounts.templatetags.formats import SYMBOLS, day, money, percent
from holdings.figures.fan import fan
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.services.evidence import is_simulated, simulated

LONG_RUN = {"equity": "equities", "treasury": "10-year Treasuries", "gold": "gold", "cash": "cash"}


def subjects(household: Household) -> Sequence[tuple[str, str]]:
    return [(str(goal.uuid), goal.name) for goal in simulated(household)]


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found, symbol = row.result, SYMBOLS.get(household.base_currency, household.base_currency)
    course, lead = found["course"], found["ways"][0]
    years = [month / 12 for month in found["fan"]["months"]]
    return {
        "found": found,
        "sentence": sentence(found),
        "lead": lead,
        "figure": fan(years, found["fan"]["bands"], course["amount"] or None, course["months"] / 12, symbol),
        "figures": True,
        "stats": _stats(found, household.base_currency),
        "mix": _mix(found["mix"]),
        "estimate": _estimate(found["estimate"]),
        "lives_on": not course["amount"],
        "goal_date": dt.date.fromisoformat(found["goal"]["date"]),
        "after": found["after"],
    }


def sentence(found: Mapping[str, Any]) -> str:
    """71 of 100 simulated paths reach it, 64 to 77 allowing for estimation error."""
    name, chance = found["goal"]["name"], found["ways"][0]["chance"]
    reach = "pay every withdrawal of" if not found["course"]["amount"] else "reach"
    return f"{hundred(chance['probability'])} of 100 simulated paths {reach} {name}, {spread(chance)}"


def spread(chance: Mapping[str, Any]) -> str:
    return f"{hundred(chance['low'])} to {hundred(chance['high'])} allowing for estimation error"


def hundred(probability: float) -> int:
    return round(100 * probability)


def progress(household: Household, goals: Sequence[Goal]) -> Mapping[int, str]:
    """Odds by goal id, in a line with their day, of goals whose time has not come; one query, none without goals."""
    ahead = [goal for goal in goals if is_simulated(goal, household.as_of)]
    known = selectors.evidence_by_subject(household, Evidence.Kind.GOALS) if ahead else {}
    return {goal.pk: _in_a_line(known.get(str(goal.uuid))) for goal in ahead}


def _in_a_line(row: Evidence | None) -> str:
    if row is None:
        return "Chance not computed yet"
    chance = row.result["ways"][0]["chance"]
    return f"{hundred(chance['probability'])} of 100 simulated paths, {spread(chance)}; close of {day(row.as_of)}"


def _stats(found: Mapping[str, Any], currency: str) -> list[tuple[str, str, str]]:
    course, chance = found["course"], found["ways"][0]["chance"]
    needed = found["needed"]
    rows = [
        (
            "Chance",
            percent(chance["probability"], 0),
            f"± {percent(chance['error'])} of the simulation; {spread(chance)}",
        ),
        (
            "Needed for 80%",
            "–" if needed is None else f"{money(needed, currency)} a month",
            _needed_words(course, needed, currency),
        ),
        ("Counted now", money(course["start"], currency), ", ".join(found["accounts"])),
    ]
    if course["spending"]:
        rows.append(
            ("Money runs out", percent(found["ways"][0]["ruin"], 0), "Of the paths, before the last withdrawal")
        )
    if found["after"]:
        moved = f"{hundred(found['after']['low'])} to {hundred(found['after']['high'])} of 100"
        rows.append((f"With proposal {found['proposal']}", percent(found["after"]["probability"], 0), moved))
    return rows


def _needed_words(course: Mapping[str, Any], needed: float | None, currency: str) -> str:
    if needed is None:
        return "No payment reaches it: none is made any more"
    if needed == 0:
        return "It is reached without paying in"
    paid = money(course["contribution"], currency)
    return f"Paid in until the date, in today’s money; {paid} now"


def _mix(mix: Mapping[str, Any]) -> str:
    """60.0% equities, 30.0% 10-year Treasuries…: as the simulation counts it."""
    parts = [f"{percent(part)} {LONG_RUN[name]}" for name, part in sorted(mix["parts"].items(), key=_largest)]
    if mix["constant"]:
        parts.append(f"{percent(mix['constant'])} that keeps its worth")
    return ", ".join(parts)


def _largest(item: tuple[str, float]) -> float:
    return -item[1]


def _estimate(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a year after inflation, as people quote them."""
    return {
        "historical": expm1(found["historical"]),
        "assumed": expm1(found["assumed"]),
        "mean": expm1(found["mean"]),
        "low": exp(found["mean"] - found["deviation"]) - 1,
        "high": exp(found["mean"] + found["deviation"]) - 1,
        "weight": found["weight"],
        "volatility": found["volatility"],
        "span": f"{_month(found['first'])} to {_month(found['last'])}",
    }


def _month(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%b %Y}"
