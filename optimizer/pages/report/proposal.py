"""A proposal to print, beside what its page shows already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from accounts.templatetags.formats import count_of
from optimizer.models import Proposal, Trade
from optimizer.pages import proposal as page
from optimizer.pages.proposal import Choices
from optimizer.pages.report import evidence, sources


def content(proposal: Proposal, trades: list[Trade]) -> dict[str, Any]:
    """Every trade with its decision, the evidence known on the proposal's day, and whose prices it rests on."""
    household = proposal.household
    return {
        "groups": page.groups(proposal, trades, Choices()),
        "decided": decided(trades),
        "known": evidence.known(household, proposal.as_of),
        "source": sources.sentence(household, proposal.as_of),
    }


def decided(trades: Iterable[Trade]) -> str:
    """2 trades approved, 1 trade not decided."""
    verdicts = Counter(
        trade.decision.get_verdict_display().lower() if hasattr(trade, "decision") else "not decided"
        for trade in trades
    )
    return ", ".join(f"{count_of(number, 'trade')} {verdict}" for verdict, number in verdicts.items())
