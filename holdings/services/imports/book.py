"""From preview into the ledger, once; and out of it again as a whole."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from accounts.locks import holding
from accounts.models import User
from holdings.models import FillConfirmation, Import, ImportFile, Statement, Transaction
from holdings.services import reconcile
from holdings.services.imports.log import log
from holdings.services.imports.prepare import Moved, prepare
from holdings.services.ledger import BookingRefused, Tell, quietly, unlink, void

WAITING = [Import.Status.PREVIEW, Import.Status.BOOKING]
TRIES = 3
RESTLESS = "The household's ledger changed again and again while the file was prepared. Import it again."


def confirm(*, batch: Import, user: User | None) -> Import:
    """Book the rows that are ready and ticked. A second call finds them booked and does nothing.

    Raises BookingRefused when the ledger cannot take the rows; nothing is changed then.
    """

    def once() -> None:
        with holding(batch.household):
            if _take(batch, user):
                prepare(batch, quietly).write(user)

    _until_it_stands(once)
    batch.refresh_from_db()
    return batch


def confirm_ahead(*, batch: Import, user: User | None, tell: Tell, close: Callable[[], None]) -> None:
    """The same for a long file whose rows stand still: all but the writing is done while others write.

    The writing is one change, which ends with `close`. Where the household has changed since, all is prepared again.
    """

    def once() -> None:
        ready = prepare(batch, tell)
        tell("Write")
        with holding(batch.household):
            if _take(batch, user):
                ready.write(user)
            close()

    _until_it_stands(once)


def _until_it_stands(once: Callable[[], None]) -> None:
    for _ in range(TRIES):
        try:
            return once()
        except Moved:
            continue
    raise BookingRefused(RESTLESS)


def _take(batch: Import, user: User | None) -> bool:
    """Whether the import still waited; it is booked from now on."""
    waiting = Import.objects.filter(pk=batch.pk, status__in=WAITING)
    taken = waiting.update(status=Import.Status.CONFIRMED, confirmed_at=timezone.now(), user=user)
    batch.refresh_from_db()
    return bool(taken)


def undo(*, batch: Import, user: User, reason: str) -> Import:
    """Take all that an import booked, corrected since or not, out of the ledger again. A second call does nothing.

    Raises BookingRefused when later transactions rest on it; nothing is changed then.
    """
    with holding(batch.household):
        moved = Import.objects.filter(pk=batch.pk, status=Import.Status.CONFIRMED).update(
            status=Import.Status.UNDONE, undone_at=timezone.now()
        )
        if moved:
            stated = {each.account for each in Statement.objects.filter(batch=batch).select_related("account")}
            Statement.objects.filter(batch=batch).delete()
            booked = Transaction.objects.active().filter(import_rows__batch=batch)
            for received in Transaction.objects.active().filter(counterpart__in=booked).exclude(pk__in=booked):
                unlink(received=received, user=user)
            void(rows=booked.select_related("account__household"), reason=reason or "import undone", user=user)
            FillConfirmation.objects.filter(row__batch=batch).delete()
            for account in stated:
                reconcile.compare(account=account)
            log(batch, user, "import.undone")
    batch.refresh_from_db()
    return batch


def discard(*, batch: Import, user: User) -> None:
    """Put a file aside before it is booked; nothing of it was."""
    standing = [Import.Status.READING, Import.Status.MAPPING, Import.Status.PREVIEW, Import.Status.FAILED]
    with holding(batch.household):
        if Import.objects.filter(pk=batch.pk, status__in=standing).update(status=Import.Status.DISCARDED):
            ImportFile.objects.filter(batch=batch).delete()
            log(batch, user, "import.discarded")
