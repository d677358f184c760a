"""Tokens: hashed, scoped, of one household; sessions under CSRF; nobody beyond a rate."""

import datetime as dt

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from accounts import services
from accounts.models import ApiToken, Household, Membership, User
from tests import callers, factories

pytestmark = pytest.mark.django_db
GOAL = {"name": "Retire", "amount": "100000", "date": "2040-01-01", "horizon_years": 17}


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def alice(house: Household) -> User:
    return factories.user()


def answer(client: APIClient, house: Household) -> tuple[int, str]:
    response = client.get(callers.url(house))
    return response.status_code, response.json().get("detail", "")


def test_nobody_is_told_how_to_sign_in(house) -> None:
    response = callers.nobody().get(callers.url(house))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("secret", ["blst_guess", "", "a b", "é" * 40, "x" * 10_000])
def test_an_unknown_token_opens_nothing(secret: str, house) -> None:
    assert answer(callers.by_secret(secret), house)[0] == 401


def test_another_scheme_is_no_token(house, alice) -> None:
    client = APIClient(HTTP_AUTHORIZATION="Basic YWxpY2U6eA==")
    assert answer(client, house)[0] == 401


def test_a_revoked_token_opens_nothing_and_says_so(house, alice) -> None:
    client = callers.by_token(house, alice)
    services.revoke_token(token=ApiToken.objects.get(), user=alice)
    status, detail = answer(client, house)
    assert status == 401
    assert "revoked or expired" in detail


def test_a_token_works_until_it_expires(house, alice) -> None:
    now = timezone.now()
    assert answer(callers.by_token(house, alice, expires_at=now + dt.timedelta(minutes=5)), house)[0] == 200
    assert answer(callers.by_token(house, alice, expires_at=now), house)[0] == 401


def test_the_token_of_a_user_who_may_not_sign_in_opens_nothing(house, alice) -> None:
    client = callers.by_token(house, alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert answer(client, house)[0] == 401


def test_the_token_of_a_former_member_opens_nothing(house) -> None:
    bob = factories.join(house, "bob", "member")
    client = callers.by_token(house, bob)
    Membership.objects.filter(user=bob).delete()
    assert answer(client, house)[0] == 404
    assert client.get(callers.API).json()["results"] == []


def test_a_token_is_no_more_than_its_users_role(house) -> None:
    bob = factories.join(house, "bob", "read_only")
    response = callers.by_token(house, bob, "write").post(callers.url(house, "goals"), GOAL)
    assert response.status_code == 403
    assert "change nothing" in response.json()["detail"]


def test_a_token_lists_its_own_household_and_a_session_all(house, alice) -> None:
    second = factories.household(alice)
    names = [row["uuid"] for row in callers.by_token(second, alice).get(callers.API).json()["results"]]
    assert names == [str(second.uuid)]
    assert callers.by_session(alice).get(callers.API).json()["count"] == 2


def test_the_last_use_is_noted_once_a_minute(house, alice) -> None:
    client = callers.by_token(house, alice)
    client.get(callers.url(house))
    first = ApiToken.objects.get().last_used_at
    client.get(callers.url(house))
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_the_secret_is_stored_nowhere(house, alice) -> None:
    _, secret = services.issue_token(household=house, user=alice, name="script", scope="read")
    row = ApiToken.objects.values().get()
    assert not any(secret in str(value) for value in row.values())
    assert secret.startswith(row["prefix"])
    assert len(row["prefix"]) <= 12


@pytest.mark.parametrize("path", ["", "goals", "tax-profile", "activity", "accounts"])
def test_no_answer_holds_a_secret(path: str, house, alice) -> None:
    _, secret = services.issue_token(household=house, user=alice, name="script", scope="write")
    token = ApiToken.objects.get()
    text = callers.by_secret(secret).get(callers.url(house, path)).content.decode()
    assert text
    assert not any(hidden in text for hidden in (secret, token.prefix, token.digest, alice.password, alice.email))


def test_a_session_without_its_csrf_token_changes_nothing(house, alice) -> None:
    response = callers.by_session(alice, csrf=True).post(callers.url(house, "goals"), GOAL)
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]
    assert not house.goals.exists()


def test_a_token_needs_no_csrf_token(house, alice) -> None:
    client = callers.by_token(house, alice)
    client.handler.enforce_csrf_checks = True
    assert client.post(callers.url(house, "goals"), GOAL).status_code == 201


def test_a_caller_is_slowed_down_and_told_for_how_long(house, alice, monkeypatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "user", "2/min")
    client = callers.by_session(alice)
    answers = [client.get(callers.url(house)) for _ in range(3)]
    assert [response.status_code for response in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_the_rates_are_set(settings) -> None:
    assert settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] == {"anon": "60/min", "user": "600/min"}


def test_nobody_is_slowed_down_at_the_schema(monkeypatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "anon", "1/min")
    assert [callers.nobody().get("/api/v1/schema").status_code for _ in range(2)] == [200, 429]


def test_the_answers_are_json_whatever_is_asked_for(house, alice) -> None:
    response = callers.by_session(alice).get(callers.url(house), HTTP_ACCEPT="application/json, text/html;q=0.5")
    assert response["Content-Type"] == "application/json"
    assert callers.by_session(alice).get(callers.url(house), HTTP_ACCEPT="text/html").status_code == 406
