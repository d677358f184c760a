"""Saving the policy form makes a version; versions are never changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from holdings.models import Instrument
from optimizer import selectors
from optimizer.models import Policy, PolicyConstraint, PolicyVersion, PolicyView, TargetWeight, Timing


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy as a form or the API states it. `targets` name an instrument, or None for cash."""

    fields: dict[str, Any]
    targets: Sequence[tuple[Instrument | None, Decimal]] = ()
    constraints: Sequence[dict[str, Any]] = field(default=())
    views: Sequence[dict[str, Any]] = field(default=())
    reason: str = ""
    timing: dict[str, Any] = field(default_factory=dict)
    """What differs from the timing of the version before."""


class KeyTaken(Exception):
    """The key of a draft is that of another household's version; nothing was saved."""

    def __init__(self) -> None:
        super().__init__("The key of this form is in use elsewhere. It has a new one now: save again.")


REASON = PolicyVersion._meta.get_field("reason").max_length or 200
KEPT = {"id", "uuid", "policy", "number", "reason", "user", "created_at", "version"}
"""Columns that say which version or row it is, not what it says."""
Change = Callable[[PolicyConstraint], PolicyConstraint | None]


def draft_of(version: PolicyVersion, *, uid: uuid.UUID, reason: str, change: Change = lambda row: row) -> PolicyDraft:
    """What a version says, for the next one; `change` gives each constraint as it shall be, or None to drop it.

    A reason that is too long is cut.
    """
    constraints = (change(row) for row in version.constraints.all())
    return PolicyDraft(
        fields={"uuid": uid} | _said(version),
        targets=[(row.instrument, row.weight) for row in version.targets.select_related("instrument")],
        constraints=[_said(row) for row in constraints if row is not None],
        views=[_said(row) for row in version.views.select_related("instrument", "against")],
        reason=reason[:REASON],
    )


def _said(row: Model) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row._meta.fields if field.name not in KEPT}


def save_version(*, household: Household, user: User | None, draft: PolicyDraft) -> PolicyVersion:
    """The next version of the household's policy; when proposals are drafted stays unless the draft says otherwise.

    A draft whose uuid a version of the household bears already was saved before: that version is returned. Raises
    KeyTaken where another household's bears it.
    """
    with holding(household):
        policy, _ = Policy.objects.get_or_create(household=household)
        uid: uuid.UUID = draft.fields.get("uuid", uuid.uuid4())
        if known := policy.versions.filter(uuid=uid).first():
            return known
        if PolicyVersion.objects.filter(uuid=uid).exists():
            raise KeyTaken
        last = policy.versions.order_by("-number").first()
        number = last.number + 1 if last else 1
        version = PolicyVersion.objects.create(
            policy=policy, number=number, user=user, reason=draft.reason, **draft.fields
        )
        timing = _said(selectors.timing_of(last)) if last else {}
        Timing.objects.create(version=version, **(timing | draft.timing))
        TargetWeight.objects.bulk_create(
            TargetWeight(version=version, instrument=instrument, weight=weight) for instrument, weight in draft.targets
        )
        PolicyConstraint.objects.bulk_create(PolicyConstraint(version=version, **row) for row in draft.constraints)
        PolicyView.objects.bulk_create(PolicyView(version=version, **row) for row in draft.views)
        activity.record(
            household=household, user=user, verb="policy.saved", subject=version, fields=sorted(draft.fields)
        )
    return version
