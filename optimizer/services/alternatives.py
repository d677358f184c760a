"""What stands beside a proposal: written as it is found, each once, by the run that holds the lease."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from accounts import runs
from accounts.locks import holding
from accounts.models import Run
from optimizer import selectors
from optimizer.engine.types import Alternative as Course
from optimizer.engine.types import LimitPrice as Price
from optimizer.engine.types import Plan
from optimizer.models import Alternative, LimitPrice, PolicyConstraint, Proposal


def ask(proposal: Proposal) -> Run:
    """The run that computes a proposal's alternatives. Asking again gives the same one."""
    return runs.request(
        household=proposal.household,
        user=proposal.run.user,
        kind=Run.Kind.ALTERNATIVES,
        key=uuid.uuid5(proposal.uuid, Run.Kind.ALTERNATIVES),
        params={
            "proposal": str(proposal.uuid),
            "number": proposal.number,
            "version": str(proposal.version.uuid),
        },
        subject=str(proposal.uuid),
    )


def keep(claim: runs.Claim, proposal: Proposal, made: Course | Price) -> None:
    """Write one part as soon as it is there. Raises LeaseLost when the run is another's."""
    with holding(proposal.household):
        runs.beat(claim)
        if isinstance(made, Course):
            write(proposal, made)
        else:
            _write_price(proposal, made)


def write(proposal: Proposal, course: Course) -> None:
    Alternative.objects.get_or_create(
        proposal=proposal,
        name=course.name,
        defaults={
            "measures": plain(course.measures),
            "objective": course.objective,
            "trades": [plain(trade) for trade in course.trades],
            "budget": course.budget,
            "day": course.day,
            "note": course.note,
        },
    )


def _write_price(proposal: Proposal, price: Price) -> None:
    """A limit of the policy that was kept since; another version's is left out."""
    limit = PolicyConstraint.objects.filter(version=proposal.version, pk=price.constraint).first()
    if limit:
        LimitPrice.objects.get_or_create(
            proposal=proposal,
            constraint=limit,
            defaults={"moved": price.moved, "saving": price.saving, "sentence": price.sentence},
        )


def is_complete(proposal: Proposal) -> bool:
    """Whether nothing is missing beside it: its run is done, or it has none because it took over all there was."""
    run = selectors.alternatives_run(proposal)
    return run is None or run.status == Run.Status.DONE


def inherit(proposal: Proposal, parent: Proposal) -> None:
    """The alternatives of the proposal out of which one was chosen: they rest on the same input."""
    here = set(proposal.alternatives.values_list("name", flat=True))
    Alternative.objects.bulk_create(
        Alternative(
            proposal=proposal,
            name=row.name,
            measures=row.measures,
            objective=row.objective,
            trades=row.trades,
            budget=row.budget,
            day=row.day,
            note=row.note,
        )
        for row in parent.alternatives.all()
        if row.name not in here
    )


def compare(run: Run, plan: Plan) -> None:
    """Raises CannotFinish where the plan of a chosen alternative is not the one that was chosen."""
    chosen = Alternative.objects.get(
        proposal__household=run.household, proposal__uuid=run.params["parent"], name=run.params["chosen"]
    )
    if _shares(chosen.trades) != _shares(plain(trade) for trade in plan.trades):
        raise runs.CannotFinish("The chosen plan comes out otherwise now. Ask for a new proposal and choose there.")


def _shares(trades: Iterable[Mapping[str, Any]]) -> set[tuple[str, ...]]:
    return {(t["account"], t["asset"], t["side"], t["lot"] or "", t["quantity"]) for t in trades}


def plain(value: Any) -> Any:
    """A dataclass as JSON: Decimals and dates as text."""
    return json.loads(json.dumps(asdict(value), default=str))
