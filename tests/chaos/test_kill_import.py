"""A worker killed while it reads or books a long file: done once after recovery, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.rows import Rows, Run
from tests.chaos.stepping import Stepper
from tests.holdings.importers.files import transactions
from tests.site_caller import Caller, Json
from tests.site_process import Site, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
ROWS = 2_500

# A moment of a booking, and at which attempt its run ends when the worker dies there
MOMENTS: dict[str, tuple[Callable[[Run], bool], int]] = {
    "just claimed": (lambda run: run.status == "running" and run.stage == "", 2),
    "preparing": (lambda run: run.status == "running" and run.stage == "Replay", 2),
    "writing": (lambda run: run.status == "running" and run.stage == "Write", 2),
    "just booked": (lambda run: run.status == "done", 1),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_worker_killed_while_it_books_a_long_file_books_it_once(
    name: str, site: Site, callers: list[Caller], rows: Rows
) -> None:
    moment, attempt = MOMENTS[name]
    caller = callers[list(MOMENTS).index(name)]
    account = caller.get("accounts")[0]
    batch = read(site, caller, account)
    before = booked(rows)
    stepper = Stepper(idle_worker(site))
    caller.post(f"imports/{batch['uuid']}/confirm")
    assert stepper.kill_when(
        lambda: moment(rows.newest_run("import")), lambda: rows.newest_run("import").status == "done"
    )
    wait_until(lambda: status(caller, batch) == "confirmed", seconds=120)
    assert booked(rows) - before == ROWS
    assert rows.newest_run("import").attempt == attempt


def test_a_worker_killed_while_it_reads_a_long_file_reads_it_once(
    site: Site, callers: list[Caller], rows: Rows
) -> None:
    caller = callers[-1]
    stepper = Stepper(idle_worker(site))
    batch = upload(caller, caller.get("accounts")[0])
    stepper.kill_when(
        lambda: rows.newest_run("import").stage == "Check", lambda: rows.newest_run("import").status == "done"
    )
    wait_until(lambda: status(caller, batch) == "preview", seconds=120)
    kept = "SELECT count(*) FROM holdings_importrow WHERE batch_id = (SELECT max(id) FROM holdings_import)"
    assert rows.one(kept) == ROWS


def read(site: Site, caller: Caller, account: Json) -> Json:
    batch = upload(caller, account)
    wait_until(lambda: status(caller, batch) == "preview", seconds=60)
    return batch


def upload(caller: Caller, account: Json) -> Json:
    """Deposits, each of another amount."""
    lines = [f"12/20/2022|MoneyLink Transfer||Tfr BANK||||${number}.00" for number in range(1, ROWS + 1)]
    return caller.upload(account["uuid"], "long.csv", transactions(*lines))


def status(caller: Caller, batch: Json) -> str:
    return next(each["status"] for each in caller.get("imports") if each["uuid"] == batch["uuid"])


def booked(rows: Rows) -> int:
    count: int = rows.one("SELECT count(*) FROM holdings_transaction WHERE source = 'import'")
    return count


def idle_worker(site: Site) -> int:
    return site.living("interactive")
