"""Tests marked `both_databases` ran on this run's database; here they run once more, on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests import worlds
from tests.site_process import ROOT


@pytest.mark.services
@pytest.mark.timeout(900)
def test_marked_tests_pass_on_postgresql(figure: Callable[[str], None]) -> None:
    environment = {**worlds.clean_environment(), "DATABASE_URL": worlds.new_database_url()}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "both_databases", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout
    figure(f"on PostgreSQL once more: {done.stdout.splitlines()[-1].strip('= ')}")
