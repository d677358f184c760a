"""A proposal as one page of paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.templatetags.formats import SYMBOLS, amount, change, count_of, day, moment, money, quantity
from holdings.figures.allocation import finding
from optimizer.models import Proposal, Side
from optimizer.pages import allocation
from optimizer.pages.comparison import Line
from optimizer.pages.proposal import AccountGroup, TradeLine
from optimizer.pages.report import sheet as paper
from optimizer.pages.report.sheet import Lead, Part, Row, Sheet, Table, cells

MEASURES, SECTORS, RULES = 14, 16, 5


def sheet(proposal: Proposal, content: Mapping[str, Any]) -> Sheet:
    """From what the report's page has read (`proposal_content.content` and `proposal.content`); one query more."""
    household = proposal.household
    currency, title = household.base_currency, f"Proposal {proposal.number}"
    return Sheet(
        paper=paper.paper(household),
        title=title,
        until=proposal.as_of.isoformat(),
        household=paper.named(household.name),
        under=_under(proposal, currency),
        foot=paper.foot(household, title, proposal.as_of),
        assumptions=[*paper.not_computed(content["known"]), *paper.paragraphs(content["assumptions"])],
        lead=Lead(proposal.headline, paper.cut(f"{proposal.benefit} {proposal.timing}", paper.PARAGRAPH)),
        left=[_comparison(content["comparison"])],
        right=[*_allocation(proposal), _rules(proposal)],
        long=_trades(content["groups"], content["decided"], currency),
        said=paper.said(content["known"]),
        said_aside=f"Known by {day(proposal.as_of)}",
    )


def _under(proposal: Proposal, currency: str) -> str:
    return (
        f"Solved {moment(proposal.created_at)} from prices at close, {day(proposal.as_of)}, for trades on "
        f"{day(proposal.trade_date)}; goals version {proposal.version.number}; {currency}. "
        f"{proposal.get_status_display()}."
    )


def _comparison(measures: Sequence[Line]) -> Table:
    rows = [Row(cells(paper.named(line.name), line.nothing, line.proposed, line.limit)) for line in measures[:MEASURES]]
    return Table("Do nothing beside the proposal", ["Household", "Do nothing", "Proposed", "Limit"], rows)


def _allocation(proposal: Proposal) -> list[Part]:
    rows = allocation.sectors(proposal.measures, float(proposal.version.drift_band))
    if not rows:
        return []
    title, aside = "Allocation before, after and target", "Share of household"
    return [paper.weights(title, aside, finding(rows), rows[:SECTORS])]


def _rules(proposal: Proposal) -> Table:
    """What is not plainly fulfilled, and how many there are."""
    every = [*proposal.rules, *proposal.evidence.get("guardrails", [])]
    open_ones = [rule for rule in every if rule["state"] != "pass"]
    fulfilled = sum(rule["state"] != "fail" for rule in every)
    told = [Row([paper.cut(_stated(rule), paper.SENTENCE)]) for rule in open_ones[:RULES]]
    if not told:
        told = [Row(["All hold, none is near its limit." if every else "The goals set no limit."])]
    aside = f"{fulfilled} of {len(every)} fulfilled"
    return Table("Rules and guardrails", [""], told, aside=aside, left=max(0, len(open_ones) - RULES))


def _stated(rule: Mapping[str, Any]) -> str:
    return f"{STATES.get(rule['state'], '')}{rule['sentence']}"


STATES = {"fail": "Broken: ", "near": "Near: ", "partial": "In part: "}


def _trades(groups: Iterable[AccountGroup], decided: str, currency: str) -> Table:
    unit = SYMBOLS.get(currency, currency)
    lines = sorted((line for group in groups for line in group.lines), key=lambda line: -abs(line.trade.value))
    total = money(sum((line.trade.value for line in lines), Decimal(0)), currency)
    columns = ["Trade, the largest first", f"Value, {unit}", f"Gain, {unit}", f"Tax, {unit}", f"Cost, {unit}"]
    return Table(
        "Trades and decisions",
        columns,
        [_trade(line) for line in lines],
        aside=decided or "No trade is proposed",
        note=f"{count_of(len(lines), 'trade')} of {total} in all." if lines else "",
    )


def _trade(line: TradeLine) -> Row:
    trade = line.trade
    sells = trade.side == Side.SELL
    lot = f"lot {day(trade.lot_acquired)}" if sells else "new lot"
    words = f"{trade.get_side_display()} {trade.instrument.symbol}, {quantity(trade.quantity)} sh, {lot}"
    where = f"{words}, {paper.cut(trade.account.name, 24)}"
    tax = change(trade.tax) if sells else "–"
    reason = paper.cut(f"{trade.reason} {_decision(line)}", paper.SENTENCE + 40)
    return Row(cells(where, amount(trade.value), _gain(line), tax, amount(trade.cost, 2)), detail=reason)


def _gain(line: TradeLine) -> str:
    if line.trade.side == Side.BUY:
        return "–"
    if not line.is_taxed:
        return "not taxed"
    return "unknown" if line.trade.gain is None else change(line.trade.gain)


def _decision(line: TradeLine) -> str:
    if line.decision is None:
        return ""
    why = f": “{line.decision.reason}”" if line.decision.reason else ""
    return f"{line.decision.get_verdict_display()}{why}."
