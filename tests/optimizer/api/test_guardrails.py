"""Guardrails over the API."""

from __future__ import annotations

import uuid

import pytest
from rest_framework.test import APIClient

from accounts.models import Activity
from optimizer.models import Guardrails
from tests import callers, factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> APIClient:
    return callers.by_session(case.alice)


def url(case: plans.Case) -> str:
    return callers.url(case.house, "guardrails")


def test_the_defaults_hold_until_a_version_is_saved(case, alice) -> None:
    found = alice.get(url(case)).json()
    assert (found["number"], found["position"], found["age"], found["drawdown"]) == (0, "0.5", 7, True)


def test_what_is_named_is_changed_once_for_a_key_and_the_rest_stays(case, alice) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        found = alice.put(url(case), {"key": key, "position": "0.25", "tax": None}, format="json").json()
    assert (found["number"], found["position"], found["tax"], found["turnover"]) == (1, "0.25", None, "0.75")
    assert Guardrails.objects.get().user == case.alice
    row = Activity.objects.get(verb="guardrails.saved")
    assert sorted(row.fields) == ["position", "tax"]


def test_equal_settings_save_no_version(case, alice) -> None:
    assert alice.put(url(case), {"position": "0.5"}, format="json").json()["number"] == 0
    assert not Activity.objects.filter(verb="guardrails.saved").exists()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"position": "1.5"}, "position", "less than or equal to 1"),
        ({"age": 0}, "age", "greater than or equal to 1"),
        ({"quantile": "0.2"}, "quantile", "less than or equal to 0.1"),
        ({"risk_ratio": "many"}, "risk_ratio", "valid number"),
        ({"leverage": "2"}, "leverage", "There is no such setting. The settings are position, turnover"),
        ({}, "non_field_errors", "Nothing to change was named. The settings are position"),
    ],
)
def test_a_fault_is_told_by_field_with_what_is_possible(case, alice, said, field, words) -> None:
    answer = alice.put(url(case), said, format="json")
    assert answer.status_code == 400
    assert words in str(answer.json()[field])
    assert not Guardrails.objects.exists()


def test_another_household_is_not_found_and_who_only_looks_changes_nothing(case) -> None:
    stranger = callers.by_session(factories.user("bob"))
    reader = callers.by_session(factories.join(case.house, "carol", "read_only"))
    assert [stranger.get(url(case)).status_code, stranger.put(url(case), {}).status_code] == [404, 404]
    assert [reader.get(url(case)).status_code, reader.put(url(case), {}).status_code] == [200, 403]
