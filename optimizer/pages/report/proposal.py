"""A proposal to print, beside what its page shows already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from accounts.templatetags.formats import amount, count_of
from optimizer.models import Proposal, Trade
from optimizer.pages import proposal as page
from optimizer.pages.proposal import Choices
from optimizer.pages.report import evidence, sources


def content(proposal: Proposal, trades: list[Trade]) -> dict[str, Any]:
    """Every trade with its decision, the evidence known on the proposal's day, and whose prices it rests on."""
    household = proposal.household
    source = sources.sentence(household, proposal.as_of)
    return {
        "groups": page.groups(proposal, trades, Choices()),
        "decided": decided(trades),
        "known": evidence.known(household, proposal.as_of),
        "assumptions": assumptions(proposal, source),
    }


def decided(trades: Iterable[Trade]) -> str:
    """2 trades approved, 1 trade not decided."""
    verdicts = Counter(
        trade.decision.get_verdict_display().lower() if hasattr(trade, "decision") else "not decided"
        for trade in trades
    )
    return ", ".join(f"{count_of(number, 'trade')} {verdict}" for verdict, number in verdicts.items())


TAX_AND_COST = (
    "Tax is what the trades add this year at the rates that count for the household, an estimate. Cost is half of each "
    "spread, the impact of large orders and the broker’s fee."
)
CANNOT_SAY = (
    "Forecasts of risk can be wrong, and prices will differ when trades are made. What a plan of other goals would be "
    "is not said here."
)


def assumptions(proposal: Proposal, source: str) -> list[str]:
    """On what its figures rest, a paragraph each."""
    version = proposal.version
    estimate = f"{version.get_estimator_display()}, a forecast from past daily closes"
    if calibration := proposal.evidence.get("calibration"):
        times = amount(calibration, 2)
        estimate += f", volatilities times {times}: what was realised over what was foretold in the last three years"
    return [
        source,
        f"Strategy: {version.get_strategy_display()}. Risk estimate: {estimate}. {TAX_AND_COST}",
        *proposal.notes,
        page.certificate(proposal),
        CANNOT_SAY,
        f"Inputs frozen before the run, SHA-256 {proposal.snapshot_hash}",
    ]
