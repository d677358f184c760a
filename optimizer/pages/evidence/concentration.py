"""Where the risk sits, in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, count_of, percent, points
from optimizer.models import Evidence


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    return {"found": found, "sentence": sentence(found), "stats": _stats(found), "unknown": _unknown(found)}


def sentence(found: Mapping[str, Any]) -> str:
    """The finding: what carries the risk, and what stress takes of the diversification."""
    if not found["parts"]:
        return "Nothing risky is held"
    first = found["parts"][0]
    largest = (
        f"{first['symbol']} is {percent(first['weight'])} of the household and {percent(first['risk'])} of its risk"
    )
    every = f"{count_of(len(found['parts']), 'holding')} diversify like {amount(found['bets'], 1)} independent ones"
    return f"{largest}; {every}"


def _stats(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    more = found["stressed_volatility"] - found["volatility"]
    return [
        ("Volatility", percent(found["volatility"]), "A year, as forecast"),
        ("Worst months", percent(found["cvar_95"]), "Average loss in the worst 5% of months"),
        ("Equal holdings", amount(found["holdings"], 1), "As concentrated as these by value"),
        ("Independent bets", amount(found["bets"], 1), "Squared diversification ratio"),
        ("In stress", amount(found["stressed_bets"], 1), "Bets with correlations half way to one"),
        ("Volatility in stress", percent(found["stressed_volatility"]), f"{points(more)} points"),
    ]


def _unknown(found: Mapping[str, Any]) -> int:
    """Holdings whose volume is not known."""
    return sum(part["days"] is None for part in found["parts"])
