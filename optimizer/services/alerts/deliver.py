"""Sending what waits: each row once, again where a channel said no, and given up after a while.

A row is marked as sent before its e-mail leaves and set back where that failed: a worker killed in between leaves one
e-mail unsent, never two sent. The alert stands in the app either way. A webhook carries the row's key instead.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from accounts.models import Household
from accounts.templatetags.formats import count_of
from optimizer.models import Delivery, Webhook
from optimizer.services.alerts import webhook

log = structlog.get_logger()
Status, Channel = Delivery.Status, Delivery.Channel
WAITS = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 720))
"""Between two attempts; after the last one a row is given up."""
MOST = 5
"""Webhooks of one pass: each may keep the worker waiting, and the next pass comes within a minute."""


def deliver() -> int:
    """Send everything that is due; the number of rows that were sent."""
    due = Delivery.objects.filter(status=Status.WAITING, due_at__lte=timezone.now())
    rows = list(due.select_related("alert__household", "user"))
    sent = sum(_email([row]) for row in rows if row.channel == Channel.EMAIL)
    for group in _digests(rows):
        sent += _email(group)
    hooks = [row for row in rows if row.channel == Channel.WEBHOOK]
    return sent + sum(_webhook(row) for row in hooks[:MOST])


def _digests(rows: Sequence[Delivery]) -> list[list[Delivery]]:
    """By member and household: one e-mail each."""
    found: dict[tuple[int, int], list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.channel == Channel.DIGEST:
            found[row.user_id, row.alert.household_id].append(row)
    return list(found.values())


def _take(row: Delivery, status: str) -> bool:
    """Move a waiting row: one conditional UPDATE, so that two workers never send it both."""
    row.attempts += 1
    moved = Delivery.objects.filter(pk=row.pk, status=Status.WAITING, attempts=row.attempts - 1).update(
        status=status, attempts=row.attempts, due_at=timezone.now() + _wait(row.attempts), error=""
    )
    return bool(moved)


def _wait(attempts: int) -> dt.timedelta:
    return WAITS[min(attempts, len(WAITS)) - 1]


def _refused(row: Delivery, error: str) -> None:
    status = Status.WAITING if row.attempts <= len(WAITS) else Status.FAILED
    Delivery.objects.filter(pk=row.pk).update(status=status, error=error[:300])
    log.warning("delivery_failed", delivery=row.pk, channel=row.channel, attempts=row.attempts)


def _email(rows: Sequence[Delivery]) -> int:
    mine = [row for row in rows if _take(row, Status.SENT)]
    if not mine:
        return 0
    subject, body = letter(mine[0].alert.household, mine)
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [mine[0].user.email])
    except (SMTPException, OSError) as error:
        for row in mine:
            _refused(row, f"{type(error).__name__}: {error}")
        return 0
    return len(mine)


def letter(household: Household, rows: Sequence[Delivery]) -> tuple[str, str]:
    """Subject and body of an e-mail about one alert or a day's."""
    if len(rows) == 1:
        subject = f"Ballast: {rows[0].alert.get_kind_display()[0].lower()}{rows[0].alert.get_kind_display()[1:]}"
    else:
        subject = f"Ballast: {count_of(len(rows), 'alert')}"
    said = "\n\n".join(f"{row.alert.sentence}\n{settings.SITE_URL}{row.alert.path}" for row in rows)
    foot = "Decision support, not advice. Which alerts reach you is set on the household's page of alerts."
    return subject, f"{household.name}\n\n{said}\n\n{foot}\n"


def _webhook(row: Delivery) -> int:
    target = Webhook.objects.filter(household=row.alert.household_id, user=row.user_id).first()
    if not _take(row, Status.WAITING):
        return 0
    if target is None:
        Delivery.objects.filter(pk=row.pk).update(status=Status.FAILED, error="The webhook was removed.")
        return 0
    try:
        webhook.post(target.url, target.secret, payload(row), str(row.key))
    except webhook.Refused as error:
        _refused(row, str(error))
        return 0
    Delivery.objects.filter(pk=row.pk).update(status=Status.SENT)
    return 1


def payload(row: Delivery) -> dict[str, str]:
    alert = row.alert
    return {
        "delivery": str(row.key),
        "alert": str(alert.uuid),
        "household": str(alert.household.uuid),
        "kind": alert.kind,
        "sentence": alert.sentence,
        "url": f"{settings.SITE_URL}{alert.path}",
        "made_at": alert.made_at.isoformat(),
    }
