"""Ring a worker after the commit. The row is the job; a lost ring is healed by the sweeper."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger()


def ring(task: str, *args: int) -> None:
    """Send a task by name once the current transaction has committed; an unreachable broker is logged, not raised."""
    transaction.on_commit(lambda: _send(task, args))


def _send(task: str, args: tuple[int, ...]) -> None:
    try:
        current_app.send_task(task, args=list(args), retry=False)
    except OperationalError as error:
        log.warning("doorbell_failed", task=task, args=args, error=type(error).__name__)
