"""Writes about people: households, goals, tax profile, API tokens. Each is one change with its line in the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import ApiToken, Goal, Household, Membership, Person, TaxProfile, User

TOKEN_PREFIX = "blst_"  # noqa: S105


def create_household(
    *,
    user: User,
    name: str,
    person: str,
    kind: str = Household.Kind.REAL,
    clock: dt.date | None = None,
) -> Household:
    """A household with its first person, its tax profile and the user as its owner."""
    with transaction.atomic():
        household = Household.objects.create(name=name, kind=kind, clock=clock)
        Membership.objects.create(household=household, user=user, role=Membership.Role.OWNER)
        Person.objects.create(household=household, name=person)
        TaxProfile.objects.create(household=household)
        activity.record(household=household, user=user, verb="household.created", subject=household)
    return household


def add_person(*, household: Household, user: User, name: str, relation: str) -> Person:
    with transaction.atomic():
        person = Person.objects.create(household=household, name=name, relation=relation)
        activity.record(household=household, user=user, verb="person.added", subject=person)
    return person


def save_goal(*, household: Household, user: User, goal: Goal, fields: dict[str, Any]) -> Goal:
    """Make or change a goal; `fields` as in the model."""
    made = goal.pk is None
    changed = [name for name, value in fields.items() if made or getattr(goal, name) != value]
    with transaction.atomic():
        goal.household = household
        for name, value in fields.items():
            setattr(goal, name, value)
        goal.save()
        if changed:
            verb = "goal.created" if made else "goal.changed"
            activity.record(household=household, user=user, verb=verb, subject=goal, fields=changed)
    return goal


def archive_goal(*, goal: Goal, user: User) -> None:
    with transaction.atomic():
        if Goal.objects.filter(pk=goal.pk, archived_at=None).update(archived_at=timezone.now()):
            activity.record(household=goal.household, user=user, verb="goal.archived", subject=goal)


def save_tax_profile(*, household: Household, user: User, fields: dict[str, Any]) -> TaxProfile:
    profile = TaxProfile.objects.get(household=household)
    changed = [name for name, value in fields.items() if getattr(profile, name) != value]
    with transaction.atomic():
        for name in changed:
            setattr(profile, name, fields[name])
        if changed:
            profile.save(update_fields=changed)
            activity.record(household=household, user=user, verb="tax_profile.changed", subject=profile, fields=changed)
    return profile


def issue_token(
    *, household: Household, user: User, name: str, scope: str, expires_at: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """A new API token and its secret, which is shown once and stored only as a digest."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            household=household,
            user=user,
            name=name,
            scope=scope,
            prefix=secret[:10],
            digest=token_digest(secret),
            expires_at=expires_at,
        )
        activity.record(household=household, user=user, verb="token.issued", subject=token)
    return token, secret


def revoke_token(*, token: ApiToken, user: User) -> None:
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            activity.record(household=token.household, user=user, verb="token.revoked", subject=token)


def token_digest(secret: str) -> str:
    """SHA-256: the secret has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
