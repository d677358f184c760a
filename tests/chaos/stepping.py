"""A process run in slices of a millisecond: stopped, looked at, and killed at the moment that is asked for."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLICE = 0.001
LONGEST = 60.0


@contextmanager
def held_back(process: int, is_writing: Callable[[], bool]) -> Iterator[None]:
    """Stops a process at a moment at which nobody writes: else it kept all others out for as long as it stands."""
    os.kill(process, signal.SIGSTOP)
    try:
        while is_writing():
            os.kill(process, signal.SIGCONT)
            time.sleep(SLICE)
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        os.kill(process, signal.SIGCONT)


class Stepper:
    """Stops a process and all that it forked, then lets it run slice by slice; each ends with a look at it."""

    def __init__(self, pid: int) -> None:
        assert pid > 1, "there is no such process"
        self.group = os.getpgid(pid)
        self.signal(signal.SIGSTOP)

    def signal(self, number: int) -> None:
        os.killpg(self.group, number)

    def kill_when(self, moment: Callable[[], bool], too_late: Callable[[], bool]) -> bool:
        """SIGKILL at the first slice that ends in the moment; False, and running on, where it was missed."""
        deadline = time.monotonic() + LONGEST
        while not (missed := too_late()) or moment():
            if moment():
                self.signal(signal.SIGKILL)
                return True
            assert time.monotonic() < deadline, f"neither the moment nor its end came within {LONGEST} s"
            self.signal(signal.SIGCONT)
            time.sleep(SLICE)
            self.signal(signal.SIGSTOP)
        self.signal(signal.SIGCONT)
        return not missed
