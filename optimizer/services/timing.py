"""Which households are to be looked at, what keeps a proposal from being drafted, and the draft itself, once a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts import runs
from accounts.clock import today
from accounts.locks import holding
from accounts.models import Household, Run, User
from accounts.templatetags.formats import day
from optimizer import selectors
from optimizer.engine.triggers import Finding, reason
from optimizer.models import PolicyVersion, Proposal, Timing, TimingCheck
from optimizer.services import halts
from optimizer.services.policies import draft_of, save_version

Outcome = TimingCheck.Outcome
Gate = tuple[str, str]  # outcome, and why


def due() -> list[int]:
    """Households whose newest policy asks for checks and was not checked on their day."""
    newest = PolicyVersion.objects.filter(policy__household=OuterRef("pk")).order_by("-number").values("pk")[:1]
    clocks = Coalesce("clock", Value(today()), output_field=DateField())
    asked = Household.objects.annotate(newest=Subquery(newest), day=clocks).filter(newest__isnull=False)
    checked = TimingCheck.objects.filter(household=OuterRef("pk"), as_of=OuterRef("day"), version=OuterRef("newest"))
    off = Timing.objects.filter(version=OuterRef("newest"), active=False)
    return list(asked.exclude(Exists(checked)).exclude(Exists(off)).order_by("pk").values_list("pk", flat=True))


def gate(household: Household, timing: Timing) -> Gate | None:
    """What keeps a proposal from being drafted now, whatever the triggers say; None where nothing does."""
    if halted := halts.why_not(household):
        return Outcome.HALTED, halted
    if waiting := selectors.open_proposal(household):
        return Outcome.WAITING, f"Proposal {waiting.number} waits for your decision until {day(waiting.expires_on)}."
    if selectors.active_run(household):
        return Outcome.WAITING, "A proposal is being computed."
    last = last_drafted(household)
    if last and household.as_of < last + dt.timedelta(timing.least_days):
        free = day(last + dt.timedelta(timing.least_days))
        return Outcome.SOON, f"The last proposal is of {day(last)}; by the policy the next may come on {free}."
    return None


def last_drafted(household: Household) -> dt.date | None:
    """The day of the last proposal, whoever asked for it, or of the last draft that made none."""
    drafted = TimingCheck.objects.filter(household=household, outcome=Outcome.DRAFTED).values_list("as_of", flat=True)
    made = Proposal.objects.filter(household=household).values_list("as_of", flat=True)
    return max([*drafted[:1], *made.order_by("-as_of")[:1]], default=None)


def checked(household: Household, version: PolicyVersion) -> TimingCheck | None:
    """What the look on the household's day found; None where there was none yet."""
    return selectors.timing_checks(household).filter(version=version, as_of=household.as_of).first()


def conclude(
    *, household: Household, version: PolicyVersion, found: Sequence[Finding], problem: str = ""
) -> TimingCheck:
    """Keep what was found, and ask for a proposal where a trigger fired and nothing stands in its way.

    One row for a day and version, and one draft for a day: a second call changes nothing.
    """
    with holding(household):
        if known := checked(household, version):
            return known
        closed = (Outcome.FAILED, problem) if problem else gate(household, selectors.timing_of(version))
        outcome, why = _outcome(found, closed)
        run = _draft(household, version, why) if outcome == Outcome.DRAFTED else None
        return TimingCheck.objects.create(
            household=household,
            version=version,
            run=run,
            as_of=household.as_of,
            outcome=outcome,
            reason=why,
            findings=[{"trigger": each.trigger, "fired": each.fired, "clause": each.clause} for each in found],
        )


def _outcome(found: Sequence[Finding], closed: Gate | None) -> Gate:
    if closed:
        return closed
    fired = any(finding.fired for finding in found)
    return Outcome.DRAFTED if fired else Outcome.NOTHING, reason(found)


def _draft(household: Household, version: PolicyVersion, why: str) -> Run:
    return runs.request(
        household=household,
        user=None,
        kind=Run.Kind.PROPOSE,
        key=uuid.uuid5(household.uuid, f"timing {household.as_of}"),
        params={"version": str(version.uuid), "timing": why},
    )


def save_timing(*, household: Household, user: User, key: uuid.UUID, settings: dict[str, Any]) -> PolicyVersion:
    """The next version of the policy: the same but for its timing. The same key, or equal settings, save nothing."""
    with holding(household):
        current = selectors.current_version(household)
        if current is None:
            raise PolicyVersion.DoesNotExist
        stored = selectors.timing_of(current)
        if all(getattr(stored, name) == value for name, value in settings.items()):
            return current
        draft = replace(draft_of(current, uid=key, reason="When proposals are drafted"), timing=settings)
        return save_version(household=household, user=user, draft=draft)
