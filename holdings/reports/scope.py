"""Whose figures a report gives: the accounts of a household, one account, or those that save for a goal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Household
from holdings.models import BrokerageAccount, GoalAccount, PerformanceReport

Kind = PerformanceReport.Scope


class NoSuchScope(LookupError):
    """The account or goal is not one of the household's."""


@dataclass(frozen=True)
class Scope:
    """`subject` is the account's or goal's public id; None for the household."""

    kind: Kind
    subject: uuid.UUID | None
    name: str
    accounts: Sequence[BrokerageAccount]

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)


def scopes(household: Household) -> list[Scope]:
    """All that may be chosen, the household first. A goal without accounts counts the whole household."""
    accounts = list(household.brokerage_accounts.all())
    found = [Scope(Kind.HOUSEHOLD, None, household.name, accounts)]
    found += [Scope(Kind.ACCOUNT, account.uuid, account.name, [account]) for account in accounts]
    linked = set(GoalAccount.objects.filter(goal__household=household).values_list("goal_id", "account_id"))
    for goal in household.goals.filter(archived_at=None):
        own = [account for account in accounts if (goal.pk, account.pk) in linked]
        found.append(Scope(Kind.GOAL, goal.uuid, goal.name, own or accounts))
    return found


def chosen(household: Household, key: str) -> Scope:
    """The scope of this key. Raises NoSuchScope."""
    found = next((scope for scope in scopes(household) if scope.key == key), None)
    if found is None:
        raise NoSuchScope(key)
    return found
