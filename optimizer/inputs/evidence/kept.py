"""Paths of walk-forwards are kept while a shown result rests on them, and for a while for those that come next."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.locks import holding
from accounts.models import Household, Run
from optimizer.inputs.evidence.walk_forward import digests
from optimizer.models import Evidence

KEPT = dt.timedelta(days=35)
"""A month and some days: the next monthly walk-forward then finds what did not change."""
MOST = 500
"""Deleted of a household at once."""


def prune(household: Household, most: int = MOST) -> int:
    """Delete paths older than KEPT that no newest walk-forward of its subject is made of, at most so many; how many.

    Nothing is deleted while a walk-forward is at work: it may have found there what it goes on from.
    """
    kinds = [Evidence.Kind.WALK_FORWARD.value, Evidence.Kind.WALK.value]
    with holding(household):
        at_work = Run.objects.filter(household=household, kind=Run.Kind.EVIDENCE, params__kind__in=kinds)
        if at_work.filter(status__in=(Run.Status.QUEUED, Run.Status.RUNNING)).exists():
            return 0
        paths = Evidence.objects.filter(household=household, kind=Evidence.Kind.WALK)
        old = paths.filter(made_at__lt=timezone.now() - KEPT, confirmed_at__lt=timezone.now() - KEPT)
        spare = old.exclude(inputs_hash__in=_needed(household)).order_by("made_at")
        chosen = list(spare.values_list("pk", flat=True)[:most])
        paths.filter(pk__in=chosen).delete()
    return len(chosen)


def _needed(household: Household) -> set[str]:
    """Of the newest walk-forward of each subject."""
    rows = Evidence.objects.filter(household=household, kind=Evidence.Kind.WALK_FORWARD).select_related("run")
    newest = {row.subject: row.run for row in rows.defer("result").order_by("confirmed_at")}
    return {digest for run in newest.values() if run and run.snapshot for digest in digests(run)}
