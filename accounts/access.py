"""Who may open a household's page. Not a member: 404, as if it did not exist."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import Household, Membership, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Household, P], HttpResponse]


def membership(user: User, household: uuid.UUID) -> Membership:
    """The user's membership. Raises Http404 for a household that is another's or does not exist."""
    found = Membership.objects.select_related("household").filter(user=user, household__uuid=household).first()
    if found is None:
        raise Http404("No such household.")
    return found


def reads(view: View[P]) -> Callable[..., HttpResponse]:
    """A page for every member: the view receives the household instead of its UUID."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, household: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        found = membership(request.user, household)  # type: ignore[arg-type]
        request.membership = found  # type: ignore[attr-defined]
        return view(request, found.household, *args, **kwargs)

    return wrapped


def writes(view: View[P]) -> Callable[..., HttpResponse]:
    """A page whose POST changes something: owners and members only; others may look."""

    @reads
    @wraps(view)
    def wrapped(request: HttpRequest, household: Household, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" and not request.membership.may_write:  # type: ignore[attr-defined]
            raise PermissionDenied("Your role in this household may look, but change nothing.")
        return view(request, household, *args, **kwargs)

    return wrapped
