"""The kill switch: what stands, what was, and the two things a person may do."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from optimizer import selectors
from optimizer.forms.halts import ReasonForm
from optimizer.services import halts as services
from optimizer.views.posted import actor

SHOWN = 20


@writes
def halts(request: HttpRequest, household: Household) -> HttpResponse:
    """The page; POST stops automated proposals."""
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        services.halt(household=household, user=actor(request), reason=form.cleaned_data["reason"])
        messages.success(request, "Automated proposals are halted.")
        return redirect("halts", household.uuid)
    return _show(request, household, form)


@require_POST
@writes
def resume(request: HttpRequest, household: Household, halt: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.halts(household), uuid=halt)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, household, form)
    try:
        services.resume(halt=found, user=actor(request), reason=form.cleaned_data["reason"])
        messages.success(request, "Automated proposals may be drafted again. Only later sessions are judged.")
    except services.CannotResume as error:
        messages.info(request, str(error))
    return redirect("halts", household.uuid)


def _show(request: HttpRequest, household: Household, form: ReasonForm) -> HttpResponse:
    rows = list(selectors.halts(household)[:SHOWN])
    standing = next((row for row in rows if row.stands), None)
    context = {
        "form": form,
        "standing": standing,
        "past": [row for row in rows if not row.stands],
        "nav": "halts",
    }
    return render(request, "optimizer/halts.html", context, status=422 if form.errors else 200)
