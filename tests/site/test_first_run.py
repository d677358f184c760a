"""The first command as a newcomer runs it: a bare checkout, an almost empty environment, real packages."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site_process import ROOT, free_port, wait_until

LEFT_BEHIND = shutil.ignore_patterns(".venv", "var", ".git", ".*_cache", "__pycache__", ".hypothesis")
KEPT = ("HOME", "PATH")


def bare_environment() -> dict[str, str]:
    """Return next to nothing: where programs are, and how this machine's pip reaches its packages."""
    return {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("first") / "ballast"
    shutil.copytree(ROOT, target, ignore=LEFT_BEHIND)
    return target


class Run:
    """One `python3 run.py`, its printed lines and the seconds until it could be used."""

    def __init__(self, checkout: Path, port: int) -> None:
        self.log = checkout.parent / f"{time.monotonic_ns()}.log"
        command = ["python3", "run.py", "--port", str(port)]
        start = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=checkout, env=bare_environment(), stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self.is_ready, seconds=500)
        self.seconds = time.monotonic() - start

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return "Ctrl-C stops it." in self.log.read_text()

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=30)


@pytest.fixture
def start(checkout: Path) -> Iterator[Callable[[int], Run]]:
    runs: list[Run] = []

    def begin(port: int) -> Run:
        runs.append(Run(checkout, port))
        return runs[-1]

    yield begin
    for run in runs:
        run.kill()


def processes_of(checkout: Path) -> list[str]:
    mark = str(checkout).encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in command:
            found.append(command.decode())
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_serves_the_demo_at_first_and_again_in_seconds(
    checkout: Path, start: Callable[[int], Run], figure: Callable[[str], None]
) -> None:
    port = free_port()
    first = start(port)
    printed = first.log.read_text()
    password = (checkout / "var" / "demo-password").read_text().strip()

    assert f"Ballast is at http://127.0.0.1:{port}" in printed
    assert re.search(f"demo@ballast.local with the password {password}$", printed, re.MULTILINE)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as page:
        assert page.status == 200
    assert first.stop(signal.SIGINT) == 0
    assert processes_of(checkout) == []

    second = start(port)
    assert "Installing" not in second.log.read_text()
    assert (checkout / "var" / "demo-password").read_text().strip() == password
    assert second.stop(signal.SIGTERM) == 0
    assert processes_of(checkout) == []
    figure(f"python3 run.py: first {first.seconds:.0f} s, second {second.seconds:.1f} s")
