"""Asking how several policies and rhythms would have done beside each other."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.requests import posted_key
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.models.evidence import Rhythm
from optimizer.pages.evidence.walk_forward import COMPARE
from optimizer.services import evidence
from optimizer.views.posted import actor

MOST = 12


@require_POST
@writes
def compare(request: HttpRequest, household: Household) -> HttpResponse:
    known = {str(version.uuid) for version in selectors.versions(household)}
    versions = [each for each in request.POST.getlist("versions") if each in known]
    rhythms = [each for each in request.POST.getlist("rhythms") if each in Rhythm.values]
    if not 2 <= len(versions) * len(rhythms) <= MOST:
        messages.error(request, f"Choose two settings or more, and at most {MOST}: versions times rhythms.")
        return redirect("evidence_part", household.uuid, "walk-forward")
    run = evidence.request(
        household=household,
        user=actor(request),
        kind=Evidence.Kind.WALK_FORWARD,
        subject=COMPARE,
        key=posted_key(request),
        params={"versions": versions, "rhythms": rhythms},
    )
    return redirect("run", household.uuid, run.uuid)
