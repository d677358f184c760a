"""What a request carries, checked."""

from __future__ import annotations

import uuid
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from accounts.models import User


def actor(request: HttpRequest) -> User:
    """Who asks; only behind `accounts.access`."""
    return cast(User, request.user)


def may_write(request: HttpRequest) -> bool:
    """Whether the member's role may change things."""
    return bool(request.membership.may_write)  # type: ignore[attr-defined]


def posted_key(request: HttpRequest) -> uuid.UUID:
    """The form's idempotency key: a form that is sent twice is one wish."""
    return to_uuid(request.POST.get("key", ""))


def to_uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise BadRequest("The form is not one of this site's.") from error
