from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from optimizer import selectors
from optimizer.forms.timing import TimingForm
from optimizer.services.timing import save_timing
from optimizer.views.posted import actor

SHOWN = 14


@writes
def timing(request: HttpRequest, household: Household) -> HttpResponse:
    """When proposals are drafted, and what the last looks found."""
    version = selectors.current_version(household)
    if version is None:
        messages.info(request, "Set targets and limits first: proposals are drafted by them.")
        return redirect("goals", household.uuid)
    form = TimingForm(request.POST or None, stored=selectors.timing_of(version))
    if form.is_bound and form.is_valid():
        saved = save_timing(
            household=household, user=actor(request), key=form.cleaned_data["key"], settings=form.settings
        )
        messages.success(request, f"Version {saved.number} of the policy holds now.")
        return redirect("timing", household.uuid)
    checks = list(selectors.timing_checks(household).select_related("run__proposal")[:SHOWN])
    context = {
        "nav": "goals",
        "form": form,
        "version": version,
        "latest": checks[0] if checks else None,
        "earlier": checks[1:],
        "currency": household.base_currency,
    }
    return render(request, "optimizer/timing.html", context)
