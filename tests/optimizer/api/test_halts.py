"""Halts over the API: made, read, resumed once."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Activity
from optimizer.models import Halt
from tests import callers, factories
from tests.optimizer import plans
from tests.optimizer.views.visits import visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def url(case: plans.Case, rest: str = "") -> str:
    return f"/api/v1/households/{case.house.uuid}/halts{rest}"


def post(client: Client, to: str, reason: str = "Wait.") -> tuple[int, dict[str, object]]:
    answer = client.post(to, {"reason": reason}, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_person_halts_reads_and_resumes(case) -> None:
    alice = visitor(case.alice)
    status, made = post(alice, url(case))
    assert (status, made["cause"], made["by_rule"], made["resumed_at"]) == (201, "person", False, None)
    assert post(alice, url(case))[1]["uuid"] == made["uuid"]
    assert [row["uuid"] for row in alice.get(url(case)).json()["results"]] == [made["uuid"]]
    resume = url(case, f"/{made['uuid']}/resume")
    assert post(alice, resume, "")[0] == 400
    done = post(alice, resume, "Go on.")[1]
    assert (done["resume_reason"], done["stands"]) == ("Go on.", False)
    status, said = post(alice, resume, "Again.")
    assert status == 400
    assert "already, with the reason “Go on.”" in said["detail"]
    assert Activity.objects.filter(verb="halt.resumed").count() == 1


def test_a_token_halts_and_does_not_resume(case) -> None:
    script = callers.by_token(case.house, case.alice)
    made = script.post(url(case), {"reason": "Odd fills."}, format="json").json()
    answer = script.post(url(case, f"/{made['uuid']}/resume"), {"reason": "Go on."}, format="json")
    assert answer.status_code == 403
    assert "Only a person resumes" in answer.json()["detail"]
    assert Halt.objects.get().stands


def test_who_only_looks_may_not_and_who_is_a_stranger_finds_nothing(case) -> None:
    reader, stranger = visitor(factories.join(case.house, "bob", "read_only")), visitor(factories.user("charlie"))
    assert (reader.get(url(case)).status_code, post(reader, url(case))[0]) == (200, 403)
    assert stranger.get(url(case)).status_code == 404
    assert not Halt.objects.exists()
