"""Asking for a proposal, and watching it being computed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import runs
from accounts.access import reads, writes
from accounts.models import Household, Run
from accounts.requests import posted_key
from optimizer import selectors
from optimizer.pages import run as page
from optimizer.services import relaxation
from optimizer.views.posted import actor

RECENT = 8
STOP_POLLING = 286


@require_POST
@writes
def propose(request: HttpRequest, household: Household) -> HttpResponse:
    version = selectors.current_version(household)
    if version is None:
        messages.error(request, "A proposal needs goals: targets, and the limits to keep. Set them first.")
        return redirect("goals", household.uuid)
    asked = runs.request(
        household=household,
        user=actor(request),
        kind=Run.Kind.PROPOSE,
        key=posted_key(request),
        params={"version": str(version.uuid)},
    )
    return redirect("run", household.uuid, asked.uuid)


@reads
def run(request: HttpRequest, household: Household, run: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.runs(household), uuid=run)
    version = selectors.versions(household).filter(uuid=found.params.get("version")).first()
    context = progress_of(found) | {
        "nav": page.told(found).section,
        "version": version,
        "stopped_at": page.stopped_at(found),
        "took": page.took(found),
        "conflicts": page.conflicts(found),
        "mix": page.mix(found),
        "relaxed": page.relaxed(found, version),
        "recent": page.past(selectors.runs(household)[:RECENT]),
        "attempts": runs.ATTEMPTS,
        "key": uuid.uuid4(),
    }
    return render(request, "optimizer/run.html", context)


@reads
def run_fragment(request: HttpRequest, household: Household, run: uuid.UUID) -> HttpResponse:
    """The part that moves. Once the run has ended, the page goes to what it made or shows how it ended."""
    found = get_object_or_404(selectors.runs(household), uuid=run)
    response = render(request, "optimizer/run/_fragment.html", progress_of(found))
    if found.is_active:
        return response
    response.status_code = STOP_POLLING
    if found.status == Run.Status.DONE:
        response["HX-Redirect"] = page.told(found).result
    else:
        response["HX-Refresh"] = "true"
    return response


def progress_of(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "told": page.told(run),
        "steps": page.steps(run),
        "doing": page.doing(run),
        "step_of_all": page.step_of_all(run),
    }


@require_POST
@writes
def run_relax(request: HttpRequest, household: Household, run: uuid.UUID) -> HttpResponse:
    """Apply a change that a failed run proposes; its page then offers to run again."""
    found = get_object_or_404(selectors.runs(household), uuid=run)
    try:
        version = relaxation.relax(run=found, user=actor(request), choice=request.POST.get("choice", ""))
        messages.success(request, f"Version {version.number} was saved. Propose again with it.")
    except relaxation.RelaxationRefused as error:
        messages.error(request, str(error))
    return redirect("run", household.uuid, found.uuid)


@require_POST
@writes
def run_cancel(request: HttpRequest, household: Household, run: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(selectors.runs(household), uuid=run)
    runs.cancel(run=found, user=actor(request))
    return redirect("run", household.uuid, found.uuid)
