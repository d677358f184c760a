"""A second thread that says the worker lives, while the first one computes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import OperationalError, connection

from accounts.runs import Claim, LeaseLost, beat

SECONDS = settings.LEASE_SECONDS / 6
log = structlog.get_logger()


@contextmanager
def beating(claim: Claim, seconds: float = SECONDS) -> Iterator[None]:
    """Renew the claim's heartbeat every few seconds until the block ends or the lease is lost."""
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(claim, over, seconds), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat_until(claim: Claim, over: threading.Event, seconds: float) -> None:
    """Beat, each time after a failure on a new connection.

    The failed cursor may be collected by the other thread, which would then wait as long as the connection is at work.
    """
    try:
        while not over.wait(seconds):
            try:
                beat(claim)
            except OperationalError as error:
                log.warning("heartbeat_missed", run=claim.run.pk, error=type(error).__name__)
                connection.close()
    except LeaseLost:
        log.warning("lease_lost", run=claim.run.pk)
    finally:
        connection.close()
