"""Scores of decided proposals: rows of a day, each written once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from accounts.locks import holding
from accounts.models import Household
from optimizer.models import Decision, Proposal, ProposalScore
from optimizer.services.halts import last_valued

FOLLOWED = dt.timedelta(days=366)


def due(household: Household) -> tuple[dt.date, list[Proposal]] | None:
    """The last session with values, and the proposals up to a year old scored on it: rejected or filled in part."""
    day = last_valued(household)
    if day is None:
        return None
    scored = Q(trades__decision__verdict=Decision.Verdict.REJECTED) | Q(trades__order__fills__isnull=False)
    decided = Proposal.objects.filter(scored, household=household, as_of__lt=day, as_of__gte=day - FOLLOWED)
    open_ones = decided.exclude(scores__as_of=day).distinct().select_related("version")
    return day, list(open_ones)


def keep(proposal: Proposal, *, verdict: str, as_of: dt.date, figures: Mapping[str, Any]) -> ProposalScore:
    """Write a day's score once; a second call changes nothing."""
    with holding(proposal.household):
        row, _ = ProposalScore.objects.get_or_create(
            proposal=proposal,
            verdict=verdict,
            as_of=as_of,
            defaults={"household": proposal.household, **figures},
        )
    return row
