"""The tick beside "turn reinvestment off"."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from optimizer import selectors
from optimizer.services.reinvestment import tick


@require_POST
@writes
def reinvestment_tick(request: HttpRequest, household: Household, task: uuid.UUID) -> HttpResponse:
    """`done`: yes or no; `back`: the number of the proposal that was open, else the orders are shown."""
    found = get_object_or_404(selectors.reinvestment_tasks(household), uuid=task)
    found.household = household
    tick(task=found, user=signed_in(request), done=request.POST.get("done") == "yes")
    back = request.POST.get("back", "")
    return redirect("proposal", household.uuid, int(back)) if back.isdecimal() else redirect("orders", household.uuid)
