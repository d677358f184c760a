"""What a test may leave out, and that CI accepts nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import worlds
from tests.site_process import ROOT

TESTS = """
import pytest

def test_skips_quietly(): pytest.skip("not today")

@pytest.mark.skip(reason="not today")
def test_is_marked_to_skip(): pass

def test_lacks_a_service(): pytest.skip("missing service: x")

def test_lacks_a_browser(): pytest.skip("missing browser: x")

def test_lacks_data(): pytest.skip("../shared/data is absent")

@pytest.mark.services
def test_needs_services(): pass

@pytest.mark.browser
def test_needs_a_browser(): pass

@pytest.mark.xfail
def test_is_expected_to_fail(): assert False
"""
MACHINE_WITHOUT_ANYTHING = {
    "TEST_DATABASE_URL": "postgres://postgres@127.0.0.1:1/postgres",
    "BALLAST_CHROMIUM": "",
    "PATH": "",
}


def run_suite(folder: Path, ci: str) -> str:
    """Run the tests above under this suite's rules in a process of its own, on a machine without services."""
    (folder / "test_some.py").write_text(TESTS)
    (folder / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    rules = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(folder),
        "--continue-on-collection-errors",
        str(folder),
    ]
    world = {**worlds.clean_environment(), **MACHINE_WITHOUT_ANYTHING, "CI": ci}
    return subprocess.run([*command, *rules], cwd=ROOT, env=world, text=True, capture_output=True, check=False).stdout


@pytest.fixture(scope="module")
def in_ci(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_suite(tmp_path_factory.mktemp("ci"), ci="true")


@pytest.mark.parametrize("outcome", ["test_skips_quietly FAILED", "test_is_marked_to_skip ERROR"])
def test_ci_fails_on_a_quiet_skip(in_ci: str, outcome: str) -> None:
    assert f"::{outcome}" in in_ci
    assert "a reason that CI does not accept: Skipped: not today" in in_ci


def test_ci_fails_on_a_module_left_out(in_ci: str) -> None:
    assert "ERROR collecting test_module.py" in in_ci
    assert "could not import 'no_such_module'" in in_ci


@pytest.mark.parametrize("name", ["test_lacks_a_service", "test_lacks_a_browser", "test_lacks_data"])
def test_ci_accepts_what_a_machine_lacks(in_ci: str, name: str) -> None:
    assert f"::{name} SKIPPED" in in_ci


def test_an_expected_failure_is_no_skip(in_ci: str) -> None:
    assert "::test_is_expected_to_fail XFAIL" in in_ci


def test_what_a_machine_lacks_is_named(in_ci: str) -> None:
    assert "missing service: PostgreSQL at postgres@127.0.0.1:1" in in_ci
    assert "missing browser: no Chromium on the path" in in_ci


def test_elsewhere_a_quiet_skip_is_shown_and_passes(tmp_path: Path) -> None:
    assert "8 skipped, 1 xfailed" in run_suite(tmp_path, ci="").splitlines()[-1]
