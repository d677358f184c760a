"""Reports as PDF over the API."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.models import Run
from optimizer import tasks
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    made = plans.case()
    plans.proposal(made)
    return made


def path(case: plans.Case, rest: str = "") -> str:
    return f"/api/v1/households/{case.house.uuid}/printed-reports{rest}"


def post(case: plans.Case, **body: object) -> tuple[int, dict[str, object]]:
    sent = visitor(case.alice).post(path(case), {"key": str(uuid.uuid4()), **body}, content_type="application/json")
    return sent.status_code, sent.json()


def test_a_file_is_asked_for_listed_and_downloaded(case) -> None:
    status, run = post(case, proposal=1)
    assert (status, run["kind"]) == (202, "pdf")
    tasks.typeset(Run.objects.get(uuid=run["uuid"]).pk)
    client = visitor(case.alice)
    (row,) = client.get(path(case)).json()["results"]
    assert (row["subject"], row["title"]) == ("proposal:1", "Proposal 1")
    sent = client.get(path(case, f"/{row['uuid']}"))
    assert sent["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(sent.content)).pages) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "non_field_errors"),
        ({"quarter": "2022-Q4", "proposal": 1}, "non_field_errors"),
        ({"quarter": "2022-Q5"}, "quarter"),
        ({"proposal": 9}, "proposal"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(case, body, field) -> None:
    status, answer = post(case, **body)
    assert status == 400
    assert field in str(answer)
    assert not Run.objects.filter(kind=Run.Kind.PDF).exists()


def test_a_stranger_finds_nothing(case) -> None:
    charlie = visitor(factories.user("charlie"))
    assert charlie.get(path(case)).status_code == 404
    assert charlie.get(path(case, f"/{uuid.uuid4()}")).status_code == 404
