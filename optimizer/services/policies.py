"""Saving the policy form makes a version; versions are never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from holdings.models import Instrument
from optimizer.models import Policy, PolicyConstraint, PolicyVersion, PolicyView, TargetWeight


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy as a form or the API states it. `targets` name an instrument, or None for cash."""

    fields: dict[str, Any]
    targets: Sequence[tuple[Instrument | None, Decimal]] = ()
    constraints: Sequence[dict[str, Any]] = field(default=())
    views: Sequence[dict[str, Any]] = field(default=())
    reason: str = ""


def save_version(*, household: Household, user: User | None, draft: PolicyDraft) -> PolicyVersion:
    """The next version of the household's policy."""
    with holding(household):
        policy, _ = Policy.objects.get_or_create(household=household)
        last = policy.versions.aggregate(last=Max("number"))["last"] or 0
        version = PolicyVersion.objects.create(
            policy=policy, number=last + 1, user=user, reason=draft.reason, **draft.fields
        )
        TargetWeight.objects.bulk_create(
            TargetWeight(version=version, instrument=instrument, weight=weight) for instrument, weight in draft.targets
        )
        PolicyConstraint.objects.bulk_create(PolicyConstraint(version=version, **row) for row in draft.constraints)
        PolicyView.objects.bulk_create(PolicyView(version=version, **row) for row in draft.views)
        activity.record(
            household=household, user=user, verb="policy.saved", subject=version, fields=sorted(draft.fields)
        )
    return version
