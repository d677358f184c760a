"""While the batch queue is full of walk-forwards that nobody gets to, the watch looks at results and ends."""

from __future__ import annotations

import uuid

import pytest

from tests.chaos.rows import Rows, queues_are_written
from tests.chaos.stepping import held_back
from tests.site_caller import Caller
from tests.site_process import Site, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
STATES = "SELECT status FROM optimizer_run WHERE kind = '{kind}' AND parent_id IS NULL"


def test_the_watch_ends_while_walk_forwards_wait(site: Site, callers: list[Caller], rows: Rows) -> None:
    with held_back(site.living("batch"), lambda: rows.is_writing() or queues_are_written(site)):
        for caller in callers:
            caller.post("evidence", 202, part="walk-forward", key=str(uuid.uuid4()))
        asked = callers[0].post("evidence", 202, part="watch", key=str(uuid.uuid4()))
        wait_until(lambda: callers[0].run(asked)["status"] not in {"queued", "running"})
        ended = callers[0].run(asked)
        assert (ended["status"], ended["error"]) == ("done", "")
        assert [status for (status,) in rows.all(STATES.format(kind="evidence"))] == ["queued"] * len(callers)
