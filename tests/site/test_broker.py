"""The embedded broker: each message reaches one worker once, and then its row is gone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kombu import Connection, Queue

from portfolio_site.broker import Transport
from tests import worlds
from tests.site_process import ROOT

MESSAGES = 300
CONSUMER = """
import json, sys
from queue import Empty
from kombu import Connection
import portfolio_site.celery

with Connection(sys.argv[1]) as connection:
    queue = connection.SimpleQueue("interactive")
    got = []
    try:
        while True:
            message = queue.get(timeout=2)
            message.ack()
            got.append(message.payload)
    except Empty:
        print(json.dumps(got))
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"embedded+sqlite:///{tmp_path / 'broker.sqlite3'}"


def send(url: str, count: int) -> None:
    with Connection(url) as connection, connection.Producer(serializer="json") as producer:
        for number in range(count):
            producer.publish(number, routing_key="interactive", declare=[Queue("interactive")])


def test_three_consumers_get_every_message_once(url: str) -> None:
    send(url, 1)
    command = [sys.executable, "-c", CONSUMER, url]
    consumers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    send(url, MESSAGES)

    got = [number for consumer in consumers for number in json.loads(consumer.communicate(timeout=120)[0])]
    assert sorted(got) == sorted([0, *range(MESSAGES)])


def take(connection: Connection) -> object:
    message = Queue("interactive")(connection.default_channel).get(no_ack=True)
    return message.payload if message else None


def test_messages_come_in_the_order_sent_and_leave_no_row(url: str, tmp_path: Path) -> None:
    send(url, 3)
    with Connection(url) as connection:
        assert [take(connection) for _ in range(2)] == [0, 1]
    assert rows(tmp_path) == 1


def test_an_empty_queue_gives_nothing(url: str, tmp_path: Path) -> None:
    send(url, 1)
    with Connection(url) as connection:
        assert [take(connection) for _ in range(2)] == [0, None]
    assert rows(tmp_path) == 0


def rows(folder: Path) -> int:
    with sqlite3.connect(folder / "broker.sqlite3") as file:
        count: int = file.execute("SELECT count(*) FROM kombu_message").fetchone()[0]
        return count


def test_its_file_lets_readers_and_a_writer_work_at_once(url: str, tmp_path: Path) -> None:
    send(url, 1)

    with sqlite3.connect(tmp_path / "broker.sqlite3") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_waiting_worker_looks_ten_times_a_second() -> None:
    assert Transport.polling_interval == 0.1


@pytest.mark.services
def test_redis_delivers_under_its_prefix() -> None:
    prefix = "ballast-test-broker:"
    with Connection(worlds.REDIS_URL, transport_options={"global_keyprefix": prefix}) as connection:
        connection.Producer().publish(7, routing_key="interactive", declare=[Queue("interactive")])
        assert take(connection) == 7
    worlds.delete_keys(prefix)


def test_an_unreachable_redis_is_noticed_within_a_second(tmp_path: Path) -> None:
    world = {"BALLAST_VAR": str(tmp_path), "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    code = "from portfolio_site.celery import app; app.send_task('optimizer.run', [1], retry=False)"
    start = time.monotonic()
    environment = {**worlds.clean_environment(), **world}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, capture_output=True)

    assert "OperationalError" in done.stderr
    assert time.monotonic() - start < 5  # with the start of Python; kombu alone would try for six seconds
