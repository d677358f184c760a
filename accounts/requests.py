"""What views ask of a request."""

from __future__ import annotations

import uuid
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The user of a page that `access.reads` or `access.writes` guards."""
    return cast(User, request.user)


def posted_key(request: HttpRequest) -> uuid.UUID:
    """The form's idempotency key: a form that is sent twice is one wish."""
    return to_uuid(request.POST.get("key", ""))


def to_uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise BadRequest("The form is not one of this site's.") from error
