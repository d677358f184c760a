"""Files too long for a request: read and booked in the worker, by the same services."""

from __future__ import annotations

import uuid

from accounts import runs
from accounts.locks import holding
from accounts.models import Household, Run, User
from accounts.runs import Claim
from holdings.importers.base import MAX_BYTES, ImportFailed
from holdings.models import BrokerageAccount, Import, ImportFile
from holdings.services.imports.again import judge_again
from holdings.services.imports.book import confirm, confirm_ahead
from holdings.services.imports.dry_run import finding, keep_finding
from holdings.services.imports.log import log
from holdings.services.imports.read import new_import, preview, take_in
from holdings.services.ledger import BookingRefused

LONG_ROWS = 2_000
LONG_BYTES = 1_000_000
READ, BOOK, TRY, JUDGE = "read", "book", "try", "judge"
READING = Import.Status.READING
BOOKING = Import.Status.BOOKING
BEGUN = {"Check": 0.0, "Prepare": 0.25, "Replay": 0.45, "Compare": 0.6, "Write": 0.85}
"""What part of the time that a long booking takes is over when each of its stages begins."""


def upload(*, account: BrokerageAccount, user: User, file_name: str, content: bytes) -> Import:
    """Read a file at once, or ask a worker to when it is long: then its status is `reading` and `run_of` leads to it.

    A file of no known format waits with the status `mapping` for `apply_mapping`.

    Raises holdings.importers.base.ImportFailed when it is no file that can be read.
    """
    if not is_long(content):
        return preview(account=account, user=user, file_name=file_name, content=content)
    if len(content) > MAX_BYTES:
        raise ImportFailed("The file is larger than 20 MB. Export a shorter period, or split the file.")
    batch = new_import(account.household, account, user, file_name, content)
    with holding(account.household):
        batch.status = Import.Status.READING
        batch.save()
        ImportFile.objects.create(batch=batch, content=content)
        ask(batch, user, READ)
    return batch


def is_long(content: bytes) -> bool:
    return len(content) > LONG_BYTES or content.count(b"\n") > LONG_ROWS


def book(*, batch: Import, user: User) -> Import:
    """Book an import at once, or ask a worker to when it is long: then its status is `booking`.

    Raises BookingRefused as `confirm` does. A second call does nothing.
    """
    if not has_many_rows(batch):
        return confirm(batch=batch, user=user)
    with holding(batch.household):
        waiting = Import.objects.filter(pk=batch.pk, status__in=[Import.Status.PREVIEW, BOOKING])
        if waiting.update(status=BOOKING, error=""):
            ask(batch, user, BOOK)
    batch.refresh_from_db()
    return batch


def try_out(*, batch: Import, user: User) -> Run | None:
    """Find out what booking would change: at once, or as a run when the import is long."""
    if has_many_rows(batch):
        return ask(batch, user, TRY)
    keep_finding(batch, finding(batch))
    return None


def has_many_rows(batch: Import) -> bool:
    return batch.rows.count() > LONG_ROWS


def standing(batch: Import) -> Import.Status:
    """The status; where the run that was to change it has ended without a result, as if it had never begun."""
    status = Import.Status(batch.status)
    if status not in {READING, BOOKING}:
        return status
    run = run_of(batch)
    if run and run.is_active:
        return status
    return Import.Status.FAILED if status == READING else Import.Status.PREVIEW


def ask(batch: Import, user: User, act: str) -> Run:
    household: Household = batch.household
    return runs.request(
        household=household,
        user=user,
        kind=Run.Kind.IMPORT,
        key=uuid.uuid4(),
        subject=str(batch.uuid),
        params={"act": act, "file": batch.file_name},
    )


def run_of(batch: Import) -> Run | None:
    """The newest run that reads or books an import."""
    return Run.objects.filter(household=batch.household, kind=Run.Kind.IMPORT, subject=str(batch.uuid)).first()


def work(claim: Claim) -> None:
    """Do what a run asks of its import: the result and the end of the run in one change, or nothing.

    Raises accounts.runs.CannotFinish in words, LeaseLost and CancelRequested; the import then waits as before.
    """
    batch = Import.objects.select_related("household", "account__household").get(
        household=claim.run.household, uuid=claim.run.subject
    )
    try:
        WORK[claim.run.params["act"]](claim, batch)
    except (runs.CannotFinish, runs.CancelRequested) as end:
        _put_back(batch, claim.run.user, str(end))
        raise


def _read(claim: Claim, batch: Import) -> None:
    def progress(stage: str, part: float) -> None:
        runs.advance(claim, stage, part)

    progress("Read", 0.0)
    try:
        take_in(batch, bytes(batch.file.content), progress, lambda: runs.finish(claim))
    except ImportFailed as failure:
        raise runs.CannotFinish(str(failure)) from failure


def _book(claim: Claim, batch: Import) -> None:
    def tell(stage: str) -> None:
        runs.advance(claim, stage, BEGUN[stage])

    try:
        confirm_ahead(batch=batch, user=claim.run.user, tell=tell, close=lambda: runs.finish(claim))
    except BookingRefused as refusal:
        raise runs.CannotFinish(str(refusal)) from refusal


def _try(claim: Claim, batch: Import) -> None:
    runs.advance(claim, "Check", 0.1)
    found = finding(batch)
    with holding(batch.household):
        keep_finding(batch, found)
        runs.finish(claim)


def _judge(claim: Claim, batch: Import) -> None:
    runs.advance(claim, "Check", 0.1)
    with holding(batch.household):
        judge_again(batch)
        runs.finish(claim)


WORK = {READ: _read, BOOK: _book, TRY: _try, JUDGE: _judge}


def _put_back(batch: Import, user: User | None, error: str) -> None:
    """A file that could not be read is put down as failed or aside; one that could not be booked waits for review."""
    with holding(batch.household):
        reading = Import.objects.filter(pk=batch.pk, status=READING)
        status = Import.Status.FAILED if error else Import.Status.DISCARDED
        if batch.mapping_id:
            reading.update(status=Import.Status.MAPPING, error=error[:600])
        elif reading.update(status=status, error=error[:600]):
            ImportFile.objects.filter(batch=batch).delete()
            log(batch, user, f"import.{status}")
        booking = Import.objects.filter(pk=batch.pk, status=BOOKING)
        booking.update(status=Import.Status.PREVIEW, error=error[:600])
