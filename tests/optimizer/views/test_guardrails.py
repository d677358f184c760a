"""The page of the guardrails, and what a proposal says of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from optimizer.models import Guardrails
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def test_limits_are_typed_and_kept_in_a_version(case) -> None:
    alice, url = visitor(case.alice), address(case.house, "guardrails")
    typed = form_of(alice, url) | {"position": "30", "volume": "", "quantile": "0.5", "drawdown": "on"}
    for _ in range(2):
        assert alice.post(url, typed).status_code == 302
    kept = Guardrails.objects.get()
    assert (kept.number, kept.position, kept.volume, kept.quantile) == (1, Decimal("0.3"), None, Decimal("0.005"))
    assert "Version 1 of " in alice.get(url).content.decode()


def test_a_faulty_limit_is_named_and_nothing_is_saved(case) -> None:
    alice, url = visitor(case.alice), address(case.house, "guardrails")
    answer = alice.post(url, form_of(alice, url) | {"turnover": "all"}).content.decode()
    assert "“all” is not a number." in answer
    assert not Guardrails.objects.exists()


def test_a_role_that_only_looks_saves_none_and_a_stranger_finds_none(case) -> None:
    url = address(case.house, "guardrails")
    reader, stranger = (visitor(user) for user in (factories.join(case.house, "bob", "read_only"), factories.user("c")))
    assert (reader.get(url).status_code, reader.post(url, {}).status_code) == (200, 403)
    assert stranger.get(url).status_code == 404


def test_a_proposal_says_how_it_stands_to_each_guardrail(case) -> None:
    proposal = plans.proposal(case)
    page = visitor(case.alice).get(address(case.house, "proposal", number=proposal.number)).content.decode()
    assert "Checked on every plan" in page
    assert "one plan may turn over 75.0%" in page
