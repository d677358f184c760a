"""Model reviews: asked by a date, answered once, flagged when they are overdue."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from accounts.models import Activity, Household
from optimizer import registry
from optimizer.models import Alert, ModelReview
from optimizer.registry import CARDS, Card, card
from optimizer.services import reviews
from optimizer.services.alerts.collect import collect
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def covariance() -> Card:
    found = card("covariance")
    assert found is not None
    return found


def answer(case: plans.Case, **said: object) -> ModelReview:
    fields = {"key": uuid.uuid4(), "verdict": "holds", "answer": "Bias 1.02 over a year.", **said}
    return reviews.review(household=case.house, user=case.alice, card=covariance(), **fields)  # type: ignore[arg-type]


def later(case: plans.Case, days: int) -> Household:
    Household.objects.filter(pk=case.house.pk).update(clock=factories.AS_OF + dt.timedelta(days))
    return Household.objects.get(pk=case.house.pk)


def keys(house: Household) -> set[str]:
    return {each.card.key for each in reviews.overdue(house)}


def test_every_card_says_what_it_is_and_names_itself_once() -> None:
    assert len({each.key for each in CARDS}) == len(CARDS) == 13
    assert all(each.data and each.parameters and each.limits and each.days for each in CARDS)
    assert {each.key for each in CARDS if each.key.startswith("tax_")} == {"tax_us", "tax_gb", "tax_ca", "tax_de"}


def test_a_new_household_is_asked_after_each_model_s_time(case) -> None:
    Household.objects.update(created_at=dt.datetime.combine(factories.AS_OF, dt.time(), dt.UTC))
    assert keys(later(case, 0)) == set()
    assert keys(later(case, 182)) == set()
    assert keys(later(case, 183)) == {each.key for each in CARDS if each.days == 182}
    assert keys(later(case, 366)) == {each.key for each in CARDS}


def test_an_answer_dates_the_next_question(case) -> None:
    made = answer(case, verdict="changed", days=30)
    assert (made.reviewed_on, made.next_on) == (factories.AS_OF, factories.AS_OF + dt.timedelta(30))
    assert "covariance" not in keys(later(case, 30))
    assert "covariance" in keys(later(case, 31))


def test_the_same_form_answers_once(case) -> None:
    key = uuid.uuid4()
    assert answer(case, key=key) == answer(case, key=key)
    assert Activity.objects.filter(verb="model.reviewed").count() == 1


def test_a_model_that_changed_since_is_due_at_once(case, monkeypatch) -> None:
    answer(case)
    changed = tuple(replace(each, version="2") if each.key == "covariance" else each for each in CARDS)
    monkeypatch.setattr(reviews, "CARDS", changed)
    assert keys(case.house) == {"covariance"}
    assert registry.CARDS is not changed


def test_an_overdue_review_is_told_once_and_again_for_the_next_date(case) -> None:
    answer(case, days=10)
    house = later(case, 11)
    assert [alert.kind for alert in collect(house)] == ["review"]
    assert collect(later(case, 12)) == []
    case.house.refresh_from_db()
    answer(case, days=10)
    collect(later(case, 30))
    assert Alert.objects.filter(kind="review").count() == 2


def test_it_needs_attention_on_the_overview(case) -> None:
    answer(case, days=10)
    later(case, 11)
    page = visitor(case.alice).get(address(case.house, "overview")).content.decode()
    assert "1 model review overdue." in page


def test_a_person_answers_on_the_page(case) -> None:
    alice, url = visitor(case.alice), address(case.house, "model_review", model="covariance")
    typed = form_of(alice, url) | {"verdict": "fails", "answer": "Bias 1.6 since June."}
    for _ in range(2):
        assert alice.post(url, typed).status_code == 302
    made = ModelReview.objects.get()
    assert (made.verdict, made.user, made.next_on) == ("fails", case.alice, factories.AS_OF + dt.timedelta(182))
    assert "It does not hold" in alice.get(address(case.house, "models")).content.decode()
    assert "Say in a sentence" in alice.post(url, {**typed, "answer": ""}).content.decode()


def test_who_only_looks_answers_nothing(case) -> None:
    reader = visitor(factories.join(case.house, "bob", "read_only"))
    url = address(case.house, "model_review", model="covariance")
    assert (reader.get(url).status_code, reader.post(url, {}).status_code) == (200, 403)
    assert reader.get(address(case.house, "model_review", model="nothing")).status_code == 404


def test_models_are_read_and_reviewed_over_the_api(case) -> None:
    alice, url = visitor(case.alice), f"/api/v1/households/{case.house.uuid}/models"
    sent = {"key": str(uuid.uuid4()), "verdict": "holds", "answer": "Looked."}
    for _ in range(2):
        assert alice.post(f"{url}/covariance/reviews", sent, content_type="application/json").status_code == 201
    assert ModelReview.objects.count() == 1
    first = next(row for row in alice.get(url).json() if row["key"] == "covariance")
    assert (first["overdue"], first["last"]["verdict"]) == (False, "holds")
    assert alice.post(f"{url}/nothing/reviews", sent, content_type="application/json").status_code == 404
