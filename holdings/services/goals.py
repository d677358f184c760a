"""Goals and the brokerage accounts that save for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts import activity, services
from accounts.models import Goal, Household, User
from holdings.models import BrokerageAccount, GoalAccount


def save_goal(
    *, household: Household, user: User, goal: Goal, fields: dict[str, Any], accounts: Iterable[BrokerageAccount]
) -> Goal:
    """Make or change a goal together with its accounts, which are all of the same household."""
    wanted = {account.pk for account in accounts}
    with transaction.atomic():
        saved = services.save_goal(household=household, user=user, goal=goal, fields=fields)
        linked = set(GoalAccount.objects.filter(goal=saved).values_list("account_id", flat=True))
        if wanted != linked:
            GoalAccount.objects.filter(goal=saved, account_id__in=linked - wanted).delete()
            GoalAccount.objects.bulk_create(GoalAccount(goal=saved, account_id=pk) for pk in sorted(wanted - linked))
            activity.record(household=household, user=user, verb="goal.linked", subject=saved, fields=["accounts"])
    return saved
