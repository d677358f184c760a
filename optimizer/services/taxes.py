"""The tax page's answers, saved as one change: profile, years, spouse, whose accounts, and accounts elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import services as people
from accounts.locks import holding
from accounts.models import Household, Person, User
from accounts.selectors import persons, spouse
from holdings.models import BrokerageAccount
from holdings.services.accounts import change_account
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere

SPOUSE = "spouse"
"""Names the spouse as an owner, who may not be stored yet; other persons go by their uuid."""


@dataclass(frozen=True, slots=True)
class TaxAnswers:
    """spouse: a name, empty for none. owners: account -> person. elsewhere: owner, name, kind, reinvests."""

    profile: Mapping[str, Any]
    years: Mapping[int, Mapping[str, Any]]
    spouse: str
    owners: Mapping[BrokerageAccount, str]
    elsewhere: Sequence[tuple[str, str, str, str]]


def save_taxes(*, household: Household, user: User, answers: TaxAnswers) -> None:
    """Everything or nothing. Raises ProtectedError where a spouse who still owns an account is taken out."""
    with holding(household):
        married = _name_spouse(household, user, answers.spouse)
        known = {str(person.uuid): person for person in persons(household)}
        if married:
            known[SPOUSE] = married
        people.save_tax_profile(household=household, user=user, fields=answers.profile)
        people.save_tax_years(household=household, user=user, years=answers.years)
        for account, owner in answers.owners.items():
            change_account(account=account, user=user, fields={"owner": known[owner]})
        elsewhere = [Elsewhere(known[owner], *rest) for owner, *rest in answers.elsewhere]
        save_accounts_elsewhere(household=household, user=user, accounts=elsewhere)
        if married and not answers.spouse:
            people.remove_person(person=married, user=user)


def _name_spouse(household: Household, user: User, name: str) -> Person | None:
    found = spouse(household)
    if found and name:
        return people.change_person(person=found, user=user, fields={"name": name})
    if name:
        return people.add_person(household=household, user=user, name=name, relation=Person.Relation.SPOUSE)
    return found
