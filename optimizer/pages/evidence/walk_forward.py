"""What a policy would have done, in words and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import amount, percent, points
from holdings.figures.index import falls, growths
from optimizer import selectors
from optimizer.models import Evidence, PolicyVersion, Strategy
from optimizer.models.evidence import Rhythm

COMPARE = "compare"
"""The subject of comparisons of policies and rhythms."""
RECENT = 6
AFTER = {"costs": "After costs", "taxes": "After costs and taxes"}
MEANT = {
    "hold": "The policy's first weights, of what had prices then, never traded",
    "calendar": "The policy's target, made anew at each year's end",
    "equal": "The same instruments, each month",
    "benchmark": "Restored each month",
    "policy": "All the way to the target, made anew each month from the past alone",
    "proposals": "Each month the trades that a proposal would have made, all carried out",
}
SHORT = {
    "proposals": "Ballast",
    "policy": "Target",
    "hold": "Hold",
    "calendar": "Yearly",
    "equal": "Equal",
    "benchmark": "Benchmark",
}
SLOPE = "Of the choice’s Sharpe ratio out of sample on that in sample: 1 where all of it lasts, 0 where none does"
UNTAXED = {
    "sheltered": "No account of the household is taxed, so there are no taxes to count.",
    "country": "Taxes are left out: the rules of the household's country are not simulated over decades here.",
    "unassessed": "Taxes are left out: the household's present tax year is not computed. See the page Tax for why.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One path in one way. A figure is (value, low, high); `less` is the policy less this path."""

    name: str
    meaning: str
    role: str
    found: Mapping[str, Any]
    trial: bool

    def __getattr__(self, name: str) -> Any:
        return self.found[name]


@dataclass(frozen=True, slots=True)
class Way:
    """Every path, net of the same."""

    key: str
    title: str
    rows: Sequence[Row]

    @property
    def policy(self) -> Row:
        return self.rows[0]

    @property
    def proposed(self) -> bool:
        """Whether the first path is that of proposals."""
        return self.policy.role == "proposals"

    @property
    def subject(self) -> str:
        return "Ballast’s proposals" if self.proposed else "the policy"

    @property
    def less(self) -> str:
        return "Proposals less it" if self.proposed else "Policy less it"

    @property
    def baselines(self) -> list[Row]:
        return [row for row in self.rows[1:] if not row.trial]


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found = row.result
    ways = ways_of(found)
    compared = selectors.evidence(household, Evidence.Kind.WALK_FORWARD, COMPARE)
    return {
        "found": found,
        "law": found["settings"].get("law"),
        "short_rate": _rate(found, 0),
        "long_rate": _rate(found, 1),
        "ways": ways,
        "sentence": sentence(ways[-1]),
        "wins": wins(ways[-1]),
        "proposed": proposed(ways[-1]),
        "strategy": Strategy(found["said"]["strategy"]).label,
        "untaxed": UNTAXED.get(found["said"]["untaxed"], ""),
        "first": dt.date.fromisoformat(found["first"]),
        "last": dt.date.fromisoformat(found["last"]),
        "figures": _figures(found, ways[-1]),
        "compared": comparison(compared) if compared else None,
        "comparing": selectors.evidence_run(household, Evidence.Kind.WALK_FORWARD, COMPARE),
        "versions": selectors.versions(household)[:RECENT],
        "rhythms": Rhythm.choices,
    }


def _rate(found: Mapping[str, Any], at: int) -> float | None:
    rates = found["settings"]["rates"]
    return float(rates[at]) if rates else None


def ways_of(found: Mapping[str, Any]) -> list[Way]:
    return [
        Way(key, title, [_row(each, key) for each in found["rows"]])
        for key, title in AFTER.items()
        if key in found["rows"][0]
    ]


def sentence(way: Way) -> str:
    """Who earned more, and whether that is more than chance: the strongest baseline is named, also where it wins."""
    best = max(way.baselines, key=lambda row: row.figures["return"][0])
    more, low, high = best.less["return"]
    earned = f"{way.title} {way.subject} earned {percent(way.policy.figures['return'][0])} a year"
    other = f"{best.name[0].lower() + best.name[1:] if best.role != 'benchmark' else best.name} earned"
    if round(more, 3) == 0:
        return f"{earned}, as much as {other.removesuffix(' earned')}"
    side = f"{points(abs(more)).lstrip('+')} points {'less' if more > 0 else 'more'}"
    return (
        f"{earned}; {other} {side}, {'which chance can explain' if low <= 0 <= high else 'beyond what chance explains'}"
    )


def proposed(way: Way) -> Mapping[str, Any] | None:
    """What the proposals do otherwise than the target path, what of tax that spared, and when none was possible."""
    target = next((row for row in way.rows if row.role == "policy"), None)
    if not way.proposed or target is None:
        return None
    own = way.policy
    spared = target.taxed - own.taxed
    return {"own": own, "target": target, "taxed": way.key == "taxes", "spared": spared, "more": -spared}


def wins(way: Way) -> list[str]:
    """Where a baseline did better than the policy, plainly."""
    return [said for row in way.baselines if (said := _wins(row, way.policy))]


def _wins(row: Row, policy: Row) -> str:
    own, other = policy.figures, row.figures
    better = []
    if other["return"][0] > own["return"][0]:
        better.append(f"earned {percent(other['return'][0])} a year against {percent(own['return'][0])}")
    if other["sharpe"][0] > own["sharpe"][0]:
        better.append(f"had a Sharpe ratio of {other['sharpe'][0]:.2f} against {own['sharpe'][0]:.2f}")
    if other["drawdown"][0] > own["drawdown"][0]:
        better.append(f"fell at most {percent(-other['drawdown'][0])} against {percent(-own['drawdown'][0])}")
    return f"{row.name} {', '.join(better)}." if better else ""


def comparison(row: Evidence) -> Mapping[str, Any]:
    """The settings beside each other, with what is left of the best of them."""
    ways = ways_of(row.result)
    trials = row.result.get("trials", {})
    way = ways[-1]
    return {
        "row": row,
        "way": way,
        "trials": [each for each in way.rows if each.trial],
        "stats": _stats(trials[way.key]) if way.key in trials else [],
        "sentence": _chosen(trials[way.key]) if way.key in trials else "",
    }


def _chosen(found: Mapping[str, Any]) -> str:
    return (
        f"{found['best']} has the highest Sharpe ratio of {found['count']} settings. With probability "
        f"{percent(found['deflated'], 0)} it is above what the best of as many without skill would show, which says "
        f"nothing of the others. Chosen by one half of the sessions, a setting was below the median in the other half "
        f"in {percent(found['overfitted'], 0)} of {found['splits']:,} ways to halve them."
    )


def _stats(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    stats = [
        ("Deflated Sharpe ratio", percent(found["deflated"], 0), "Probability that the best is above what luck shows"),
        ("Probability of overfitting", percent(found["overfitted"], 0), "The choice is below the median out of sample"),
        ("Probability of loss", percent(found["loss"], 0), "The choice earns less than cash out of sample"),
    ]
    if "slope" in found:
        stats.append(("Performance degradation", amount(found["slope"], 2), SLOPE))
    return stats


def _row(found: Mapping[str, Any], way: str) -> Row:
    return Row(found["name"], MEANT[found["role"]], found["role"], found[way], found["trial"])


def _figures(found: Mapping[str, Any], way: Way) -> dict[str, Any]:
    curves = found["curves"][way.key]
    days = [dt.date.fromisoformat(day) for day in curves["days"]]
    names = [SHORT[row.role] for row in way.rows]
    return {
        "growth": growths(days, list(zip(names, curves["growth"], strict=True))),
        "fall": falls(days, list(zip(names, curves["fall"], strict=True))),
    }


def beside(household: Household, version: PolicyVersion) -> Mapping[str, Any] | None:
    """What a proposal's page says of it; None before it was computed."""
    row = selectors.evidence(household, Evidence.Kind.WALK_FORWARD)
    if row is None:
        return None
    ways = ways_of(row.result)
    return {
        "row": row,
        "way": ways[-1],
        "sentence": sentence(ways[-1]),
        "first": dt.date.fromisoformat(row.result["first"]),
        "last": dt.date.fromisoformat(row.result["last"]),
        "other": "" if row.result["said"]["version"] == str(version.number) else row.result["said"]["version"],
    }
