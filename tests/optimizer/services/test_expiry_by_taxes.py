"""A proposal holds only while what the household said of its taxes holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts import services as people
from accounts.models import Person, TaxProfile
from holdings.services.accounts import change_account
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere
from holdings.taxation.facts import fingerprint
from optimizer.models import Proposal
from optimizer.services import expiry, proposals
from tests.optimizer import plans

pytestmark = pytest.mark.django_db
SAID = "What the household says of its taxes has changed since"


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def proposal(case: plans.Case) -> Proposal:
    """One that was made from what the household says now."""
    made = plans.proposal(case)
    made.evidence["tax"]["said"] = fingerprint(case.house)
    made.evidence["owners"] = {str(case.account.uuid): str(case.account.owner.uuid)}
    made.save(update_fields=["evidence"])
    return made


def spouse(case: plans.Case) -> Person:
    return people.add_person(household=case.house, user=case.alice, name="Tom", relation="spouse")


def test_it_holds_while_nothing_changes(proposal) -> None:
    assert expiry.stale_reason(proposal) is None


def test_it_expires_when_other_income_changes(case, proposal) -> None:
    TaxProfile.objects.update(other_income=Decimal(50_000))
    assert SAID in expiry.stale_reason(proposal)


def test_it_expires_when_a_year_is_told_apart(case, proposal) -> None:
    year = {"other_income": Decimal(1), "deductions": None, "qualified_fraction": None}
    people.save_tax_years(household=case.house, user=case.alice, years={2022: year})
    assert SAID in expiry.stale_reason(proposal)


def test_it_expires_when_a_spouse_is_named(case, proposal) -> None:
    spouse(case)
    assert SAID in expiry.stale_reason(proposal)


def test_it_expires_when_an_account_elsewhere_is_named(case, proposal) -> None:
    row = Elsewhere(case.account.owner, "At work", "401k", "yes")
    save_accounts_elsewhere(household=case.house, user=case.alice, accounts=[row])
    assert SAID in expiry.stale_reason(proposal)


def test_it_expires_when_an_account_changes_hands(case, proposal) -> None:
    tom = people.add_person(household=case.house, user=case.alice, name="Tom", relation="dependant")
    change_account(account=case.account, user=case.alice, fields={"owner": tom})
    assert expiry.stale_reason(proposal) == "taxable belongs to Tom now."


def test_one_that_was_made_before_these_facts_were_kept_holds(case) -> None:
    proposal = plans.proposal(case)
    TaxProfile.objects.update(other_income=Decimal(50_000))
    assert expiry.stale_reason(proposal) is None


def test_the_sweeper_closes_it_with_the_reason(case, proposal) -> None:
    TaxProfile.objects.update(filing_status="joint")
    assert proposals.expire_overdue() == 1
    proposal.refresh_from_db()
    assert (proposal.status, SAID in proposal.evidence["expired"]) == (Proposal.Status.EXPIRED, True)
