"""What workers do when the bell rings: runs, valuations of changed accounts, and what heals a lost message."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import structlog
from celery import shared_task

from accounts import runs
from accounts.clock import today
from accounts.heartbeat import beating
from accounts.models import Run
from accounts.runs import Claim
from holdings.market.exchanges import keep_ahead
from holdings.services import imports
from holdings.valuations import store

log = structlog.get_logger()

WORK: Mapping[str, Callable[[Claim], None]] = {Run.Kind.IMPORT: imports.work}
"""What does a run of each kind: it ends with `runs.finish`, or raises `runs.CannotFinish`."""


@shared_task(name="holdings.run")
def run(pk: int) -> None:
    """Do a run, if it is still there to be done."""
    if claim := runs.claim(pk):
        log.info("run_claimed", run=pk, attempt=claim.run.attempt)
        try:
            with beating(claim):
                _work(claim)
        except runs.LeaseLost:
            log.warning("run_given_up", run=pk, pid=os.getpid())


def _work(claim: Claim) -> None:
    try:
        WORK[claim.run.kind](claim)
    except runs.CancelRequested:
        runs.cancelled(claim)
    except runs.CannotFinish as error:
        runs.fail(claim, str(error))


@shared_task(name="holdings.revalue")
def revalue(account_id: int) -> None:
    """Bring an account's daily valuations up to date; a second message finds nothing to do."""
    store.revalue(account_id)


@shared_task(name="holdings.sweep_stale")
def sweep_stale() -> None:
    """Keep trading sessions stored ahead of today, and revalue what a lost message left out of date."""
    keep_ahead("XNYS", today())
    for account_id in store.behind():
        revalue.delay(account_id)
