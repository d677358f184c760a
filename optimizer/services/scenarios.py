"""Stress scenarios that a person writes: each save makes a version, and the tests are asked for anew."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from optimizer.models import Evidence, StressScenario
from optimizer.services import evidence

Moves = Sequence[Mapping[str, str]]


def save_scenario(*, household: Household, user: User, key: uuid.UUID, name: str, moves: Moves) -> StressScenario:
    """The next version of the scenario of this key; the newest one where nothing differs."""
    return _next(household, user, key, name=name, moves=list(moves), is_retired=False)


def retire_scenario(*, household: Household, user: User, scenario: StressScenario) -> StressScenario:
    """Take it out of the tests; its versions stay."""
    return _next(household, user, scenario.key, name=scenario.name, moves=scenario.moves, is_retired=True)


def _next(household: Household, user: User, key: uuid.UUID, **said: object) -> StressScenario:
    with holding(household):
        last = StressScenario.objects.filter(household=household, key=key).order_by("-number").first()
        if last and all(getattr(last, name) == value for name, value in said.items()):
            return last
        number = last.number + 1 if last else 1
        made = StressScenario.objects.create(household=household, user=user, key=key, number=number, **said)
        verb = "scenario.retired" if made.is_retired else "scenario.saved"
        activity.record(household=household, user=user, verb=verb, subject=made, fields=sorted(said))
        evidence.request(household=household, user=user, kind=Evidence.Kind.STRESS, key=made.uuid)
    return made
