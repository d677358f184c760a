"""What a request carries, checked."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def actor(request: HttpRequest) -> User:
    """Who asks; only behind `accounts.access`."""
    return cast(User, request.user)


def may_write(request: HttpRequest) -> bool:
    """Whether the member's role may change things."""
    return bool(request.membership.may_write)  # type: ignore[attr-defined]
