"""The daily look at every household: asked for once for a session and its settings, and acted on."""

from __future__ import annotations

import uuid

from accounts.models import Household
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.services import evidence, halts

Kind = Evidence.Kind


def look(household: Household) -> None:
    """Act on what the last look found, and ask for the next where a session, a setting or a resumption is new.

    Acting twice does nothing twice, so that a worker that died between finding and acting is made good here.
    """
    act(household)
    last = halts.last_valued(household)
    if last is None:
        return
    state = f"{last} {selectors.guardrails(household).number} {selectors.last_resumed(household)}"
    key = uuid.uuid5(household.uuid, f"watch {state}")
    if not selectors.runs(household).filter(idempotency_key=key).exists():
        evidence.request(household=household, user=None, kind=Kind.WATCH, key=key)


def act(household: Household) -> None:
    if found := selectors.evidence(household, Kind.WATCH):
        halts.act(household, found.result["checks"])
