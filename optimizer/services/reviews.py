"""Reviews of models: asked by a date, answered by a person, and which are overdue."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, Membership, User
from optimizer.models import ModelReview
from optimizer.registry import CARDS, Card


@dataclass(frozen=True, slots=True)
class Standing:
    """A card with its last review and the day by which it is asked again."""

    card: Card
    last: ModelReview | None
    due_on: dt.date
    overdue: bool
    owner: str  # who answered last, or who is asked
    renewed: bool  # whether its version is not the one that was reviewed


def owner_of(household: Household) -> str:
    """Who is asked about a model that nobody has answered for yet."""
    owner = Membership.objects.filter(household=household, role=Membership.Role.OWNER).select_related("user").first()
    return str(owner.user) if owner else ""


def standings(household: Household, owner: str = "") -> list[Standing]:
    """Of every card; `owner`: who is asked where nobody has answered yet.

    One that was never reviewed is due once its time has passed since the household began.
    """
    last: dict[str, ModelReview] = {}
    for row in ModelReview.objects.filter(household=household).select_related("user"):
        last.setdefault(row.model, row)
    began = household.created_at.date()
    return [_standing(card, last.get(card.key), began, household.as_of, owner) for card in CARDS]


def _standing(card: Card, last: ModelReview | None, began: dt.date, as_of: dt.date, owner: str) -> Standing:
    renewed = last is not None and last.version != card.version
    due = last.next_on if last else began + dt.timedelta(card.days)
    asked = str(last.user) if last and last.user else owner
    return Standing(card, last, as_of if renewed else due, renewed or as_of > due, asked, renewed)


def overdue(household: Household) -> list[Standing]:
    return [each for each in standings(household) if each.overdue]


def review(
    *, household: Household, user: User, key: uuid.UUID, card: Card, verdict: str, answer: str, days: int | None = None
) -> ModelReview:
    """Record an answer and date the next question. The same key records nothing twice."""
    with holding(household):
        if known := ModelReview.objects.filter(household=household, key=key).first():
            return known
        made = ModelReview.objects.create(
            household=household,
            user=user,
            key=key,
            model=card.key,
            version=card.version,
            verdict=verdict,
            answer=answer,
            reviewed_on=household.as_of,
            next_on=household.as_of + dt.timedelta(days or card.days),
        )
        activity.record(household=household, user=user, verb="model.reviewed", subject=made, fields=[card.key, verdict])
    return made
