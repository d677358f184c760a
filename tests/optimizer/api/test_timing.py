"""When proposals are drafted, over the API."""

import uuid

import pytest
from rest_framework.test import APIClient

from optimizer.models import PolicyVersion, TimingCheck
from tests import callers, factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def client(case: plans.Case) -> APIClient:
    return callers.by_session(factories.user())


def test_settings_are_changed_by_name_once_for_a_key(case, client) -> None:
    url, key = callers.url(case.house, "timing"), str(uuid.uuid4())
    for _ in range(2):
        body = client.put(url, {"key": key, "drift": "0.05", "harvest": None}, format="json").json()
    assert (body["drift"], body["harvest"], body["least_days"]) == ("0.05", None, 14)
    assert PolicyVersion.objects.count() == 2
    assert client.put(url, {"drift": "5"}, format="json").status_code == 400


def test_what_each_day_found_is_listed(case, client) -> None:
    version = case.house.policy.versions.get()
    TimingCheck.objects.create(
        household=case.house, version=version, as_of=case.house.as_of, outcome="nothing", reason="Nothing to do."
    )
    (row,) = client.get(callers.url(case.house, "timing-checks")).json()["results"]
    assert (row["as_of"], row["version"], row["outcome"]) == ("2022-12-28", 1, "nothing")
    assert client.get(callers.url(factories.household(factories.user("bob")), "timing")).status_code == 404
