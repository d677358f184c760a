"""/healthz says whether a page could be served, in words that give nothing away; /livez that the process answers."""

from __future__ import annotations

import pytest
from celery import current_app
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_livez_needs_no_database(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.both_databases
def test_healthz_is_ok_when_everything_is(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_healthz_fails_while_a_migration_waits(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "database": "ok", "migrations": "failed", "broker": "ok"}


@pytest.mark.django_db
def test_healthz_fails_without_its_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://:secret@127.0.0.1:1/0")

    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "failed"
    assert "secret" not in answer.content.decode()
