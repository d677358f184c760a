"""Never, or not before a day: from a trade into the goals."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.templatetags.formats import day
from optimizer.models import Side
from optimizer.services.locking import LockRefused
from optimizer.services.locking import lock as add_lock
from optimizer.views.posted import actor
from optimizer.views.proposals import find, show


@require_POST
@writes
def lock(request: HttpRequest, household: Household, number: int, trade: uuid.UUID) -> HttpResponse:
    """Afterwards the list of proposals offers to compute one under the new goals."""
    proposal = find(household, number)
    chosen = get_object_or_404(proposal.trades.select_related("instrument"), uuid=trade)
    chosen.proposal = proposal
    try:
        until = _until(request, trade) if request.POST.get("lock") == "until" else None
        reason = str(request.POST.get(f"reason-{trade}", "")).strip()
        version = add_lock(trade=chosen, user=actor(request), until=until, reason=reason)
    except LockRefused as refusal:
        return show(request, find(household, number), refused=[str(refusal)])
    verb = "traded" if until else "sold" if chosen.side == Side.SELL else "bought"
    when = f"not {verb} before {day(until)}" if until else f"never {verb}"
    messages.success(
        request,
        f"Version {version.number} of the goals says: {chosen.instrument.symbol} is {when}. "
        f"Proposal {number} rests on version {proposal.version.number}; a new one would keep to it.",
    )
    return redirect("proposals", household.uuid)


def _until(request: HttpRequest, trade: uuid.UUID) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get(f"until-{trade}", ""))
    except ValueError as error:
        raise LockRefused("Name the day from which it may be traded again.") from error
