"""Keep a set of processes alive until asked to stop, and leave none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

TICK = 0.1
GRACE = 8.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
SETTLED = 30.0
LOG_LIMIT = 5_000_000
PR_SET_PDEATHSIG = 1


def dying_with_parent(death_signal: int) -> Callable[[], None] | None:
    """Return what a child runs before exec so that the kernel signals it when the supervisor dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, death_signal)


def open_log(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


@dataclass
class Child:
    """One process to keep alive: started in a session of its own, started again after a growing delay."""

    name: str
    command: Sequence[str]
    log_path: Path
    environment: Mapping[str, str]
    death_signal: int = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = field(default=0.0)
    due: float = 0.0

    def start(self, now: float) -> None:
        output = open_log(self.log_path)
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=dying_with_parent(self.death_signal),
        )
        os.close(output)
        self.started = now

    def look_after(self, now: float) -> None:
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif self.process.poll() is not None:
            self.plan_restart(now)

    def plan_restart(self, now: float) -> None:
        assert self.process is not None  # noqa: S101
        self.failures = 0 if now - self.started > SETTLED else self.failures + 1
        delay = min(FIRST_DELAY * 2 ** max(self.failures - 1, 0), LONGEST_DELAY)
        log.warning("process ended", process=self.name, status=self.process.returncode, restart_in=delay)
        self.signal_group(signal.SIGKILL)
        self.process, self.due = None, now + delay

    def signal_group(self, number: int) -> None:
        """Signal the process and all that it forked."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def stop(self, deadline: float) -> None:
        """Wait for the end until the deadline, then kill; what it forked goes with it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            log.warning("process killed: it did not stop in time", process=self.name)
        self.signal_group(signal.SIGKILL)
        self.process.wait()


class Supervisor:
    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = threading.Event()

    def ask_to_stop(self, *signal_and_frame: object) -> None:
        self.stopping.set()

    def run(self, on_tick: Callable[[], None]) -> None:
        """Keep every child alive until SIGTERM, SIGINT or SIGHUP, or until on_tick raises; then stop them all."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    child.look_after(time.monotonic())
                on_tick()
                self.stopping.wait(TICK)
        finally:
            self.stop_all()

    def stop_all(self) -> None:
        deadline = time.monotonic() + GRACE
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in self.children:
            child.stop(deadline)
