#!/usr/bin/env python3
"""Start Ballast, or test it: python3 run.py [--port 8000], python3 run.py test [pytest arguments].

Standard library only. The file must parse on Python 3.6, so that an old Python gets a sentence and not a traceback.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Ballast needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Refusal(Exception):
    """One line for the user: what is wrong and what to do."""


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def started(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, output: int | None = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Start a step in a session of its own; when this process is interrupted, end it and all that it started."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        yield process
        process.wait()
    except BaseException:
        end(process)
        raise


def end(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def call(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> tuple[bool, str]:
    """Run a step to its end; return whether it passed, and what it printed."""
    with started(command, environment) as process:
        printed = process.communicate()[0]
    return process.returncode == 0, printed


def works(*command: str | Path) -> bool:
    try:
        return call(command)[0]
    except OSError:
        return False


# The virtual environment


def make_venv() -> None:
    """Make .venv with what this machine has, in the order of docs/decisions/0001-set-up.md."""
    if works(PYTHON, "-m", "pip", "--version") or (works(PYTHON, "--version") and has_system_pip()):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"Making {VENV.name}")
    for attempt in (venv_with_pip, venv_without_pip, virtualenv, venv_after_apt):
        if attempt():
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise Refusal(
        "This Python has no ensurepip, pip or virtualenv: install the package python3-venv, then run this again."
    )


def venv_with_pip() -> bool:
    return works(sys.executable, "-c", "import ensurepip") and works(sys.executable, "-m", "venv", VENV)


def has_system_pip() -> bool:
    return works(sys.executable, "-m", "pip", "--python", PYTHON, "--version")


def venv_without_pip() -> bool:
    return works(sys.executable, "-m", "venv", "--without-pip", VENV) and has_system_pip()


def virtualenv() -> bool:
    return works(sys.executable, "-m", "virtualenv", VENV)


def venv_after_apt() -> bool:
    return apt_install("python3-venv") and venv_with_pip()


def apt_install(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing the system packages {' '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update", "-q"], quiet)
    return call(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], quiet)[0]


def pip() -> list[str | Path]:
    if works(PYTHON, "-m", "pip", "--version"):
        return [PYTHON, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", PYTHON]


# The pinned requirements


def stamp_of(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()


def install(name: str) -> None:
    """Install a pinned and hashed requirements file into .venv, once for each state of the file."""
    requirements = ROOT / name
    stamp = VENV / f".{name}.stamp"
    if stamp.exists() and PYTHON.exists() and stamp.read_text() == stamp_of(requirements):
        return
    make_venv()
    total = sum(1 for line in requirements.read_text().splitlines() if "==" in line and line[0].isalnum())
    say(f"Installing {total} pinned packages from {name}")
    start = time.monotonic()
    follow(
        [*pip(), "install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "-r", requirements], total
    )
    stamp.write_text(stamp_of(requirements))
    say(f"Installed in {time.monotonic() - start:.0f} s")


def follow(command: list[str | Path], total: int) -> None:
    """Run pip with a counter instead of its own output; when it fails, tell its last complaint in one line."""
    seen, complaint = 0, ""
    with started(command) as process:
        for line in process.stdout or ():
            if line.startswith(("Collecting", "Processing", "Requirement already")):
                seen += 1
                show_progress(seen, total, re.split(r"==|-\d", Path(line.split()[1]).name)[0])
            elif line.startswith("Installing collected"):
                show_progress(total, total, "unpacking")
            elif line.startswith("ERROR"):
                complaint = complaint or line[6:].strip()
    if process.returncode != 0:
        raise Refusal(f"The packages could not be installed; is there a network? pip says: {complaint[:200]}")


def show_progress(done: int, total: int, name: str) -> None:
    if sys.stdout.isatty():
        end = "\n" if name == "unpacking" else ""
        print(f"\r\033[K  {done}/{total} {name}", end=end, flush=True)
    elif done % 10 == 0 or name == "unpacking":
        say(f"  {done}/{total} {name}")


# Serving the demo


def refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise Refusal(f"Port {port} cannot be used ({reason}): choose another with --port.") from None


def serve(port: int) -> None:
    refuse_used_port(port)
    install("requirements.txt")
    os.chdir(ROOT)
    os.environ.setdefault("DEMO", "1")
    # Becoming the supervisor, so that signals reach it and no parent is left to die before it.
    os.execv(PYTHON, [str(PYTHON), "manage.py", "serve", "--prepare", "--port", str(port)])  # noqa: S606


# Testing


@dataclass(frozen=True)
class Check:
    """One step of the tests: its name in the summary, its command, what it needs in the environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


PRODUCTION = {
    "HTTPS": "1",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "ballast.example.org",
    "DATABASE_URL": "postgres://ballast@127.0.0.1/ballast",
    "CELERY_BROKER_URL": "redis://127.0.0.1/0",
}
CHECKS = (
    Check("ruff check", ("ruff", "check", "--no-cache")),
    Check("ruff format", ("ruff", "format", "--check", "--no-cache")),
    Check("mypy", ("mypy", ".")),
    Check("import contracts", ("lint-imports",)),
    Check("migrations complete", ("python", "manage.py", "makemigrations", "--check", "--dry-run")),
    Check("production settings", ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
)


def find_browser() -> str:
    """Return the path of Chromium, installed where that is possible, or nothing."""
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found and apt_install("chromium", "fonts-liberation"):
        found = shutil.which("chromium") or ""
    if not found:
        say("No Chromium here and no way to install it: the browser tests (tests/browser) are skipped.")
    return found


def run_check(check: Check) -> bool:
    start = time.monotonic()
    program, *arguments = check.command
    passed, printed = call([VENV / "bin" / program, *arguments], check.environment)
    report(check.name, passed, start)
    if not passed:
        say(printed)
    return passed


def run_pytest(arguments: list[str], browser: str) -> bool:
    start = time.monotonic()
    count = min(os.cpu_count() or 1, 4)
    command: list[str | Path] = [PYTHON, "-m", "pytest", "-n", str(count), *arguments]
    with started(command, {"BALLAST_CHROMIUM": browser, "PYTHONUNBUFFERED": "1"}, output=None) as process:
        pass
    report("pytest", process.returncode == 0, start)
    return process.returncode == 0


def report(name: str, passed: bool, start: float) -> None:
    say(f"{'passed' if passed else 'FAILED'}  {time.monotonic() - start:6.1f} s  {name}")


def test(arguments: list[str]) -> None:
    start = time.monotonic()
    install("requirements-dev.txt")
    browser = find_browser()
    results = {check.name: run_check(check) for check in CHECKS}
    results["pytest"] = run_pytest(arguments, browser)
    failed = [name for name, passed in results.items() if not passed]
    verdict = f"failed: {', '.join(failed)}" if failed else "everything passed"
    say(f"{len(results)} steps in {time.monotonic() - start:.0f} s, {verdict}")
    sys.exit(1 if failed else 0)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Start Ballast on this machine.", epilog="python3 run.py test: run the tests"
    )
    parser.add_argument("--port", type=int, default=8000, help="the port of the web server (8000)")
    return parser.parse_args(arguments)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if sys.argv[1:2] == ["test"]:
            test(sys.argv[2:])
        serve(parse(sys.argv[1:]).port)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
