"""run.py: what it says when it cannot go on, in one line each."""

from __future__ import annotations

import ast
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from tests.site_process import ROOT, wait_until

SCRIPT = ROOT / "run.py"
PIN = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.MULTILINE)


def python(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, text=True, capture_output=True, check=False)


def test_python_3_6_can_parse_it() -> None:
    assert ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6, 9), (3, 10, 14)])
def test_an_old_python_gets_one_line(version: tuple[int, int, int]) -> None:
    old = f"import runpy, sys; sys.version_info = {version}; runpy.run_path('run.py', run_name='__main__')"
    refused = python("-c", old)

    assert refused.returncode == 1
    assert refused.stderr == f"Ballast needs Python 3.11 or newer; this is Python 3.{version[1]}.\n"


def test_it_uses_the_standard_library_only() -> None:
    imports = [
        node for node in ast.walk(ast.parse(SCRIPT.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_port_in_use_gets_one_line_before_anything_is_made() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = python(SCRIPT, "--port", str(port))

    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} cannot be used (Address already in use): choose another with --port.\n"
    assert refused.stdout == ""


def test_a_port_that_is_no_port_gets_one_line() -> None:
    refused = python(SCRIPT, "--port", "99999")

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1


def test_a_failed_installation_tells_the_first_complaint_of_pip() -> None:
    complaint = "print('ERROR: No matching distribution found for amqp'); print('ERROR: more'); exit(1)"

    with pytest.raises(run.Refusal, match=r"is there a network\? pip says: No matching distribution found for amqp$"):
        run.follow([sys.executable, "-c", complaint], total=1)


def test_a_step_reports_whether_it_passed_and_what_it_printed() -> None:
    assert run.call([sys.executable, "-c", "print('well')"]) == (True, "well\n")
    assert run.call([sys.executable, "-c", "print('ill'); exit(3)"]) == (False, "ill\n")


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """A shell starts what it sends to the background with SIGINT ignored, and that is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_an_interrupted_step_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    child = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"

    with pytest.raises(KeyboardInterrupt):
        interrupt_step([sys.executable, "-c", parent], mark)

    wait_until(lambda: not Path("/proc", mark.read_text()).exists())


def interrupt_step(command: list[str], mark: Path) -> None:
    with run.started(command):
        wait_until(lambda: mark.exists() and mark.read_text())
        signal.raise_signal(signal.SIGINT)


def test_both_requirement_files_pin_the_same_versions_with_hashes() -> None:
    user, developer = ((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))

    assert dict(PIN.findall(user)).items() <= dict(PIN.findall(developer)).items()
    assert len(PIN.findall(user)) == len(re.findall(r"^[a-z0-9-]+==.*\\\n    --hash=sha256:", user, re.MULTILINE))
