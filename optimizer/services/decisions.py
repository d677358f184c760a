"""Approving and rejecting: a set of trades at once, each once, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.db.models import Max

from accounts import activity, runs
from accounts.locks import holding
from accounts.models import Household, Run, User
from optimizer import selectors
from optimizer.models import Decision, Order, Proposal, Trade
from optimizer.services.approval import objections
from optimizer.services.expiry import stale_reason
from optimizer.services.proposals import expire


class DecisionRefused(Exception):
    """Nothing was decided; the sentences say why and what to do instead."""

    def __init__(self, sentences: Collection[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def decide(
    *, proposal: Proposal, user: User, approved: Collection[uuid.UUID], rejected: Mapping[uuid.UUID, str]
) -> list[Order]:
    """Book a set of verdicts: approved trades become orders, rejected ones keep their reason.

    A trade that already has the same verdict is left as it is, so a second click changes nothing.

    Raises
    ------
    DecisionRefused
        The proposal is closed or overtaken, a trade has the other verdict already, or the approved set alone would
        break an account's cash or a hard limit. Nothing is changed.
    """
    refuse_stale(proposal)
    with holding(proposal.household):
        hold_open(proposal)
        trades = {trade.uuid: trade for trade in selectors.trades(proposal)}
        _refuse_contradiction(trades, approved, rejected)
        approve = _undecided(trades, approved, Decision.Verdict.APPROVED)
        reject = _undecided(trades, rejected, Decision.Verdict.REJECTED)
        if sentences := objections(proposal, approve):
            raise DecisionRefused(sentences)
        _record(proposal, user, approve, Decision.Verdict.APPROVED, {})
        _record(proposal, user, reject, Decision.Verdict.REJECTED, rejected)
        orders = _order(proposal, approve)
        _close_when_done(proposal)
    return orders


def resolve(
    *,
    proposal: Proposal,
    user: User,
    key: uuid.UUID,
    approved: Collection[uuid.UUID],
    rejected: Mapping[uuid.UUID, str],
) -> Run:
    """Reject trades and compute the next proposal: rejected ones forbidden, approved ones fixed, the others free.

    This proposal stays open until the next one stands.
    """
    if known := selectors.runs(proposal.household).filter(idempotency_key=key).first():
        return known
    refuse_stale(proposal)
    with holding(proposal.household):
        hold_open(proposal)
        if selectors.active_run(proposal.household):
            raise DecisionRefused(["A proposal is being computed already. Wait for it, or cancel it."])
        trades = {trade.uuid: trade for trade in selectors.trades(proposal)}
        _refuse_contradiction(trades, approved, rejected)
        reject = _undecided(trades, rejected, Decision.Verdict.REJECTED)
        keep = _undecided(trades, approved, Decision.Verdict.APPROVED)
        _record(proposal, user, reject, Decision.Verdict.REJECTED, rejected)
        version = selectors.current_version(proposal.household) or proposal.version
        params = {
            "version": str(version.uuid),
            "parent": str(proposal.uuid),
            "approved": [str(trade.uuid) for trade in keep],
        }
        return runs.request(household=proposal.household, user=user, kind=Run.Kind.PROPOSE, key=key, params=params)


def refuse_stale(proposal: Proposal) -> None:
    if proposal.status == Proposal.Status.OPEN and (reason := stale_reason(proposal)):
        expire(proposal, reason)
        raise DecisionRefused([f"This proposal has expired. {reason} Ask for a new one."])


def hold_open(proposal: Proposal) -> None:
    """Lock the row, or refuse: a conditional UPDATE that only an open proposal answers."""
    if not Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.OPEN).update(status=Proposal.Status.OPEN):
        status = Proposal.objects.get(pk=proposal.pk).get_status_display()
        raise DecisionRefused([f"Proposal {proposal.number} is closed ({status.lower()}). Nothing was changed."])


def _refuse_contradiction(
    trades: Mapping[uuid.UUID, Trade], approved: Collection[uuid.UUID], rejected: Collection[uuid.UUID]
) -> None:
    if both := [trade.number for key, trade in trades.items() if key in set(approved) & set(rejected)]:
        raise DecisionRefused([f"Trade {number} is approved and rejected at once. Choose one." for number in both])


def _undecided(
    trades: Mapping[uuid.UUID, Trade], chosen: Collection[uuid.UUID], verdict: Decision.Verdict
) -> list[Trade]:
    if set(chosen) - trades.keys():
        raise DecisionRefused(["A trade of this list belongs to another proposal. Reload the page."])
    wanted = [trade for key, trade in trades.items() if key in set(chosen)]
    for trade in wanted:
        decision = getattr(trade, "decision", None)
        if decision and decision.verdict != verdict:
            raise DecisionRefused([f"Trade {trade.number} is {decision.verdict} already. Reload the page."])
    return [trade for trade in wanted if not hasattr(trade, "decision")]


def _record(
    proposal: Proposal, user: User, trades: list[Trade], verdict: Decision.Verdict, reasons: Mapping[uuid.UUID, str]
) -> None:
    Decision.objects.bulk_create(
        Decision(trade=trade, verdict=verdict, reason=reasons.get(trade.uuid, ""), user=user) for trade in trades
    )
    for trade in trades:
        activity.record(household=proposal.household, user=user, verb=f"trade.{verdict}", subject=trade)


def _order(proposal: Proposal, trades: list[Trade]) -> list[Order]:
    household: Household = proposal.household
    last = Order.objects.filter(household=household).aggregate(last=Max("number"))["last"] or 0
    return Order.objects.bulk_create(
        Order(
            household=household,
            trade=trade,
            number=number,
            account=trade.account,
            instrument=trade.instrument,
            side=trade.side,
            lot_key=trade.lot_key,
            piece=trade.piece,
            quantity=trade.quantity,
            limit_price=trade.price,
        )
        for number, trade in enumerate(sorted(trades, key=lambda t: t.number), start=last + 1)
    )


def _close_when_done(proposal: Proposal) -> None:
    if not proposal.trades.filter(decision__isnull=True).exists():
        Proposal.objects.filter(pk=proposal.pk).update(status=Proposal.Status.DECIDED)
