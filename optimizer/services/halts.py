"""The kill switch: automated proposals stop by a rule or a person, and only a person lets them go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from accounts.templatetags.formats import day
from holdings.models import Valuation
from optimizer import selectors
from optimizer.models import Halt

Cause = Halt.Cause
CAUSES = {"drawdown": Cause.DRAWDOWN, "risk_ratio": Cause.RISK}
"""Of each kind of check that is not about a return."""


class CannotResume(Exception):
    """Nothing was changed; the message says why."""


def act(household: Household, checks: Iterable[Mapping[str, Any]]) -> Halt | None:
    """Halt where a check of the day's look is beyond its limit.

    While a halt stands nothing is added to it; what a person has seen and resumed does not halt again, nor does one
    cause twice on a day.
    """
    rows = list(checks)
    if not any(check["beyond"] for check in rows):
        return None
    with holding(household):
        seen = selectors.last_resumed(household)
        beyond = [check for check in rows if check["beyond"] and (seen is None or check["last"] > seen.isoformat())]
        if not beyond:
            return None
        if standing := selectors.standing_halt(household):
            return standing
        first = beyond[0]
        cause, as_of = CAUSES.get(first["kind"], Cause.RETURN), dt.date.fromisoformat(first["last"])
        if Halt.objects.filter(household=household, cause=cause, as_of=as_of).exists():
            return None
        reason = " ".join(check["sentence"] for check in beyond)
        return _make(household, None, cause=cause, as_of=as_of, reason=reason, figures=rows)


def halt(*, household: Household, user: User, reason: str) -> Halt:
    """A person's stop. Where one stands already, that one is returned as it is."""
    with holding(household):
        standing = selectors.standing_halt(household)
        return standing or _make(household, user, cause=Cause.PERSON, as_of=household.as_of, reason=reason, figures=[])


def _make(household: Household, user: User | None, **fields: Any) -> Halt:
    made = Halt.objects.create(household=household, user=user, **fields)
    activity.record(household=household, user=user, verb="halt.made", subject=made, fields=[made.cause])
    return made


def resume(*, halt: Halt, user: User, reason: str) -> Halt:
    """Let automated proposals go on: one conditional UPDATE, so that nothing is done twice.

    Raises CannotResume without a reason, and where somebody resumed before.
    """
    if not reason.strip():
        raise CannotResume("Say why automated proposals may go on.")
    with holding(halt.household):
        moved = Halt.objects.filter(pk=halt.pk, resumed_at__isnull=True).update(
            resumed_at=timezone.now(),
            resumed_by=user,
            resumed_on=last_valued(halt.household) or halt.as_of,
            resume_reason=reason.strip()[:300],
        )
        found = selectors.halts(halt.household).get(pk=halt.pk)
        if not moved:
            raise CannotResume(_resumed_before(found))
        activity.record(household=halt.household, user=user, verb="halt.resumed", subject=halt)
    return found


def _resumed_before(halt: Halt) -> str:
    who = halt.resumed_by or "somebody who left"
    when = f" on {day(halt.resumed_at.date())}" if halt.resumed_at else ""
    return f"Nothing was changed: {who} resumed{when} already, with the reason “{halt.resume_reason}”."


def last_valued(household: Household) -> dt.date | None:
    """The last session with a value of the household."""
    rows = Valuation.objects.filter(account__household=household, date__lte=household.as_of)
    found: dt.date | None = rows.aggregate(last=Max("date"))["last"]
    return found


def why_not(household: Household) -> str:
    """Why no proposal is drafted by itself now, in words; empty where nothing is halted."""
    standing = selectors.standing_halt(household)
    if standing is None:
        return ""
    return f"Automated proposals are halted since {day(standing.made_at.date())}: {standing.reason}"
