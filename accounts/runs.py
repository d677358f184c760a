"""Runs: asked for once, claimed by one worker at a time, finished once.

Every move is one conditional UPDATE. A worker holds a run by its lease; whoever finds the lease changed stops. A run
may be handed out in parts: it then waits, held by nobody, until the last of its children has ended.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts import activity
from accounts.doorbell import ring
from accounts.locks import holding
from accounts.models import Household, Run, User

LEASE = dt.timedelta(seconds=settings.LEASE_SECONDS)
ATTEMPTS = 3
TASKS = {
    Run.Kind.PROPOSE: "optimizer.run",
    Run.Kind.ALTERNATIVES: "optimizer.weigh",
    Run.Kind.IMPORT: "holdings.run",
    Run.Kind.REPORT: "holdings.run",
    Run.Kind.EVIDENCE: "optimizer.evidence",
    Run.Kind.PDF: "optimizer.typeset",
    Run.Kind.WATCH: "optimizer.judge",
}
"""The task that does a run of each kind."""


class LeaseLost(Exception):
    """Another worker owns the run now; this one stops and writes nothing."""


class CancelRequested(Exception):
    """The user asked for the run to stop."""


class CannotFinish(Exception):
    """The run cannot be done. The message is for the user: what failed and what to do."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write a run's results, as long as the lease stands."""

    run: Run
    lease: uuid.UUID

    def rows(self) -> Any:
        return Run.objects.filter(pk=self.run.pk, lease=self.lease, status=Run.Status.RUNNING)


def request(
    *,
    household: Household,
    user: User | None,
    kind: str,
    key: uuid.UUID,
    params: dict[str, Any] | None = None,
    subject: str = "",
    follows: bool = False,
) -> Run:
    """The run of this key, made if it is new. While one of its kind and subject is at work, that one is returned.

    follows: what is at work may have read its inputs before what is asked for now, or was asked with other params.
    Then a run is made that waits for its end; one that has read nothing yet and does the same is returned.
    """
    asked = params or {}
    with holding(household):
        runs = Run.objects.filter(household=household)
        same = runs.filter(kind=kind, subject=subject)
        busy = same.filter(status__in=_ACTIVE).first()
        covers = _unread(same, asked) if follows else busy
        known = runs.filter(idempotency_key=key).first() or covers
        if known:
            return known
        status = Run.Status.WAITING if busy else Run.Status.QUEUED
        run = Run.objects.create(
            household=household,
            user=user,
            kind=kind,
            subject=subject,
            idempotency_key=key,
            params=asked,
            status=status,
        )
        activity.record(household=household, user=user, verb="run.requested", subject=run)
        if not busy:
            _ring(run)
    return run


_ACTIVE = [Run.Status.QUEUED, Run.Status.RUNNING]
_UNREAD = [Run.Status.WAITING, Run.Status.QUEUED]


def _unread(same: QuerySet[Run], params: dict[str, Any]) -> Run | None:
    """One of these params that no worker has begun."""
    return next((run for run in same.filter(status__in=_UNREAD, started_at=None) if run.params == params), None)


def _ring(run: Run) -> None:
    ring(TASKS[Run.Kind(run.kind)], run.pk)


def claim(pk: int) -> Claim | None:
    """Take a queued run, or a running one whose worker fell silent. None when there is nothing to take."""
    now, lease = timezone.now(), uuid.uuid4()
    silent = Q(status=Run.Status.RUNNING, heartbeat_at__lt=now - LEASE)
    taken = (
        Run.objects.filter(pk=pk, attempt__lt=ATTEMPTS)
        .filter(Q(status=Run.Status.QUEUED) | silent)
        .update(
            status=Run.Status.RUNNING,
            lease=lease,
            heartbeat_at=now,
            started_at=now,
            attempt=F("attempt") + 1,
            stage="",
            progress=0.0,
        )
    )
    return Claim(Run.objects.select_related("household", "user").get(pk=pk), lease) if taken else None


def beat(claim: Claim) -> None:
    """Say that the worker lives. Raises LeaseLost when the run is no longer its own."""
    if not claim.rows().update(heartbeat_at=timezone.now()):
        raise LeaseLost


def advance(claim: Claim, stage: str, progress: float) -> None:
    """Store true progress. Raises LeaseLost, or CancelRequested when the user asked to stop."""
    if not claim.rows().update(stage=stage, progress=progress, heartbeat_at=timezone.now()):
        raise LeaseLost
    _heed_cancel(claim)


def _heed_cancel(claim: Claim) -> None:
    if Run.objects.filter(pk=claim.run.pk, cancel_requested_at__isnull=False).exists():
        raise CancelRequested


def keep_snapshot(claim: Claim, text: str, digest: str) -> None:
    """Store what the run computes from, before it computes."""
    if not claim.rows().update(snapshot=text, snapshot_hash=digest):
        raise LeaseLost


def finish(claim: Claim) -> None:
    """Close the run as done. Call it inside the transaction that writes the results: its loss undoes them.

    Raises LeaseLost, or CancelRequested: what a user has stopped brings no result, however far it was.
    """
    with holding(claim.run.household):
        _heed_cancel(claim)
        _close(claim, Run.Status.DONE, progress=1.0)


def fail(claim: Claim, error: str, detail: dict[str, Any] | None = None) -> None:
    _close(claim, Run.Status.FAILED, error=error, detail=detail or {})


def cancelled(claim: Claim) -> None:
    _close(claim, Run.Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Part:
    """What a child does: its parameters, and what it computes from."""

    params: dict[str, Any]
    snapshot: str
    digest: str


def hand_out(claim: Claim, parts: Sequence[Part]) -> None:
    """Make a child of each part, and let the run wait for them: no worker holds it, and none is needed for it.

    The last child to finish queues it again; one that fails or is cancelled ends it. Raises LeaseLost or
    CancelRequested.
    """
    run = claim.run
    with holding(run.household):
        _heed_cancel(claim)
        if not claim.rows().update(pending=len(parts), lease=None, heartbeat_at=None, attempt=0):
            raise LeaseLost
        for number, part in enumerate(parts, start=1):
            child = Run.objects.create(
                household=run.household,
                user=run.user,
                parent=run,
                kind=run.kind,
                subject=f"part {number} of {run.pk}",
                params=part.params,
                snapshot=part.snapshot,
                snapshot_hash=part.digest,
            )
            _ring(child)


def _close(claim: Claim, status: Run.Status, **fields: Any) -> None:
    household = claim.run.household
    with holding(household):
        if not claim.rows().update(status=status, finished_at=timezone.now(), **fields):
            raise LeaseLost
        _ended(claim.run, status, fields.get("error", ""))


def _ended(run: Run, status: Run.Status, error: str = "") -> None:
    """Tell of an ended run: in the log and to the one that waits for its end, or to the parent that it is a part of."""
    if run.parent_id is None:
        activity.record(household=run.household, user=None, verb=f"run.{status}", subject=run)
        _start_next(run)
    elif status == Run.Status.DONE:
        _count_down(run.parent_id)
    else:
        _end_waiting(run.parent_id, status, error)


def _start_next(ended: Run) -> None:
    """Queue the one of its kind and subject that has waited longest."""
    same = Run.objects.filter(household=ended.household_id, kind=ended.kind, subject=ended.subject)
    following = same.filter(status=Run.Status.WAITING).order_by("pk").first()
    if following and not same.filter(status__in=_ACTIVE).exists():
        same.filter(pk=following.pk).update(status=Run.Status.QUEUED)
        _ring(following)


def _count_down(parent: int) -> None:
    waiting = Run.objects.filter(pk=parent, status=Run.Status.RUNNING, pending__gt=0)
    if waiting.update(pending=F("pending") - 1):
        left, all_of_them = Run.objects.filter(pk=parent).values_list("pending", Count("children")).get()
        Run.objects.filter(pk=parent).update(progress=1 - left / all_of_them)
        if not left:
            Run.objects.filter(pk=parent).update(status=Run.Status.QUEUED)
            _ring(Run.objects.get(pk=parent))


def _end_waiting(parent: int, status: Run.Status, error: str = "") -> None:
    """End a run that waits, with the children that have not ended."""
    waiting = Run.objects.filter(pk=parent, status=Run.Status.RUNNING, pending__gt=0)
    if waiting.update(status=status, finished_at=timezone.now(), pending=0, error=error):
        _stop_children(parent)
        run = Run.objects.select_related("household").get(pk=parent)
        _ended(run, status, error)


def _stop_children(parent: int) -> None:
    now = timezone.now()
    children = Run.objects.filter(parent=parent)
    children.filter(status=Run.Status.QUEUED).update(status=Run.Status.CANCELLED, finished_at=now)
    children.filter(status=Run.Status.RUNNING).update(cancel_requested_at=now)


def cancel(*, run: Run, user: User) -> None:
    """Stop a run: at once while no worker is at it, with the children that it waits for, else at its next stage.

    Ended runs stay as they are.
    """
    now = timezone.now()
    with holding(run.household):
        row = Run.objects.filter(pk=run.pk)
        asked = row.filter(status__in=[*_ACTIVE, Run.Status.WAITING], cancel_requested_at__isnull=True).update(
            cancel_requested_at=now
        )
        stopped = row.filter(status__in=_UNREAD).update(status=Run.Status.CANCELLED, finished_at=now)
        if asked:
            activity.record(household=run.household, user=user, verb="run.cancel_requested", subject=run)
            _end_waiting(run.pk, Run.Status.CANCELLED)
        if stopped:
            _start_next(run)


def sweep() -> int:
    """Ring again for runs that nobody works on, and fail those that killed their workers too often."""
    silent = Run.objects.filter(status=Run.Status.RUNNING, heartbeat_at__lt=timezone.now() - LEASE)
    for run in silent.filter(attempt__gte=ATTEMPTS).select_related("household").defer("snapshot"):
        _give_up(run)
    waiting = Run.objects.filter(status=Run.Status.QUEUED, created_at__lt=timezone.now() - RING_AGAIN)
    lost = [*silent.filter(attempt__lt=ATTEMPTS).only("kind"), *waiting.only("kind")]
    for run in lost:
        _ring(run)
    return len(lost)


RING_AGAIN = dt.timedelta(seconds=5)


def _give_up(run: Run) -> None:
    error = f"The computation stopped {ATTEMPTS} times before it finished. Nothing was changed. Start it again."
    with holding(run.household):
        closed = Run.objects.filter(pk=run.pk, lease=run.lease, status=Run.Status.RUNNING).update(
            status=Run.Status.FAILED, finished_at=timezone.now(), error=error
        )
        if closed:
            _ended(run, Run.Status.FAILED, error)
