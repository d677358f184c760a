"""Callers of the API: by session, by token, or nobody."""

from __future__ import annotations

import datetime as dt

from rest_framework.test import APIClient

from accounts import services
from accounts.models import Household, User

API = "/api/v1/households"


def nobody() -> APIClient:
    return APIClient()


def by_session(user: User, *, csrf: bool = False) -> APIClient:
    client = APIClient(enforce_csrf_checks=csrf)
    client.force_login(user)
    return client


def by_token(house: Household, user: User, scope: str = "write", expires_at: dt.datetime | None = None) -> APIClient:
    _, secret = services.issue_token(household=house, user=user, name="script", scope=scope, expires_at=expires_at)
    return by_secret(secret)


def by_secret(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def url(house: Household, path: str = "") -> str:
    return f"{API}/{house.uuid}/{path}" if path else f"{API}/{house.uuid}"
