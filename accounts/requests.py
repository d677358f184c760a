"""What views ask of a request."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The user of a page that `access.reads` or `access.writes` guards."""
    return cast(User, request.user)
