"""What the page of a proposal, its report to print and its PDF say of it, from stored rows."""

from __future__ import annotations

from typing import Any

from holdings import selectors as holdings
from optimizer import selectors
from optimizer.models import Alternative, Proposal, ProposalScore, Trade
from optimizer.pages import proposal as page
from optimizer.pages import scores as scored
from optimizer.pages.allocation import by_sector
from optimizer.pages.comparison import comparison
from optimizer.pages.comparison import number as amount_of
from optimizer.pages.evidence import stress, walk_forward
from optimizer.pages.view_effects import frontier, view_lines

HELD_SHOWN = 4


def content(proposal: Proposal, trades: list[Trade], nothing: Alternative | None) -> dict[str, Any]:
    """nothing: the plan that trades nothing, where one is stored."""
    before = nothing.measures if nothing else proposal.measures["before"]
    after = proposal.measures["after"]
    shown, more = page.rules(proposal)
    held = [sentence for sentence in dict.fromkeys(proposal.held) if sentence not in page.closed_sentences(proposal)]
    currency = proposal.household.base_currency
    return {
        "proposal": proposal,
        "scores": [
            (scored.sentence(row, currency), scored.details(row, currency)) for row in _scores(proposal, trades)
        ],
        "reinvestment": list(selectors.reinvestment_tasks(proposal.household)),
        "latest": selectors.proposals(proposal.household).first(),
        "comparison": comparison(
            before, after, proposal.rules, _symbols(before, after), currency, proposal.evidence.get("reserved")
        ),
        "rules": shown,
        "more_rules": more,
        "of_rules": len(proposal.rules),
        "fulfilled": sum(rule["state"] != "fail" for rule in proposal.rules),
        "figure": by_sector(proposal.measures, float(proposal.version.drift_band)),
        "totals": page.totals(trades),
        "changes": page.changes(selectors.trades(proposal.parent), trades) if proposal.parent else [],
        "since": proposal.evidence.get("since"),
        "weighed": page.weighed(proposal),
        "stressed": stress.wrong(proposal.household, proposal),
        "price_labels": _price_labels(proposal, trades),
        "closed": proposal.evidence.get("closed", []),
        "flagged": list(holdings.flagged(proposal.household)),
        "held": held[:HELD_SHOWN],
        "more_held": held[HELD_SHOWN:],
        "solves": page.solves(proposal),
        "views": view_lines(proposal),
        "frontier": frontier(proposal),
        "nothing": nothing,
        "objective": amount_of(proposal.evidence["objective"]),
        "certificate": page.certificate(proposal),
        "walk": walk_forward.beside(proposal.household, proposal.version),
    }


def _scores(proposal: Proposal, trades: list[Trade]) -> list[ProposalScore]:
    """None is asked for where nothing is decided yet."""
    return selectors.scores(proposal) if any(hasattr(trade, "decision") for trade in trades) else []


def _symbols(*measures: dict[str, Any]) -> dict[str, str]:
    """Of the largest holdings, by id."""
    return holdings.symbols(each["largest"] for each in measures if each["largest"])


def _price_labels(proposal: Proposal, trades: list[Trade]) -> list[str]:
    """What must be said of the prices that the trades rest on."""
    quotes = holdings.quotes(proposal.household, {trade.instrument_id for trade in trades}, proposal.as_of)
    return sorted({quote.label for quote in quotes.values() if quote.label})
