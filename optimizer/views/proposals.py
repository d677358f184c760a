"""Proposals: the list, the page, and the decisions on it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import reads, writes
from accounts.models import Household, Run
from accounts.requests import posted_key
from accounts.templatetags.formats import count_of, money_cents, money_change
from optimizer import selectors
from optimizer.models import Proposal
from optimizer.pages import proposal as page
from optimizer.pages.proposal import Choices
from optimizer.pages.proposal_content import content
from optimizer.services import decisions
from optimizer.services.decisions import DecisionRefused
from optimizer.views.beside import facts
from optimizer.views.posted import actor, may_write

ON_A_PAGE = 50
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
