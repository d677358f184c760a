"""Whenever workers are killed, each run is finished once: none is lost, none is doubled."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Callable

import pytest

from tests.chaos.rows import Rows, Run
from tests.chaos.stepping import Stepper
from tests.site_caller import Caller, Json
from tests.site_process import Site, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
TRIES = 20
KILLS = 3

# A moment of a proposal, and at which attempt its run ends when the worker dies there
MOMENTS: dict[str, tuple[Callable[[Run], bool], int]] = {
    "just claimed": (lambda run: run.status == "running" and run.stage == "", 2),
    "reading inputs": (lambda run: run.stage == "Inputs" and not run.has_snapshot, 2),
    "computing": (lambda run: run.stage == "Rebalance" and run.has_snapshot, 2),
    "about to finish": (lambda run: run.status == "running" and run.stage == "Reasons", 2),
    "just finished": (lambda run: run.status == "done", 1),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(
    name: str, site: Site, callers: list[Caller], rows: Rows, figure: Callable[[str], None]
) -> None:
    moment, attempt = MOMENTS[name]
    caller = callers[0]
    run = killed_at(moment, site, caller, rows)
    start = time.monotonic()
    wait_until(lambda: caller.run(run)["status"] == "done", seconds=60)
    assert newest(rows).attempt == attempt
    took = time.monotonic() - start
    wait_until(rows.are_idle, seconds=60)
    each = rows.ends()
    assert len(set(each.values())) == 1, each
    figure(f"worker killed while {name}: run done {took:.0f} s later, attempt {attempt}")


def killed_at(moment: Callable[[Run], bool], site: Site, caller: Caller, rows: Rows) -> Json:
    """The run whose worker was killed in the moment; runs that passed it unseen have ended and count too."""
    for _ in range(TRIES):
        stepper = Stepper(idle_worker(site))
        run = caller.post("runs", 202, key=str(uuid.uuid4()))
        if stepper.kill_when(lambda: moment(newest(rows)), lambda: newest(rows).status == "done"):
            return run
    raise AssertionError(f"the moment was missed {TRIES} times")


def newest(rows: Rows) -> Run:
    return rows.newest_run("propose")


def idle_worker(site: Site) -> int:
    return site.living("interactive")


def test_six_runs_outlive_three_deaths_of_all_workers_and_one_of_the_supervisor(
    site: Site, callers: list[Caller], rows: Rows, figure: Callable[[str], None]
) -> None:
    restart(site)
    before, start = rows.ends(), time.monotonic()
    runs = [caller.post("runs", 202, key=str(uuid.uuid4())) for caller in callers]
    for _ in range(KILLS):
        wait_for_a_claim(rows)
        for name in ("interactive", "batch"):
            wait_until(lambda name=name: site.child(name))
            site.kill(name)
    wait_for_a_claim(rows)
    restart(site, signal.SIGKILL)
    wait_until(lambda: all(c.run(run)["status"] == "done" for c, run in zip(callers, runs, strict=True)), seconds=120)
    took = time.monotonic() - start
    wait_until(rows.are_idle, seconds=120)
    gained = {name: count - before[name] for name, count in rows.ends().items()}
    assert gained == dict.fromkeys(gained, len(runs))
    figure(f"6 runs, workers killed 3 times and the supervisor once: 6 done in {took:.0f} s")


def wait_for_a_claim(rows: Rows) -> None:
    """Until a worker has taken the run of a proposal, or taken one again."""
    claims = "SELECT sum(attempt) FROM optimizer_run WHERE kind = 'propose'"
    seen = rows.one(claims)
    wait_until(lambda: rows.one(claims) > seen, seconds=60)


def restart(site: Site, number: int = signal.SIGTERM) -> None:
    """A supervisor that starts anew has forgotten how often its children died."""
    site.stop(number)
    wait_until(lambda: not site.processes())
    site.start()
