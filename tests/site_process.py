"""A site of its own for a test: manage.py serve on a free port, in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from portfolio_site.supervisor import dying_with_parent
from tests.worlds import World

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "stone-ballast-keel"
EMAIL = "demo@ballast.local"


def wait_until(condition: Callable[[], object], *, seconds: float = 30) -> None:
    """Return as soon as the condition holds; fail when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Answer:
    status: int
    headers: Message
    text: str


@dataclass
class Site:
    """One site: its folder, its environment and, while it runs, its supervisor."""

    var: Path
    world: World
    port: int = field(default_factory=free_port)
    supervisor: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """The name of its PostgreSQL database, or nothing where it stands on files."""
        return urlsplit(self.world.get("DATABASE_URL", "")).path[1:]

    @property
    def environment(self) -> World:
        return {**self.world, "BALLAST_VAR": str(self.var)}

    def manage(self, *arguments: str) -> str:
        """Run a management command in this site's world and return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, text=True, check=False, stdout=-1, stderr=subprocess.STDOUT
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def prepare(self, *, sample: bool = True) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        (self.var / "demo-password").write_text(PASSWORD)
        self.manage("prepare", *([] if sample else ["--without-sample"]))

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with (self.var / "serve.log").open("ab") as log:
            self.supervisor = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGTERM),
            )
        wait_until(self.is_healthy, seconds=60)

    def is_healthy(self) -> bool:
        assert self.supervisor is not None
        assert self.supervisor.poll() is None, (self.var / "serve.log").read_text()
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def get(self, path: str) -> Answer:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())

    def processes(self) -> dict[int, str]:
        """Return every living process that was started for this folder, with its command line."""
        mine = f"BALLAST_VAR={self.var}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def child(self, name: str) -> int:
        """Return the id of the supervisor's child `web`, `interactive` or `batch`, or 0 while there is none."""
        assert self.supervisor is not None
        mark = "gunicorn" if name == "web" else f"-n {name}@"
        children = Path(f"/proc/{self.supervisor.pid}/task/{self.supervisor.pid}/children").read_text().split()
        return next((int(pid) for pid in children if mark in self.processes().get(int(pid), "")), 0)

    def living(self, name: str, dead: int = 0) -> int:
        """Wait for a child that lives and is not the one that was killed, and return its id."""
        found = 0

        def lives() -> bool:
            nonlocal found
            found = self.child(name)
            return found not in {0, dead}

        wait_until(lives)
        return found

    def kill(self, name: str) -> int:
        """SIGKILL a child and return its id."""
        pid = self.child(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the supervisor, wait for its end and return its exit status."""
        assert self.supervisor is not None
        self.supervisor.send_signal(number)
        return self.supervisor.wait(timeout=30)

    def running(self) -> bool:
        return self.supervisor is not None and self.supervisor.poll() is None


@contextmanager
def running(var: Path, world: World, *, sample: bool = True) -> Iterator[Site]:
    """Prepare a folder and serve it."""
    site = Site(var, world)
    site.prepare(sample=sample)
    with serving(site):
        yield site


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    try:
        site.start()
        yield site
    finally:
        if site.running():
            site.stop()
