"""Reads about people, always of one user or one household."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.models import Activity, ApiToken, Goal, Household, Person, User


def households(user: User) -> QuerySet[Household]:
    """Real ones before paper ones."""
    return Household.objects.filter(memberships__user=user).order_by("-kind", "id")


def goals(household: Household) -> QuerySet[Goal]:
    return household.goals.filter(archived_at=None)


def goal(household: Household, key: uuid.UUID, *, archived: bool = False) -> Goal | None:
    """The goal of this public id; an archived one only where it is asked for."""
    found = household.goals.filter(uuid=key)
    return (found if archived else found.filter(archived_at=None)).first()


def persons(household: Household) -> QuerySet[Person]:
    return household.persons.all()


def spouse(household: Household) -> Person | None:
    return household.persons.filter(relation=Person.Relation.SPOUSE).first()


def activities(household: Household) -> QuerySet[Activity]:
    """Newest first."""
    return Activity.objects.filter(household_uuid=household.uuid).order_by("-seq")


def tokens(household: Household, user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(household=household, user=user, revoked_at=None)
