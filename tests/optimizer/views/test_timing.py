"""The page of the triggers, and where their reasons are shown."""

from __future__ import annotations

import pytest
from django.test import Client

from optimizer.models import PolicyVersion, Proposal, TimingCheck
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(factories.user())


def looked(case: plans.Case, outcome: str = "nothing", **fields: object) -> TimingCheck:
    version = case.house.policy.versions.first()
    return TimingCheck.objects.create(
        household=case.house, version=version, as_of=case.house.as_of, outcome=outcome, **fields
    )


def page(client: Client, case: plans.Case, name: str = "timing", **kwargs: object) -> str:
    return client.get(address(case.house, name, **kwargs)).content.decode()


def test_thresholds_are_typed_and_kept_in_a_version(case, alice) -> None:
    url = address(case.house, "timing")
    typed = form_of(alice, url) | {"drift": "4.5", "harvest": "", "least_days": "30", "active": "on"}
    for _ in range(2):
        assert alice.post(url, typed).status_code == 302
    version = PolicyVersion.objects.get(number=2)
    kept = version.timing
    assert (str(kept.drift), kept.harvest, kept.least_days, kept.active) == ("0.045", None, 30, True)


def test_a_faulty_threshold_is_named_and_nothing_is_saved(case, alice) -> None:
    url = address(case.house, "timing")
    answer = alice.post(url, form_of(alice, url) | {"drift": "much", "long_term": "90"}).content.decode()
    assert "“much” is not a number." in answer
    assert "less than or equal to 60" in answer
    assert PolicyVersion.objects.count() == 1


def test_the_page_says_what_the_last_look_found(case, alice) -> None:
    assert "Not checked yet" in page(alice, case)
    looked(
        case, reason="Nothing to do: no cash is idle.", findings=[{"trigger": "cash", "fired": False, "clause": "x"}]
    )
    assert "Nothing to do: no cash is idle." in page(alice, case)
    assert "Checked for 28 Dec 2022" in page(alice, case, "overview")


def test_a_drafted_proposal_says_why_at_its_top_and_on_the_overview(case, alice) -> None:
    made = plans.proposal(case)
    Proposal.objects.filter(pk=made.pk).update(timing="Drafted because XOM is 3.1 points above its band.")
    for shown in (page(alice, case, "proposal", number=made.number), page(alice, case, "overview")):
        assert "Drafted because XOM is" in shown.replace("\xa0", " ")


def test_a_household_without_goals_is_sent_to_them() -> None:
    client, house = visitor(factories.user("carol")), factories.household(factories.user("carol"))
    assert client.get(address(house, "timing")).url == address(house, "goals")


def test_a_stranger_finds_no_page(case) -> None:
    assert visitor(factories.user("bob")).get(address(case.house, "timing")).status_code == 404
