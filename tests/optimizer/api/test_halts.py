"""Halts over the API: made, read, resumed once."""

from __future__ import annotations

import pytest
from django.test import Client

from optimizer.models import Halt
from tests import factories
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
    assert post(alice, resume, "Go on.")[1]["resume_reason"] == "Go on."
    assert post(alice, resume, "Again.")[1]["resume_reason"] == "Go on."


def test_who_only_looks_may_not_and_who_is_a_stranger_finds_nothing(case) -> None:
    reader, stranger = visitor(factories.join(case.house, "bob", "read_only")), visitor(factories.user("charlie"))
    assert (reader.get(url(case)).status_code, post(reader, url(case))[0]) == (200, 403)
    assert stranger.get(url(case)).status_code == 404
    assert not Halt.objects.exists()
