"""Settings of a household: its persons, its members, and the keys for the API."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import selectors, services
from accounts.access import reads, writes
from accounts.forms import PersonForm, TokenForm
from accounts.models import Household
from accounts.requests import signed_in

SECRET = "token_secret"  # noqa: S105


@never_cache
@reads
def settings(request: HttpRequest, household: Household) -> HttpResponse:
    """A token's secret comes here once, out of the session."""
    return page(request, household, secret=request.session.pop(SECRET, None))


@require_POST
@writes
def person_add(request: HttpRequest, household: Household) -> HttpResponse:
    form = PersonForm(request.POST, household=household)
    if not form.is_valid():
        return page(request, household, person_form=form)
    person = services.add_person(household=household, user=signed_in(request), **form.cleaned_data)
    messages.success(request, f"{person.name} is in the household and can own accounts.")
    return redirect("settings", household.uuid)


@require_POST
@writes
def token_issue(request: HttpRequest, household: Household) -> HttpResponse:
    form = TokenForm(request.POST, household=household, user=signed_in(request))
    if not form.is_valid():
        return page(request, household, token_form=form)
    lifetime = form.lifetime()
    _, secret = services.issue_token(
        household=household,
        user=signed_in(request),
        name=form.cleaned_data["name"],
        scope=form.cleaned_data["scope"],
        expires_at=timezone.now() + lifetime if lifetime else None,
    )
    request.session[SECRET] = secret
    return redirect("settings", household.uuid)


@require_POST
@writes
def token_revoke(request: HttpRequest, household: Household, token: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.tokens(household, signed_in(request)), uuid=token)
    services.revoke_token(token=found, user=signed_in(request))
    messages.success(request, f"The token {found.name} is revoked: it opens nothing any more.")
    return redirect("settings", household.uuid)


def page(request: HttpRequest, household: Household, **more: Any) -> HttpResponse:
    user = signed_in(request)
    values = {
        "persons": selectors.persons(household),
        "members": household.memberships.select_related("user").order_by("id"),
        "tokens": selectors.tokens(household, user),
        "person_form": PersonForm(household=household),
        "token_form": TokenForm(household=household, user=user),
        "now": timezone.now(),
        **more,
    }
    return render(request, "accounts/settings.html", values)
