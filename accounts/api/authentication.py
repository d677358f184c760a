"""Hashed tokens of one household with a scope. DRF imports this before its own views: keep it free of them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services import token_digest

USED_AGAIN = dt.timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme != self.keyword:
            return None
        now = timezone.now()
        token = ApiToken.objects.select_related("user", "household").filter(digest=token_digest(secret)).first()
        if token is None or not token.is_valid(now):
            raise AuthenticationFailed("The token is unknown, revoked or expired. Issue a new one under Settings.")
        if token.last_used_at is None or now - token.last_used_at > USED_AGAIN:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword
