"""A goal and the accounts that save for it are one change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Activity, Goal
from holdings.models import GoalAccount
from holdings.services.goals import save_goal
from tests import factories

pytestmark = pytest.mark.django_db
FIELDS = {"name": "House", "amount": Decimal(80_000), "date": dt.date(2030, 1, 1), "horizon_years": 7}


def test_accounts_are_linked_and_unlinked() -> None:
    alice = factories.user()
    house = factories.household(alice)
    taxable, roth = factories.account(house), factories.account(house, "roth_ira")
    goal = save_goal(household=house, user=alice, goal=Goal(), fields=FIELDS, accounts=[taxable])
    save_goal(household=house, user=alice, goal=goal, fields=FIELDS, accounts=[roth])
    assert [link.account for link in GoalAccount.objects.all()] == [roth]
    verbs = Activity.objects.filter(verb__startswith="goal").values_list("verb", flat=True)
    assert list(verbs) == ["goal.created", "goal.linked", "goal.linked"]


def test_saving_the_same_again_leaves_no_line() -> None:
    alice = factories.user()
    house = factories.household(alice)
    goal = save_goal(household=house, user=alice, goal=Goal(), fields=FIELDS, accounts=[])
    before = Activity.objects.count()
    save_goal(household=house, user=alice, goal=goal, fields=FIELDS, accounts=[])
    assert Activity.objects.count() == before
