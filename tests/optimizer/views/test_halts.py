"""The banner on every page of a halted household, and the page on which a person halts and resumes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from optimizer.models import Evidence, Halt
from optimizer.services import halts
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
SAID = "On 29 Dec 2022 it returned −27.44%, outside −4.21% to 4.21%."
CHECK = {"kind": "return_1", "first": "2022-12-28", "last": "2022-12-28", "beyond": True, "sentence": SAID}


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


@pytest.fixture
def halt(case: plans.Case) -> Halt:
    made = halts.act(case.house, [CHECK])
    assert made is not None
    return made


def text(client: Client, case: plans.Case, name: str, **kwargs: object) -> str:
    return client.get(address(case.house, name, **kwargs)).content.decode()


@pytest.mark.parametrize(
    "name", ["overview", "holdings", "proposals", "orders", "tax", "goals", "activity", "settings"]
)
def test_every_page_says_why_nothing_is_proposed_by_itself(case, alice, halt, name) -> None:
    page = text(alice, case, name)
    assert "Automated proposals are halted since" in page
    assert SAID in page


def test_no_page_of_another_household_says_so(case, halt) -> None:
    other = factories.household(factories.user("bob"))
    page = visitor(factories.user("bob")).get(address(other, "overview")).content.decode()
    assert "halted" not in page


def test_a_person_resumes_with_a_reason_and_the_banner_goes(case, alice, halt) -> None:
    url = address(case.house, "halt_resume", halt=halt.uuid)
    refused = alice.post(url, {"reason": ""})
    assert (refused.status_code, "Say why." in refused.content.decode()) == (422, True)
    assert "Automated proposals are halted since" in text(alice, case, "overview")
    assert "may be drafted again" in alice.post(url, {"reason": "It was the market."}, follow=True).content.decode()
    halt.refresh_from_db()
    assert (halt.resumed_by, halt.resume_reason) == (case.alice, "It was the market.")
    assert "Automated proposals are halted since" not in text(alice, case, "overview")
    assert "It was the market." in text(alice, case, "halts")


def test_a_second_resumption_says_who_was_first_and_changes_nothing(case, alice, halt) -> None:
    url = address(case.house, "halt_resume", halt=halt.uuid)
    alice.post(url, {"reason": "It was the market."})
    bob = visitor(factories.join(case.house, "bob", "member"))
    page = bob.post(url, {"reason": "Me too."}, follow=True).content.decode()
    assert "Nothing was changed: alice@example.com resumed on" in page
    halt.refresh_from_db()
    assert (halt.resumed_by, halt.resume_reason) == (case.alice, "It was the market.")


def test_a_person_halts_by_a_button(case, alice) -> None:
    for _ in range(2):
        assert alice.post(address(case.house, "halts"), {"reason": "I am moving house."}).status_code == 302
    assert Halt.objects.get().reason == "I am moving house."
    assert "by alice@example.com" in text(alice, case, "halts")


def test_a_role_that_only_looks_sees_the_banner_and_changes_nothing(case, halt) -> None:
    for role in ("read_only", "adviser"):
        reader = visitor(factories.join(case.house, role, role))
        assert SAID in text(reader, case, "halts")
        assert reader.post(address(case.house, "halts"), {"reason": "x"}).status_code == 403
        assert reader.post(address(case.house, "halt_resume", halt=halt.uuid), {"reason": "x"}).status_code == 403
    halt.refresh_from_db()
    assert halt.stands


def test_a_halt_of_another_household_is_not_found(case, halt) -> None:
    other = factories.household(factories.user("bob"))
    url = address(other, "halt_resume", halt=halt.uuid)
    assert visitor(factories.user("bob")).post(url, {"reason": "x"}).status_code == 404


def test_the_evidence_says_what_was_looked_at(case, alice) -> None:
    Evidence.objects.create(
        household=case.house,
        kind="watch",
        as_of=dt.date(2022, 12, 28),
        inputs_hash="f" * 64,
        result={"checks": [CHECK], "missing": ["Risk: too few."], "drawdown": -0.3, "volatility": None, "source": ""},
    )
    page = text(alice, case, "evidence_part", slug="watch")
    assert "Abnormal: 1 of 1 check of returns, drawdown and risk" in page
    assert SAID in page
    assert "Risk: too few." in page
