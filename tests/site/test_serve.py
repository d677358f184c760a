"""manage.py serve: what it starts, what it starts again, and that it leaves nothing behind."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio_site.security import CONTENT_SECURITY_POLICY
from tests import worlds
from tests.prepared import PreparedSites
from tests.site_process import ROOT, Site, serving, wait_until


@pytest.fixture(scope="module")
def site(world: str, prepared: PreparedSites) -> Iterator[Site]:
    with prepared.serving(world, sample=False) as site:
        yield site


@pytest.fixture(scope="module")
def empty(prepared: PreparedSites) -> Iterator[Site]:
    with prepared.copy("embedded", sample=False) as site:
        yield site


@pytest.fixture
def own_site(empty: Site) -> Iterator[Site]:
    """A site for one test, which may stop it."""
    with serving(Site(empty.var, empty.world)) as site:
        yield site


def test_it_answers_that_it_is_healthy(site: Site) -> None:
    answer = site.get("/healthz")

    assert answer.status == 200
    assert json.loads(answer.text) == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}


def test_it_runs_web_and_two_workers(site: Site) -> None:
    assert all(site.child(name) for name in ("web", "interactive", "batch"))


@pytest.mark.parametrize("name", ["web", "interactive", "batch"])
def test_it_starts_a_killed_process_again(site: Site, name: str) -> None:
    killed = site.kill(name)

    wait_until(lambda: site.child(name) not in (0, killed))
    wait_until(site.is_healthy)
    assert killed not in site.processes()


def test_a_killed_batch_worker_takes_its_beat_along(site: Site) -> None:
    wait_until(lambda: len(beats(site)) == 2)
    killed = site.kill("batch")

    wait_until(lambda: site.child("batch") not in (0, killed))
    wait_until(lambda: len(beats(site)) == 2)


def beats(site: Site) -> list[int]:
    """The batch worker and the beat that it forked."""
    return [pid for pid, command in site.processes().items() if "--beat" in command]


def test_static_files_carry_the_security_headers_and_a_long_life(site: Site) -> None:
    manifest = json.loads((site.var / "static" / "staticfiles.json").read_text())
    answer = site.get(f"/static/{manifest['paths']['vendor/plotly.min.js']}")

    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "immutable" in answer.headers["Cache-Control"]


def test_it_refuses_a_second_supervisor_on_the_same_folder(own_site: Site) -> None:
    second = serve(own_site, port=own_site.port)

    assert second.returncode == 1
    assert f"already runs from {own_site.var}" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(own_site: Site, number: int) -> None:
    wait_until(lambda: len(own_site.processes()) == 6)  # supervisor, gunicorn and its worker, two workers, beat

    assert own_site.stop(number) == 0
    assert own_site.processes() == {}


def test_a_killed_supervisor_leaves_no_process(own_site: Site) -> None:
    own_site.stop(signal.SIGKILL)

    wait_until(lambda: own_site.processes() == {})


def test_it_refuses_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken, worlds.embedded() as world:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = serve(Site(tmp_path, world), port=taken.getsockname()[1])

    assert refused.returncode == 1
    assert "cannot be used (Address already in use)" in refused.stderr


def serve(site: Site, *, port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    return subprocess.run(command, cwd=ROOT, env=site.environment, text=True, capture_output=True, check=False)
