"""Proposals: written once by the run that holds the lease, then open until decided, superseded or expired."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from accounts import activity, runs
from accounts.locks import holding
from accounts.models import Household, Run
from holdings.models import BrokerageAccount, Instrument, Lot
from optimizer.engine.types import Measures, Plan, PlanTrade, lot_of
from optimizer.models import PolicyVersion, Proposal, Trade
from optimizer.services import alternatives, evidence, guardrails, halts, reinvestment, since
from optimizer.services.alternatives import plain
from optimizer.services.expiry import last_day, stale_reason


def finish_run(claim: runs.Claim, plan: Plan) -> Proposal:
    """Write a plan as the household's open proposal, and close its run.

    One short transaction, fenced by the lease: raises LeaseLost, with nothing written, when the run is another's, and
    CannotFinish where a guardrail refuses the plan, or a halt a draft that nobody asked for.
    """
    run = claim.run
    household = run.household
    with holding(household):
        runs.finish(claim)
        parent = Proposal.objects.filter(household=household, uuid=run.params.get("parent")).first()
        snapshot = json.loads(Run.objects.get(pk=run.pk).snapshot)
        _refuse_halted(run)
        kept = guardrails.check_plan(household, snapshot, plan)
        _supersede(household)
        last = Proposal.objects.filter(household=household).select_related("run").first()
        content = _content(plan, snapshot)
        content["evidence"]["guardrails"] = [plain(check) for check in kept]
        if last:
            content["evidence"]["since"] = {"number": last.number, "changes": _since(last, snapshot)}
        proposal = Proposal.objects.create(
            household=household,
            run=run,
            parent=parent,
            number=last.number + 1 if last else 1,
            timing=run.params.get("timing", ""),
            version=PolicyVersion.objects.get(uuid=run.params["version"], policy__household=household),
            **content,
        )
        _write_trades(proposal, plan.trades)
        reinvestment.ask(proposal)
        alternatives.write(proposal, plan.do_nothing)
        origin = parent if run.params.get("chosen") else None
        if origin:
            alternatives.inherit(proposal, origin)
        if not (origin and alternatives.is_complete(origin)):
            alternatives.ask(proposal)
        evidence.ask_about(proposal)
        activity.record(
            household=household,
            user=None,
            verb="proposal.made",
            subject=proposal,
            content_hash=plan.snapshot_hash,
        )
    return proposal


def _refuse_halted(run: Run) -> None:
    """A draft that nobody asked for is not stored once automated proposals are halted."""
    if run.params.get("timing") and (halted := halts.why_not(run.household)):
        raise runs.CannotFinish(f"{halted} Nothing was changed.")


def _supersede(household: Household) -> None:
    Proposal.objects.filter(household=household, status=Proposal.Status.OPEN).update(status=Proposal.Status.SUPERSEDED)


def _since(last: Proposal, snapshot: dict[str, Any]) -> list[str]:
    """What is not as it was for the last proposal; nothing is said of an input of another format."""
    before = json.loads(last.run.snapshot or "{}")
    return since.changes(before, snapshot) if before.get("version") == snapshot.get("version") is not None else []


def _content(plan: Plan, snapshot: dict[str, Any]) -> dict[str, Any]:
    measures: dict[str, Measures] = {"before": plan.before, "after": plan.after, "target": plan.target}
    trade_date = dt.date.fromisoformat(snapshot["trade_date"])
    return {
        "as_of": dt.date.fromisoformat(snapshot["as_of"]),
        "trade_date": trade_date,
        "expires_on": last_day(trade_date),
        "snapshot_hash": plan.snapshot_hash,
        "headline": plan.headline,
        "benefit": plan.benefit,
        "measures": {name: plain(measure) for name, measure in measures.items()},
        "rules": [plain(rule) for rule in plan.rules],
        "held": list(plan.held),
        "notes": list(plan.notes),
        "evidence": {
            "target_weights": dict(plan.target_weights),
            "objective": str(plan.objective),
            "rounding_cost": str(plan.rounding_cost),
            "certificate": plain(plan.certificate) if plan.certificate else None,
            "trace": plain(plan.trace),
            "views": [plain(view) for view in plan.views],
            "frontier": [plain(point) for point in plan.frontier],
            "chosen": plan.chosen and plain(plan.chosen),
            "calibration": plan.calibration,
            "reserved": None if plan.reserved is None else str(plan.reserved),
            "weighed": [plain(part) for part in plan.weighed],
            "tax": snapshot["tax"],
            "spreads": {row["id"]: row["spread_source"] for row in snapshot["assets"]},
            "kinds": {row["id"]: row["kind"] for row in snapshot["accounts"]},
            "owners": {row["id"]: row["owner"] for row in snapshot["accounts"]},
            "closed": [
                {"account": row["id"], "name": row["name"], "why": row["closed"]}
                for row in snapshot["accounts"]
                if row["closed"]
            ],
        },
    }


def _write_trades(proposal: Proposal, trades: Iterable[PlanTrade]) -> None:
    accounts = {str(a.uuid): a for a in BrokerageAccount.objects.filter(household=proposal.household)}
    rows = list(trades)
    instruments = {str(i.uuid): i for i in Instrument.objects.filter(uuid__in={row.asset for row in rows})}
    keys = {lot_of(row.lot) for row in rows if row.lot}
    acquired = dict(Lot.objects.filter(key__in=keys).values_list("key", "acquired"))
    Trade.objects.bulk_create(
        Trade(
            proposal=proposal,
            number=number,
            account=accounts[row.account],
            instrument=instruments[row.asset],
            side=row.side,
            lot_key=lot_of(row.lot or ""),
            lot_acquired=acquired.get(lot_of(row.lot or "")),
            piece=row.piece,
            piece_number=row.number,
            quantity=row.quantity,
            price=row.price,
            value=row.value,
            cost=row.cost,
            fee=row.fee,
            impact=row.impact,
            term=row.term or "",
            gain=row.gain,
            disallowed=row.disallowed,
            exempt=row.exempt,
            tax=row.tax,
            reason=row.reason,
            why=plain(row.why) if row.why else {},
        )
        for number, row in enumerate(rows, start=1)
    )


def expire_overdue() -> int:
    """Close open proposals whose inputs have moved on; the number closed."""
    closed = 0
    found = Proposal.objects.filter(status=Proposal.Status.OPEN).select_related("household", "version", "run")
    for proposal in found.defer("run__snapshot"):
        if reason := stale_reason(proposal):
            closed += expire(proposal, reason)
    return closed


def expire(proposal: Proposal, reason: str) -> bool:
    """Close an open proposal, once; the reason is kept with it."""
    with holding(proposal.household):
        evidence = proposal.evidence | {"expired": reason}
        moved = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.OPEN).update(
            status=Proposal.Status.EXPIRED, evidence=evidence
        )
        if moved:
            activity.record(household=proposal.household, user=None, verb="proposal.expired", subject=proposal)
    return bool(moved)
