"""Evidence over the API: asked for once for a key, listed, read in full, and only by the household's own people."""

import uuid

import pytest
from rest_framework.test import APIClient

from accounts.models import Run
from optimizer import tasks
from tests import callers, factories
from tests.optimizer import markets

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> markets.Market:
    return markets.market()


@pytest.fixture
def client(market: markets.Market) -> APIClient:
    return callers.by_session(market.alice)


def test_a_part_is_asked_for_once_and_read_in_full(market, client) -> None:
    url, asked = callers.url(market.house, "evidence"), {"part": "concentration", "key": str(uuid.uuid4())}
    answers = [client.post(url, asked, format="json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    run = Run.objects.get(kind=Run.Kind.EVIDENCE)
    tasks.evidence(run.pk)
    (row,) = client.get(url).json()["results"]
    full = client.get(f"{url}/{row['uuid']}").json()
    assert (row["kind"], full["result"]["parts"][0]["symbol"]) == ("concentration", "XOM")
    assert client.get(callers.url(factories.household(factories.user("bob")), "evidence")).status_code == 404


def test_an_unknown_part_is_named(market, client) -> None:
    answer = client.post(
        callers.url(market.house, "evidence"), {"part": "luck", "key": str(uuid.uuid4())}, format="json"
    )
    assert answer.status_code == 400
    assert "part" in answer.json()


def test_a_part_with_many_takes_the_one_that_is_named(market, client) -> None:
    goal = factories.goal(market.house)
    url, asked = callers.url(market.house, "evidence"), {"part": "goals", "key": str(uuid.uuid4())}
    refused = client.post(url, asked | {"subject": str(uuid.uuid4())}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"subject": ["Goals has none such here."]})
    assert client.post(url, asked | {"subject": str(goal.uuid)}, format="json").status_code == 202
    assert Run.objects.get().subject == f"goals:{goal.uuid}"


def test_a_part_with_many_refuses_where_there_is_none(market, client) -> None:
    asked = {"part": "goals", "key": str(uuid.uuid4())}
    assert client.post(callers.url(market.house, "evidence"), asked, format="json").status_code == 400
