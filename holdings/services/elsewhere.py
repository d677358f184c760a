"""Accounts that the household holds and does not import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, Person, User
from holdings.models import AccountElsewhere

FIELDS = ("owner", "name", "kind", "reinvests")


class Elsewhere(NamedTuple):
    """One such account; owner and name tell it from the others."""

    owner: Person
    name: str
    kind: str
    reinvests: str


def save_accounts_elsewhere(*, household: Household, user: User, accounts: Iterable[Elsewhere]) -> bool:
    """Let the accounts elsewhere be exactly these; whether anything changed. Owners are persons of the household."""
    wanted = set(accounts)
    with holding(household):
        rows = AccountElsewhere.objects.filter(household=household).select_related("owner")
        stored = {Elsewhere(row.owner, row.name, row.kind, row.reinvests): row.pk for row in rows}
        if stored.keys() == wanted:
            return False
        AccountElsewhere.objects.filter(pk__in=[pk for row, pk in stored.items() if row not in wanted]).delete()
        new = sorted(wanted - stored.keys(), key=lambda row: (row.owner.pk, row.name))
        AccountElsewhere.objects.bulk_create(AccountElsewhere(household=household, **row._asdict()) for row in new)
        activity.record(household=household, user=user, verb="accounts_elsewhere.saved", fields=FIELDS)
    return True
