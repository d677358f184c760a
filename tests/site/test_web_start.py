"""A web process starts without what only workers need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.site_process import ROOT
from tests.worlds import clean_environment

HEAVY = {"pandas", "scipy", "cvxpy", "piqp", "clarabel", "highspy", "arch", "exchange_calendars", "plotly", "typst"}
START = """
import json, sys, time
start = time.perf_counter()
from portfolio_site.wsgi import application
from django.urls import get_resolver
assert get_resolver().url_patterns
names = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"seconds": time.perf_counter() - start, "modules": len(sys.modules), "packages": sorted(names)}))
"""


def test_a_web_process_loads_no_solver_and_no_panel_library(tmp_path: Path, figure: Callable[[str], None]) -> None:
    environment = {**clean_environment(), "BALLAST_VAR": str(tmp_path)}
    command = [sys.executable, "-c", START]
    printed = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True).stdout
    loaded = json.loads(printed)

    assert HEAVY.isdisjoint(loaded["packages"])
    figure(f"web process start: {loaded['seconds']:.2f} s, {loaded['modules']} modules")
