"""Evidence: asked for, found once for equal inputs, and brought up to date every day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts import runs
from accounts import selectors as people
from accounts.locks import holding
from accounts.models import Goal, Household, Run, User
from optimizer import selectors
from optimizer.models import Evidence, Proposal

Kind = Evidence.Kind
DAILY: Mapping[Kind, Callable[[Household], Sequence[str]]] = {
    Kind.CONCENTRATION: lambda household: [""],
    Kind.FACTORS: lambda household: [""],
    Kind.VOLATILITY: lambda household: [""],
    Kind.REGIMES: lambda household: [""],
    Kind.CORRELATION: lambda household: [""],
    Kind.STRESS: lambda household: [""],
    Kind.GOALS: lambda household: [str(goal.uuid) for goal in simulated(household)],
}
"""The kinds that are brought up to date once a day, each with the subjects that a household has of it."""


def simulated(household: Household) -> list[Goal]:
    """The goals that odds are computed of."""
    return [goal for goal in people.goals(household) if is_simulated(goal, household.as_of)]


def is_simulated(goal: Goal, as_of: dt.date) -> bool:
    """Whether its time has not come, or it is being lived on."""
    return bool(goal.date > as_of or goal.withdrawal_years)


def ask_about_goal(goal: Goal, user: User) -> None:
    """Ask for the odds of a goal that was saved; each save asks, and equal inputs are only confirmed."""
    household = goal.household
    if is_simulated(goal, household.as_of):
        request(household=household, user=user, kind=Kind.GOALS, subject=str(goal.uuid), key=uuid.uuid4())


def ask_about(proposal: Proposal) -> None:
    """Ask for what a stored proposal would change: stress, and the odds of goals."""
    household = proposal.household
    for kind in (Kind.STRESS, Kind.GOALS):
        for subject in DAILY[kind](household):
            key = uuid.uuid5(proposal.uuid, f"evidence {kind} {subject}")
            request(household=household, user=None, kind=kind, subject=subject, key=key)


def request(
    *,
    household: Household,
    user: User | None,
    kind: str,
    subject: str = "",
    key: uuid.UUID,
    params: Mapping[str, Any] | None = None,
) -> Run:
    """The run that finds it. While the same is being found, it waits: what is at work knows of nothing newer.

    The same key, or one that no worker has begun, gives that one.
    """
    return runs.request(
        household=household,
        user=user,
        kind=Run.Kind.WATCH if kind == Kind.WATCH else Run.Kind.EVIDENCE,
        key=key,
        params={"kind": kind, "subject": subject, **(params or {})},
        subject=f"{kind}:{subject}",
        follows=True,
    )


def confirm(claim: runs.Claim, inputs_hash: str) -> bool:
    """Close the run where its inputs were seen before: what they gave is the newest evidence again."""
    with holding(claim.run.household):
        known = _rows(claim.run).filter(inputs_hash=inputs_hash).update(confirmed_at=timezone.now())
        if known:
            runs.finish(claim)
    return bool(known)


def keep(claim: runs.Claim, *, as_of: dt.date, inputs_hash: str, result: Mapping[str, Any]) -> None:
    """Write what was found and close the run, in one change. Raises LeaseLost where the run is another's."""
    run = claim.run
    with holding(run.household):
        Evidence.objects.create(
            household=run.household,
            kind=run.params["kind"],
            subject=run.params["subject"],
            run=run,
            as_of=as_of,
            inputs_hash=inputs_hash,
            result=result,
        )
        runs.finish(claim)


def hand_out(claim: runs.Claim, parts: Sequence[runs.Part], *, text: str, inputs_hash: str) -> bool:
    """Let other runs find the parts that nobody has found yet; False where all are known.

    The run keeps what it is made of, so that it goes on from the same inputs when its parts are there.
    """
    with holding(claim.run.household):
        kind = Evidence.objects.filter(household=claim.run.household, inputs_hash__in=[part.digest for part in parts])
        known = set(kind.values_list("inputs_hash", flat=True))
        missing = {part.digest: part for part in parts if part.digest not in known}
        if missing:
            runs.keep_snapshot(claim, text, inputs_hash)
            runs.hand_out(claim, list(missing.values()))
    return bool(missing)


def _rows(run: Run) -> Any:
    return Evidence.objects.filter(household=run.household, kind=run.params["kind"], subject=run.params["subject"])


MONTHLY: Mapping[Kind, Callable[[Household], Sequence[str]]] = {Kind.WALK_FORWARD: lambda household: [""]}
"""Those that a day more hardly changes: once a month and policy version."""


def ask_daily(household: Household) -> None:
    """Ask for every kind, once for its period and policy version; what rests on equal inputs is only confirmed.

    What is daily is asked for again on a day on which the ledger changed.
    """
    version = selectors.current_version(household)
    if version:
        ledger = sum(household.brokerage_accounts.values_list("revision", flat=True))
        keys = {
            each: uuid.uuid5(household.uuid, f"evidence {' '.join(each)} {period} {version.uuid}")
            for kinds, period in ((DAILY, f"{household.as_of} {ledger}"), (MONTHLY, f"{household.as_of:%Y-%m}"))
            for each in _subjects(kinds, household)
        }
        known = Run.objects.filter(household=household, idempotency_key__in=keys.values())
        asked = set(known.values_list("idempotency_key", flat=True))
        for (kind, subject), key in keys.items():
            if key not in asked:
                request(household=household, user=None, kind=kind, subject=subject, key=key)


def _subjects(
    kinds: Mapping[Kind, Callable[[Household], Sequence[str]]], household: Household
) -> Iterator[tuple[str, str]]:
    for kind, subjects in kinds.items():
        for subject in subjects(household):
            yield kind.value, subject
