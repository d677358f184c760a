"""Proposals: the list, the page, and the decisions on it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import reads, writes
from accounts.models import Household, Run
from accounts.requests import posted_key
from accounts.templatetags.formats import count_of, money_cents, money_change
from holdings import selectors as holdings
from optimizer import selectors
from optimizer.models import Alternative, Proposal, ProposalScore, Trade
from optimizer.pages import proposal as page
from optimizer.pages import scores as scored
from optimizer.pages.allocation import by_sector
from optimizer.pages.comparison import comparison
from optimizer.pages.comparison import number as amount_of
from optimizer.pages.evidence import stress, walk_forward
from optimizer.pages.proposal import Choices
from optimizer.pages.view_effects import frontier, view_lines
from optimizer.services import decisions
from optimizer.services.decisions import DecisionRefused
from optimizer.views.beside import facts
from optimizer.views.posted import actor, may_write

ON_A_PAGE = 50
HELD_SHOWN = 4
REFUSED = 409


@reads
def proposals(request: HttpRequest, household: Household) -> HttpResponse:
    found = Paginator(selectors.proposals(household), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "last_run": selectors.runs(household).filter(kind=Run.Kind.PROPOSE).first(),
        "version": selectors.current_version(household),
        "key": uuid.uuid4(),
    }
    return render(request, "optimizer/proposals.html", context)


@reads
def proposal(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    return show(request, find(household, number))


def find(household: Household, number: int) -> Proposal:
    rows = selectors.proposals(household).select_related("run").defer("run__snapshot")
    found: Proposal = get_object_or_404(rows, number=number)
    found.household = household
    return found


def show(
    request: HttpRequest,
    proposal: Proposal,
    choices: Choices = Choices(),  # noqa: B008 - immutable
    refused: Collection[str] = (),
) -> HttpResponse:
    """The page; with `refused`, what stood in the way of a decision, and the choices as they were made."""
    trades = list(selectors.trades(proposal))
    marked = page.marked(trades, choices)
    currency = proposal.household.base_currency
    decided = any(hasattr(trade, "decision") for trade in trades)
    alternatives = facts(request, proposal, len(trades), decided=decided)
    context = content(proposal, trades, alternatives["beside"].nothing) | {
        **alternatives,
        "nav": "proposals",
        "refused": refused,
        "may_decide": proposal.status == Proposal.Status.OPEN and may_write(request),
        "groups": page.groups(proposal, trades, choices),
        "marked": marked,
        "marked_tax": money_change(marked.tax, currency),
        "marked_cost": money_cents(marked.cost, currency),
    }
    return render(request, "optimizer/proposal.html", context, status=REFUSED if refused else 200)


def content(proposal: Proposal, trades: list[Trade], nothing: Alternative | None) -> dict[str, Any]:
    """What the page and the report to print say of it, from stored rows. nothing: the plan that trades nothing."""
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


@writes
def decide(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    found = find(household, number)
    if request.method != "POST":
        return redirect("proposal", household.uuid, number)
    try:
        choices = page.read_choices(request.POST)
        act = ACTIONS[request.POST.get("action", "")]
    except (ValueError, KeyError) as error:
        raise BadRequest("The form is not one of this site's.") from error
    try:
        return act(request, found, choices)
    except DecisionRefused as refusal:
        return show(request, find(household, number), choices, refusal.sentences)


def _send(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    if not choices.approved and not choices.rejected:
        raise DecisionRefused(["No trade is marked. Approve or reject one first."])
    orders = decisions.decide(
        proposal=proposal, user=actor(request), approved=choices.approved, rejected=choices.rejected
    )
    if orders:
        messages.success(request, f"{count_of(len(orders), 'order')} made. Ballast places none of them: you do.")
        return redirect("orders", proposal.household.uuid)
    messages.success(request, "These trades were decided before." if choices.approved else _recorded(choices))
    return redirect("proposal", proposal.household.uuid, proposal.number)


def _reject(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    """Only record the rejections; trades marked approved stay undecided."""
    if not choices.rejected:
        raise DecisionRefused(["No trade is marked as rejected. Mark the ones that should not be made."])
    decisions.decide(proposal=proposal, user=actor(request), approved=(), rejected=choices.rejected)
    messages.success(request, _recorded(choices))
    return redirect("proposal", proposal.household.uuid, proposal.number)


def _recorded(choices: Choices) -> str:
    return f"{count_of(len(choices.rejected), 'rejection')} recorded."


def _resolve(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    if not choices.rejected:
        raise DecisionRefused(["No trade is marked as rejected, so the next proposal would be this one."])
    run = decisions.resolve(
        proposal=proposal,
        user=actor(request),
        key=posted_key(request),
        approved=choices.approved,
        rejected=choices.rejected,
    )
    return redirect("run", proposal.household.uuid, run.uuid)


def _approve_rest(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    return show(request, proposal, page.with_rest(choices, selectors.trades(proposal), page.APPROVE))


def _reject_rest(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    return show(request, proposal, page.with_rest(choices, selectors.trades(proposal), page.REJECT))


def _keep(request: HttpRequest, proposal: Proposal, choices: Choices) -> HttpResponse:
    """What the Enter key in a reason does: nothing is decided by it."""
    return show(request, proposal, choices)


ACTIONS = {
    "keep": _keep,
    "send": _send,
    "reject": _reject,
    "resolve": _resolve,
    "approve_rest": _approve_rest,
    "reject_rest": _reject_rest,
}
