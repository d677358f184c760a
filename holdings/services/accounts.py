"""Writes about brokerage accounts."""

from __future__ import annotations

from django.db import transaction

from accounts import activity
from accounts.models import Household, Person, User
from holdings.models import BrokerageAccount


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
