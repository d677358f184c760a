"""Reports as files: asked for, typeset once for equal sheets, kept a few a subject."""

from __future__ import annotations

import datetime as dt
import uuid
from hashlib import sha256

from accounts import runs
from accounts.locks import holding
from accounts.models import Household, Run, User
from optimizer.models import PrintedReport

KEPT = 5
"""Files of one subject; older ones are deleted."""


def request(*, household: Household, user: User, subject: str, key: uuid.UUID) -> Run:
    """The run that typesets it. The same key, or one of the same subject at work, gives that one."""
    return runs.request(
        household=household, user=user, kind=Run.Kind.PDF, key=key, subject=subject, params={"subject": subject}
    )


def confirm(claim: runs.Claim, sheet_hash: str) -> bool:
    """Close the run where the same sheet is typeset already."""
    run = claim.run
    with holding(run.household):
        known = PrintedReport.objects.filter(household=run.household, subject=run.subject, sheet_hash=sheet_hash)
        found = known.exists()
        if found:
            runs.finish(claim)
    return found


def keep(claim: runs.Claim, *, title: str, until: dt.date, sheet_hash: str, content: bytes) -> None:
    """Store the file and close the run, in one change. Raises LeaseLost where the run is another's."""
    run = claim.run
    with holding(run.household):
        PrintedReport.objects.create(
            household=run.household,
            subject=run.subject,
            title=title,
            until=until,
            sheet_hash=sheet_hash,
            run=run,
            content=content,
            size=len(content),
            content_hash=sha256(content).hexdigest(),
        )
        _prune(run.household, run.subject)
        runs.finish(claim)


def _prune(household: Household, subject: str) -> None:
    rows = PrintedReport.objects.filter(household=household, subject=subject)
    kept = list(rows.values_list("pk", flat=True)[:KEPT])
    rows.exclude(pk__in=kept).delete()
