"""What workers do when the bell rings: claim the row, compute, write once."""

from __future__ import annotations

import os

import structlog
from celery import shared_task

from accounts import runs
from accounts.heartbeat import beating
from accounts.runs import Claim
from optimizer import inputs
from optimizer.engine import plan as engine
from optimizer.engine.errors import Cancelled, EngineError, Infeasible
from optimizer.services import proposals

log = structlog.get_logger()


@shared_task(name="optimizer.run")
def run(pk: int) -> None:
    """Do a run, if it is still there to be done."""
    if claim := runs.claim(pk):
        log.info("run_claimed", run=pk, attempt=claim.run.attempt)
        try:
            with beating(claim):
                _propose(claim)
        except runs.LeaseLost:
            log.warning("run_given_up", run=pk, pid=os.getpid())


@shared_task(name="optimizer.sweep")
def sweep() -> None:
    """Ring again for runs that were lost, and expire proposals that time has overtaken."""
    runs.sweep()
    proposals.expire_overdue()


def _propose(claim: Claim) -> None:
    def progress(stage: str, fraction: float) -> None:
        try:
            runs.advance(claim, stage, fraction)
        except runs.CancelRequested as request:
            raise Cancelled from request

    try:
        progress("Inputs", 0.0)
        snapshot, panel = inputs.read(claim.run)
        runs.keep_snapshot(claim, *inputs.frozen(snapshot))
        proposals.finish_run(claim, engine.plan(snapshot, panel, progress))
    except (Cancelled, runs.CancelRequested):
        runs.cancelled(claim)
    except Infeasible as error:
        runs.fail(claim, str(error), inputs.conflicts(error))
    except inputs.CannotPropose as error:
        runs.fail(claim, str(error), error.detail)
    except EngineError as error:
        runs.fail(claim, str(error))
