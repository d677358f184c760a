"""Tests marked `both_databases` ran on this run's database; here they run once more, on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests import worlds
from tests.prepared import PreparedSites
from tests.site_process import ROOT


@pytest.mark.services
@pytest.mark.timeout(900)
def test_marked_tests_pass_on_postgresql(prepared: PreparedSites, figure: Callable[[str], None]) -> None:
    database, template = worlds.database_url(worlds.new_name()), prepared.model("production").database
    environment = {**worlds.clean_environment(), "DATABASE_URL": database, "TEST_DATABASE_TEMPLATE": template}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "both_databases", "-p", "no:cacheprovider", "-n", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout
    figure(f"on PostgreSQL once more: {done.stdout.splitlines()[-1].strip('= ')}")
