"""A walk-forward whose worker is killed again and again ends with the same numbers, bit for bit."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.chaos.rows import Rows
from tests.chaos.stepping import Stepper
from tests.site_caller import Caller
from tests.site_process import Site, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
KILLS = 3
MAKE = """
import json
from accounts import services
from tests import factories
from tests.optimizer import markets
made = []
for name in ("calm", "killed"):
    market = markets.market(factories.user(name), sessions=1040)
    token, secret = services.issue_token(household=market.house, user=market.alice, name="chaos", scope="write")
    made.append([str(market.house.uuid), secret])
print(json.dumps(made))
"""
FOUND = """
    SELECT result FROM optimizer_evidence JOIN accounts_household ON accounts_household.id = household_id
    WHERE optimizer_evidence.kind = 'walk_forward'
    AND replace(CAST(accounts_household.uuid AS text), '-', '') = '{household}'
"""
AT_WORK = """
    SELECT id FROM optimizer_run
    WHERE parent_id IS NOT NULL AND status = 'running' AND stage = 'Compute' AND attempt = 1
"""
PARTS = "SELECT status, attempt FROM optimizer_run WHERE parent_id IS NOT NULL"


@pytest.fixture(scope="module")
def callers(site: Site) -> list[Caller]:
    """Two households with equal holdings, prices and policies."""
    made = json.loads(site.manage("shell", "-c", MAKE).splitlines()[-1])
    callers = [Caller(site, household) for household, _ in made]
    for caller, (_, secret) in zip(callers, made, strict=True):
        caller.api.headers["Authorization"] = f"Bearer {secret}"
    return callers


def test_a_worker_killed_while_it_walks_changes_nothing(site: Site, callers: list[Caller], rows: Rows) -> None:
    calm, killed = callers
    asked = calm.post("evidence", 202, part="walk-forward", key=str(uuid.uuid4()))
    wait_until(lambda: calm.run(asked)["status"] == "done", seconds=120)
    asked = killed.post("evidence", 202, part="walk-forward", key=str(uuid.uuid4()))
    deaths: set[int] = set()
    worker = 0
    for _ in range(KILLS):
        worker = _kill(rows, deaths, site.living("batch", dead=worker))
    wait_until(lambda: killed.run(asked)["status"] == "done", seconds=180)
    parts = rows.all(PARTS)
    assert deaths
    assert [status for status, _ in parts] == ["done"] * 12
    assert sum(attempt - 1 for _, attempt in parts) == len(deaths)
    assert _found(rows, killed) == _found(rows, calm)


def _kill(rows: Rows, deaths: set[int], worker: int) -> int:
    """Kill the worker while it walks a path on which none has died, and note that path; returns who was killed."""
    if not Stepper(worker).kill_when(lambda: bool(_walking(rows) - deaths), rows.are_idle):
        return 0
    deaths |= _walking(rows)
    return worker


def _walking(rows: Rows) -> set[int]:
    return {run for (run,) in rows.all(AT_WORK)}


def _found(rows: Rows, caller: Caller) -> str:
    return str(rows.one(FOUND.format(household=caller.household.replace("-", ""))))
