"""What stands beside a proposal: the part of its page that fills itself, and choosing one of the plans."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import posted_key
from optimizer.services.choosing import choose as choose_alternative
from optimizer.services.decisions import DecisionRefused
from optimizer.views.beside import facts
from optimizer.views.posted import actor
from optimizer.views.proposals import find, show


@reads
def alternatives(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    """The panel by itself, and what limits cost, asked for until the run that fills it has ended."""
    proposal = find(household, number)
    decided = proposal.trades.filter(decision__isnull=False).exists()
    context = facts(request, proposal, proposal.trades.count(), decided=decided) | {"proposal": proposal}
    return render(request, "optimizer/proposal/_beside.html", context)


@require_POST
@writes
def choose(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    proposal = find(household, number)
    try:
        run = choose_alternative(
            proposal=proposal, user=actor(request), key=posted_key(request), name=request.POST.get("choice", "")
        )
    except DecisionRefused as refusal:
        return show(request, find(household, number), refused=refusal.sentences)
    return redirect("run", household.uuid, run.uuid)
