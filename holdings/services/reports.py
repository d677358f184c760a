"""Asking for performance reports. A worker computes them."""

from __future__ import annotations

import uuid

from accounts import runs
from accounts.models import Household, Run, User
from holdings.reports.scope import Scope
from holdings.reports.stored import Dates


def request_report(*, household: Household, user: User, scope: Scope, wanted: Dates, key: uuid.UUID) -> Run:
    """The run that computes a report; while one for the same scope and dates is at work, that one."""
    first, last = wanted.first.isoformat(), wanted.last.isoformat()
    return runs.request(
        household=household,
        user=user,
        kind=Run.Kind.REPORT,
        key=key,
        subject=f"{scope.key}:{first}:{last}",
        params={"scope": scope.key, "first": first, "last": last},
    )
