"""The thread that says that a worker lives must never hold up the one that works."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from accounts import runs
from accounts.heartbeat import beating
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened() -> Iterator[threading.Semaphore]:
    """Counts connections that other threads open."""
    count, own = threading.Semaphore(0), threading.get_ident()

    def note(**kwargs: object) -> None:
        if threading.get_ident() != own:
            count.release()

    connection_created.connect(note)
    yield count
    connection_created.disconnect(note)


def test_a_heartbeat_that_was_missed_lets_go_of_its_connection(opened, monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.01)
    house = factories.household()
    run = runs.request(household=house, user=None, kind="import", key=uuid.uuid4())
    claim = runs.claim(run.pk)
    with transaction.atomic(), beating(claim, seconds=0.01):
        assert opened.acquire(timeout=30)
        assert opened.acquire(timeout=30)
