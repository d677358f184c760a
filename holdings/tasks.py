"""What workers do when the bell rings: runs, valuations of changed accounts, and what heals a lost message."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping

import structlog
from celery import shared_task

from accounts import runs
from accounts.clock import today
from accounts.heartbeat import beating
from accounts.models import Household, Run
from accounts.runs import Claim
from holdings.market import chunks, feeds, findings, intake, liquidity, overlays
from holdings.market.exchanges import calendars_in_use, keep_ahead
from holdings.models import BrokerageAccount
from holdings.reports import store as reports
from holdings.services import imports
from holdings.services.classify import apply_reference
from holdings.services.ledger import bring_up_to_date, outdated
from holdings.taxation import store as taxes
from holdings.valuations import store

log = structlog.get_logger()

WORK: Mapping[str, Callable[[Claim], None]] = {Run.Kind.IMPORT: imports.work, Run.Kind.REPORT: reports.work}
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
    """Classify what is new, compare splits with the prices, and bring daily values up to date; reports follow."""
    apply_reference(household=Household.objects.get(brokerage_accounts=account_id))
    findings.check_account(account_id)
    household_id = BrokerageAccount.objects.get(pk=account_id).household_id
    assess_liquidity.delay(household_id)
    tax.delay(household_id)
    if store.revalue(account_id):
        report.delay(household_id)


@shared_task(name="holdings.tax")
def tax(household_id: int) -> None:
    """Bring a household's tax up to date, equal inputs have theirs already; after-tax returns follow."""
    if taxes.refresh(Household.objects.get(pk=household_id)):
        report.delay(household_id)


@shared_task(name="holdings.report")
def report(household_id: int) -> None:
    """Bring a household's performance reports up to date; equal inputs have theirs already."""
    reports.refresh(Household.objects.get(pk=household_id))


@shared_task(name="holdings.liquidity")
def assess_liquidity(household_id: int) -> None:
    """Estimate spreads and volumes as of a household's date; a second message finds nothing to do."""
    liquidity.refresh(Household.objects.get(pk=household_id))


@shared_task(name="holdings.fetch")
def fetch(source_id: int) -> None:
    """Ask a source for what is due; a second message finds nothing to do."""
    feeds.work(source_id)


@shared_task(name="holdings.nightly")
def nightly() -> None:
    """Ask for what is new of every series, for which the sweep rings; forget chunks that nobody reads any more."""
    feeds.request_all()
    chunks.prune()


@shared_task(name="holdings.restate")
def restate(instrument_id: int, first: int) -> None:
    """Derive what follows from stored closes or events that changed from a day on (its proleptic ordinal)."""
    intake.rederive(instrument_id, dt.date.fromordinal(first))


@shared_task(name="holdings.own_prices")
def own_prices(instrument_id: int, household_id: int, first: int) -> None:
    """Derive what follows from a household's own prices, from a day on (its proleptic ordinal)."""
    overlays.derive(instrument_id, household_id, dt.date.fromordinal(first))


@shared_task(name="holdings.project")
def project(household_id: int) -> None:
    """Write lots, gains and cash anew where an older version wrote them; a second message finds nothing to do."""
    bring_up_to_date(household=Household.objects.get(pk=household_id))


@shared_task(name="holdings.sweep_stale")
def sweep_stale() -> None:
    """Keep sessions stored ahead of today, mend what an upgrade or a lost message left behind, fetch what is due."""
    for calendar in calendars_in_use():
        keep_ahead(calendar, today())
    for household_id in outdated():
        project.delay(household_id)
    for account_id in store.behind():
        revalue.delay(account_id)
    for household_id in reports.due():
        report.delay(household_id)
    for household_id in taxes.due():
        tax.delay(household_id)
    for household_id in liquidity.due():
        assess_liquidity.delay(household_id)
    for source_id in feeds.sources_due():
        fetch.delay(source_id)
