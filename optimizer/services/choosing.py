"""Choosing an alternative: it takes the proposal's place, and is then decided trade by trade."""

from __future__ import annotations

import uuid

from accounts import activity, runs
from accounts.locks import holding
from accounts.models import Run, User
from accounts.templatetags.formats import day, money
from optimizer import selectors
from optimizer.models import Alternative, Decision, Proposal
from optimizer.services.decisions import DecisionRefused, hold_open, refuse_stale

NOT_CHOSEN = {"do_nothing"}


def choose(*, proposal: Proposal, user: User, key: uuid.UUID, name: str) -> Run:
    """A run that makes the next proposal of an alternative's trades, with this one as its parent.

    It computes from this proposal's stored input and so comes to the same trades, with their reasons and rules. The
    same key never starts a second run.

    Raises
    ------
    DecisionRefused
        The proposal is closed or overtaken, a trade of it is decided, the alternative is of a later day or would break
        a hard limit, or a proposal is being computed. Nothing is changed.
    """
    if known := selectors.runs(proposal.household).filter(idempotency_key=key).first():
        return known
    refuse_stale(proposal)
    with holding(proposal.household):
        hold_open(proposal)
        chosen = _alternative(proposal, name)
        _refuse_decided(proposal)
        if selectors.active_run(proposal.household):
            raise DecisionRefused(["A proposal is being computed already. Wait for it, or cancel it."])
        if sentence := too_early(chosen) or over_budget(proposal, chosen):
            raise DecisionRefused([sentence])
        Decision.objects.get_or_create(alternative=chosen, defaults={"verdict": Decision.Verdict.CHOSEN, "user": user})
        activity.record(
            household=proposal.household, user=user, verb="alternative.chosen", subject=proposal, fields=[name]
        )
        params = {
            "version": str(proposal.version.uuid),
            "parent": str(proposal.uuid),
            "chosen": name,
            "inputs": str(selectors.reader(proposal.run).uuid),
        }
        return runs.request(household=proposal.household, user=user, kind=Run.Kind.PROPOSE, key=key, params=params)


def too_early(alternative: Alternative) -> str:
    """Why a plan of a later day may not be chosen; empty for one of the proposal's own."""
    if alternative.day is None:
        return ""
    return f"It is the plan of {day(alternative.day)}: ask for a proposal then, at the prices of that day."


def over_budget(proposal: Proposal, alternative: Alternative) -> str:
    """Why a plan may not be chosen: it would add more tax than the goals allow. Empty where it may."""
    limit = selectors.tax_budget(proposal)
    if not selectors.over_budget(alternative, limit):
        return ""
    currency = proposal.household.base_currency
    tax, allowed = (money(amount, currency) for amount in (selectors.added_tax(alternative), limit))
    return f"It would add {tax} of tax; the goals allow {allowed}. Raise the tax budget there first."


def _alternative(proposal: Proposal, name: str) -> Alternative:
    found = proposal.alternatives.filter(name=name).exclude(name__in=NOT_CHOSEN).first()
    if found is None:
        raise DecisionRefused(["This plan is not among the proposal's alternatives. Reload the page."])
    return found


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.trades.filter(decision__isnull=False).exists():
        raise DecisionRefused(
            ["Trades of this proposal are decided already, and another plan would not know of them. Ask for a new one."]
        )
