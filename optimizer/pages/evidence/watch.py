"""What the last look at the household's results found, in words and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, change, count_of, money, percent
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.pages import scores
from optimizer.pages.evidence.factors import titled

HALVES = 4


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    return {
        "found": found,
        "sentence": sentence(found),
        "stats": _stats(found) + _costs(found.get("costs"), household.base_currency),
        "on_paper": household.is_paper,
        "scores": [
            (score, scores.sentence(score, household.base_currency), scores.details(score, household.base_currency))
            for score in selectors.latest_scores(household)
        ],
        "tracking": [
            {**each, "first": dt.date.fromisoformat(each["first"]), "last": dt.date.fromisoformat(each["last"])}
            for each in found.get("tracking", ())
        ],
        "drifted": [each["name"] for each in found.get("drift", ()) if each["drifted"]],
        "decays": _decays(household),
        "standing": selectors.standing_halt(household),
    }


def sentence(found: Mapping[str, Any]) -> str:
    beyond = [check for check in found["checks"] if check["beyond"]]
    every = f"{count_of(len(found['checks']), 'check')} of returns, drawdown and risk"
    if not found["checks"]:
        return "Too little has happened to be held against what was predicted"
    if not beyond:
        return (
            f"All {count_of(len(found['checks']), 'check')} of returns, drawdown and risk are within what was predicted"
        )
    return f"Abnormal: {len(beyond)} of {every}"


def _stats(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    stats = []
    if found["checks"]:  # else nothing was judged, and the fall is not known
        stats.append(("Below its highest level", percent(-found["drawdown"]), "Time-weighted, on the last session"))
    if found["volatility"] is not None:
        stats.append(("Realised volatility", percent(found["volatility"]), "A year, of the last 63 sessions"))
    return stats


def _costs(found: Mapping[str, Any] | None, currency: str) -> list[tuple[str, str, str]]:
    """What fills cost over the estimate, in basis points of their value; nothing without fills."""
    if not found:
        return []
    paid, thought = (money(Decimal(found[name]), currency) for name in ("cost", "estimated"))
    error = found["error"]
    sure = "no standard error" if error is None else f"standard error {amount(1e4 * error, 1)}"
    pooled = f"{count_of(found['fills'], 'fill')} of {count_of(found['proposals'], 'proposal')}"
    return [
        (
            "Cost over its estimate",
            f"{change(1e4 * found['mean'], 1)} bp",
            f"Mean of {pooled}, {sure}; {paid} paid, {thought} estimated",
        )
    ]


def _decays(household: Household) -> list[Mapping[str, Any]]:
    """Of every signal with a record: its last half-years and how far it has fallen."""
    row = selectors.evidence(household, Evidence.Kind.FACTORS)
    signals = row.result["signals"] if row else ()
    return [
        {
            "name": titled(each)[0],
            "last": each["half_years"][-HALVES:],
            "cusum": each["cusum"],
            "since": dt.date.fromisoformat(on) if (on := each["cusum"].get("on")) else None,
        }
        for each in signals
        if each.get("cusum")
    ]
