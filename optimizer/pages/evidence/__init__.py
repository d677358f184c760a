"""The pages of evidence: one part a kind or subject, each built from the newest stored result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Household
from optimizer.models import Evidence
from optimizer.pages.evidence import (
    concentration,
    correlation,
    factors,
    goals,
    regimes,
    stress,
    volatility,
    walk_forward,
    watch,
)

Build = Callable[[Household, Evidence], Mapping[str, Any]]
Subjects = Callable[[Household], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Part:
    """`build` gives what `templates/optimizer/evidence/<slug>.html` shows. promise: what stands there once computed.

    `many`: what a part is about where a household has several, each with its word; `none`: what to say without any.
    """

    slug: str
    word: str
    kind: str
    build: Build
    promise: str
    subject: str = ""
    many: Subjects | None = None
    none: str = ""

    def subjects(self, household: Household) -> Sequence[tuple[str, str]]:
        return [(self.subject, self.word)] if self.many is None else self.many(household)


PARTS = (
    Part(
        "walk-forward",
        "Walk-forward",
        Evidence.Kind.WALK_FORWARD,
        walk_forward.build,
        "What the policy would have done over the history of its instruments, knowing the past alone, after costs and "
        "taxes, beside holding, a fixed mix, equal weights and trading once a year.",
    ),
    Part(
        "concentration",
        "Concentration",
        Evidence.Kind.CONCENTRATION,
        concentration.build,
        "Which holdings the risk comes from, how many independent bets they make, and what is left of them in stress.",
    ),
    Part(
        "signals",
        "Signals",
        Evidence.Kind.FACTORS,
        factors.build,
        "How often momentum, low volatility and other signals were right about your instruments, after costs.",
    ),
    Part(
        "volatility",
        "Volatility",
        Evidence.Kind.VOLATILITY,
        volatility.build,
        "How far your holdings are expected to swing, by five models, and how good such forecasts were.",
    ),
    Part(
        "regimes",
        "Regimes",
        Evidence.Kind.REGIMES,
        regimes.build,
        "Whether your holdings are in a calm or a turbulent state, and what knowing that was worth.",
    ),
    Part(
        "correlation",
        "Correlation",
        Evidence.Kind.CORRELATION,
        correlation.build,
        "Whether your holdings move together more than they used to, and which diversify only in calm.",
    ),
    Part(
        "watch",
        "Watch",
        Evidence.Kind.WATCH,
        watch.build,
        "Whether returns, drawdown and risk are still what was predicted, and what became of earlier proposals.",
    ),
    Part(
        "stress",
        "Stress",
        Evidence.Kind.STRESS,
        stress.build,
        "What history’s falls, shocks to rates, equities and the dollar, and your own scenarios would cost, by "
        "holding and account, before and after the open proposal.",
    ),
    Part(
        "goals",
        "Goals",
        Evidence.Kind.GOALS,
        goals.build,
        "How likely the goal is by simulation, how wide the outcomes lie, and what would be needed each month.",
        many=goals.subjects,
        none="No goal with a date ahead. Add one under Goals: an amount, a date, and what is paid in.",
    ),
)


LOCAL = frozenset({"walk-forward", "concentration", "signals", "volatility", "regimes", "correlation"})
"""Parts that read closes as they are quoted: exchange rates move no figure of theirs."""


def part(slug: str) -> Part | None:
    return next((each for each in PARTS if each.slug == slug), None)


def part_of(kind: str, subject: str = "") -> Part:
    """Raises LookupError where a kind has no page."""
    for each in PARTS:
        if each.kind == kind and each.subject in {subject, ""}:
            return each
    raise LookupError(kind)
