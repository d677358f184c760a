"""Writes about people: households, goals, tax profile, API tokens. Each is one change with its line in the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import ApiToken, Goal, Household, Membership, Person, TaxProfile, TaxYearFacts, User

TOKEN_PREFIX = "blst_"  # noqa: S105
YEAR_FIELDS = ("other_income", "deductions", "qualified_fraction")


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


def change_person(*, person: Person, user: User, fields: Mapping[str, Any]) -> Person:
    """Change name or relation."""
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    with holding(person.household):
        for name in changed:
            setattr(person, name, fields[name])
        if changed:
            person.save(update_fields=changed)
            activity.record(
                household=person.household, user=user, verb="person.changed", subject=person, fields=changed
            )
    return person


def remove_person(*, person: Person, user: User) -> None:
    """Raises ProtectedError, with nothing changed, while an account is theirs."""
    with holding(person.household):
        activity.record(household=person.household, user=user, verb="person.removed", subject=person)
        person.delete()


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


def save_tax_profile(*, household: Household, user: User, fields: Mapping[str, Any]) -> TaxProfile:
    with holding(household):
        profile = TaxProfile.objects.get(household=household)
        changed = [name for name, value in fields.items() if getattr(profile, name) != value]
        for name in changed:
            setattr(profile, name, fields[name])
        if changed:
            profile.save(update_fields=changed)
            activity.record(household=household, user=user, verb="tax_profile.changed", subject=profile, fields=changed)
    return profile


def save_tax_years(*, household: Household, user: User, years: Mapping[int, Mapping[str, Any]]) -> bool:
    """Let the years with facts of their own be exactly these, each with YEAR_FIELDS; whether anything changed."""
    with holding(household):
        stored = {row.year: row for row in household.tax_years.all()}
        said = {year: {name: getattr(row, name) for name in YEAR_FIELDS} for year, row in stored.items()}
        changed = {year for year in said.keys() | years.keys() if said.get(year) != years.get(year)}
        if changed:
            TaxYearFacts.objects.filter(household=household, year__in=changed).delete()
            TaxYearFacts.objects.bulk_create(
                TaxYearFacts(household=household, year=year, **years[year]) for year in sorted(changed & years.keys())
            )
            activity.record(household=household, user=user, verb="tax_years.saved", fields=YEAR_FIELDS)
    return bool(changed)


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
