"""The daily look at every household: asked for once for a session and its settings, and acted on."""

from __future__ import annotations

import uuid

from django.db.models import Max

from accounts import selectors as people
from accounts.models import Household
from holdings.models import Valuation
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.services import evidence, halts

Kind = Evidence.Kind


def look(household: Household) -> None:
    """Act on what the last look found, and ask for the next where a value, a setting, a goal or a resumption is new.

    A day is looked at again where its values were found anew: by a corrected price, a changed ledger, or an account
    that was valued after the others. Acting twice does nothing twice, so that a worker that died between finding and
    acting is made good here.
    """
    act(household)
    last = halts.last_valued(household)
    if last is None:
        return
    newest = Valuation.objects.filter(account__household=household).aggregate(newest=Max("pk"))["newest"]
    accepted = sorted(str(goal.acceptable_drawdown) for goal in people.goals(household))
    settings = f"{selectors.guardrails(household).number} {','.join(accepted)}"
    state = f"{last} {newest} {settings} {selectors.last_resumed(household)}"
    key = uuid.uuid5(household.uuid, f"watch {state}")
    if not selectors.runs(household).filter(idempotency_key=key).exists():
        evidence.request(household=household, user=None, kind=Kind.WATCH, key=key)


def act(household: Household) -> None:
    if found := selectors.evidence(household, Kind.WATCH):
        halts.act(household, found.result["checks"])
