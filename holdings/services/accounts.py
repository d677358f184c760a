"""Writes about brokerage accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, Person, User
from holdings.models import BrokerageAccount, Instrument, ReliefMethod
from holdings.services.ledger import project_again


def open_account(
    *,
    household: Household,
    user: User,
    name: str,
    kind: str,
    broker: str,
    owner: Person,
    number_tail: str = "",
) -> BrokerageAccount:
    """An account without history, in the household's base currency. The owner is a person of the household."""
    with transaction.atomic():
        account = BrokerageAccount.objects.create(
            household=household,
            owner=owner,
            name=name,
            kind=kind,
            broker=broker,
            number_tail=number_tail,
            currency=household.base_currency,
        )
        activity.record(household=household, user=user, verb="account.opened", subject=account)
    return account


def change_account(*, account: BrokerageAccount, user: User, fields: dict[str, Any]) -> BrokerageAccount:
    """Change name, kind, broker, owner or last digits. The kind decides how gains are taxed, past ones too."""
    changed = [name for name, value in fields.items() if getattr(account, name) != value]
    with holding(account.household):
        for name in changed:
            setattr(account, name, fields[name])
        if changed:
            account.save(update_fields=changed)
            activity.record(
                household=account.household, user=user, verb="account.changed", subject=account, fields=changed
            )
    return account


def choose_relief(
    *, account: BrokerageAccount, user: User, method: str, since: dt.date, instrument: Instrument | None = None
) -> ReliefMethod:
    """Which lots sales from a day on take where they name none; a second choice for one day replaces the first."""
    with holding(account.household):
        chosen, _ = ReliefMethod.objects.update_or_create(
            account=account, instrument=instrument, since=since, defaults={"method": method}
        )
        project_again(account=account, since=since)
        activity.record(
            household=account.household, user=user, verb="account.relief_chosen", subject=account, fields=["method"]
        )
    return chosen
