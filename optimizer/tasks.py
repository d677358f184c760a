"""What workers do when the bell rings: claim the row, compute, write once."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable

import structlog
from celery import shared_task
from django.conf import settings

from accounts import runs
from accounts.heartbeat import beating
from accounts.models import Household
from accounts.runs import Claim
from optimizer import inputs, selectors, typesetting
from optimizer.engine import alternatives as beside
from optimizer.engine import plan as engine
from optimizer.engine.errors import Cancelled, EngineError, Infeasible
from optimizer.inputs import evidence as found
from optimizer.inputs import scores as inputs_scores
from optimizer.inputs import timing as inputs_timing
from optimizer.inputs.evidence import kept
from optimizer.models import Evidence
from optimizer.pages.report import printed
from optimizer.services import alternatives, printing, proposals
from optimizer.services import evidence as services_evidence
from optimizer.services import timing as services_timing
from optimizer.services import watch as services_watch
from optimizer.services.alerts import collect as alerts
from optimizer.services.alerts.deliver import deliver as deliver_alerts

log = structlog.get_logger()


@shared_task(name="optimizer.run")
def run(pk: int) -> None:
    """Make a proposal, if it is still asked for."""
    _do(pk, _propose)


@shared_task(name="optimizer.weigh")
def weigh(pk: int) -> None:
    """Compute what stands beside a proposal, if it is still asked for."""
    _do(pk, _weigh)


@shared_task(name="optimizer.evidence")
def evidence(pk: int) -> None:
    """Find a piece of evidence, if it is still asked for."""
    _do(pk, _find)


@shared_task(name="optimizer.typeset")
def typeset(pk: int) -> None:
    """Make a PDF of a report, if it is still asked for."""
    _do(pk, _typeset)


@shared_task(name="optimizer.judge")
def judge(pk: int) -> None:
    """Find what the watch judges by: evidence that waits behind no walk-forward."""
    _do(pk, _find)


@shared_task(name="optimizer.evidence_daily")
def evidence_daily() -> None:
    """Ask every household's evidence of its day, once, and drop paths that nothing rests on any more."""
    _each(kept.prune)
    _each(services_evidence.ask_daily)


@shared_task(name="optimizer.watch")
def watch() -> None:
    """Look at every household's results of its last session, and score what was decided before it."""
    _each(services_watch.look)
    _each(inputs_scores.update)


@shared_task(name="optimizer.alerts")
def tell() -> None:
    """Tell every household what is new, and send it."""
    _each(alerts.collect)
    deliver_alerts()


@shared_task(name="optimizer.deliver")
def deliver() -> None:
    """Send the e-mails and webhooks that wait."""
    deliver_alerts()


def _each(work: Callable[[Household], object]) -> None:
    """Every household has its turn, whatever goes wrong with another."""
    for household in Household.objects.order_by("pk"):
        try:
            work(household)
        except Exception:
            log.exception("household_left_out", household=household.pk, work=work.__qualname__)


def _do(pk: int, work: Callable[[Claim], None]) -> None:
    if claim := runs.claim(pk):
        log.info("run_claimed", run=pk, attempt=claim.run.attempt)
        try:
            with beating(claim):
                _to_its_end(claim, work)
        except runs.LeaseLost:
            log.warning("run_given_up", run=pk, pid=os.getpid())


@shared_task(name="optimizer.sweep")
def sweep() -> None:
    """Ring again for runs that were lost, and expire proposals that time has overtaken."""
    runs.sweep()
    proposals.expire_overdue()


@shared_task(name="optimizer.timing")
def timing() -> None:
    """Look at the triggers of every household that was not looked at on its day."""
    for household_id in services_timing.due():
        check_timing.apply_async((household_id,), expires=settings.TIMING_SECONDS)


@shared_task(name="optimizer.check_timing")
def check_timing(household_id: int) -> None:
    """Look at one household's triggers; a second message finds it looked at."""
    inputs_timing.check(Household.objects.get(pk=household_id))


def _propose(claim: Claim) -> None:
    progress = _progress(claim)
    progress("Inputs", 0.0)
    course = claim.run.params.get("chosen", "")
    snapshot, panel = inputs.stored(claim.run) if course else inputs.read(claim.run)
    runs.keep_snapshot(claim, *inputs.frozen(snapshot))
    plan = engine.plan(snapshot, panel, progress, course)
    if course:
        alternatives.compare(claim.run, plan)
    proposals.finish_run(claim, plan)


def _weigh(claim: Claim) -> None:
    progress = _progress(claim)
    progress("Inputs", 0.0)
    proposal = selectors.proposals(claim.run.household).select_related("run").get(uuid=claim.run.params["proposal"])
    for made in beside.alternatives(*inputs.stored(proposal.run), progress):
        alternatives.keep(claim, proposal, made)
    runs.finish(claim)


def _typeset(claim: Claim) -> None:
    progress = _progress(claim)
    progress("Inputs", 0.0)
    sheet = printed.sheet(claim.run.household, claim.run.subject)
    if not printing.confirm(claim, sheet.digest):
        progress("Typeset", 0.5)
        content = typesetting.pdf(sheet.text)
        until = dt.date.fromisoformat(sheet.until)
        printing.keep(claim, title=sheet.title, until=until, sheet_hash=sheet.digest, content=content)


def _find(claim: Claim) -> None:
    """Equal inputs are not computed twice; what has parts waits until they are found."""
    progress = _progress(claim)
    progress("Inputs", 0.0)
    source = found.SOURCES[claim.run.params["kind"]]
    frozen = source.read(claim.run)
    if not services_evidence.confirm(claim, frozen.digest):
        if _waits(claim, frozen, progress):
            return
        result = source.compute(frozen.inputs, progress)
        services_evidence.keep(claim, as_of=frozen.as_of, inputs_hash=frozen.digest, result=result)
    if claim.run.params["kind"] == Evidence.Kind.WATCH:
        services_watch.act(claim.run.household)
        alerts.collect(claim.run.household)


def _waits(claim: Claim, frozen: found.Frozen, progress: engine.Progress) -> bool:
    """Whether other runs find parts of it first."""
    if not frozen.parts:
        return False
    progress("Compute", 0.0)
    return services_evidence.hand_out(claim, frozen.parts, text=frozen.text, inputs_hash=frozen.digest)


def _progress(claim: Claim) -> engine.Progress:
    def progress(stage: str, fraction: float) -> None:
        try:
            runs.advance(claim, stage, fraction)
        except runs.CancelRequested as request:
            raise Cancelled from request

    return progress


def _to_its_end(claim: Claim, work: Callable[[Claim], None]) -> None:
    try:
        work(claim)
    except (Cancelled, runs.CancelRequested):
        runs.cancelled(claim)
    except Infeasible as error:
        runs.fail(claim, str(error), inputs.conflicts(error))
    except inputs.CannotPropose as error:
        runs.fail(claim, str(error), error.detail)
    except (EngineError, runs.CannotFinish) as error:
        runs.fail(claim, str(error))
