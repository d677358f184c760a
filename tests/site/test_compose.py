"""docker-compose.yml without a container engine: every command and health check runs against the machine's services."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from portfolio_site.supervisor import dying_with_parent
from tests import worlds
from tests.site_process import ROOT, free_port, wait_until
from tests.worlds import World

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COLLECT = re.findall(r"python manage.py collectstatic[^\\]+", DOCKERFILE)[0].split()  # what the image runs when built
DOTENV = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "ballast.example.org", "POSTGRES_PASSWORD": "unused"}


def substitute(value: str) -> str:
    """Fill in ${NAME:?complaint} and ${NAME:-default} the way compose does."""
    return re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda match: DOTENV.get(match[1], ""), value)


def local(words: list[str], port: int) -> list[str]:
    """Return a command of the image with this machine's Python, its own port and one address."""
    moved = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace(":8000/", f":{port}/") for word in words]
    program = Path(sys.executable).parent / moved[0]
    return [str(program) if program.exists() else moved[0], *moved[1:]]


def health_check(name: str, port: int) -> list[str]:
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    return local(
        shlex.split(words[0].replace("$$HOSTNAME", os.uname().nodename)) if kind == "CMD-SHELL" else words, port
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with worlds.production() as services:
        configured = {name: substitute(value) for name, value in SERVICES["web"]["environment"].items()}
        var = {"BALLAST_VAR": str(tmp_path_factory.mktemp("compose"))}
        environment = {**configured, **services, **var}
        for command in (COLLECT, SERVICES["migrate"]["command"]):
            subprocess.run(local(command, 0), cwd=ROOT, env=environment, check=True)
        yield environment


@contextmanager
def started(name: str, world: World, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = local(SERVICES[name]["command"], port)
    process = subprocess.Popen(command, cwd=ROOT, env=world, preexec_fn=dying_with_parent(signal.SIGKILL))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_well(name: str, world: World, port: int) -> bool:
    return (
        subprocess.run(health_check(name, port), cwd=ROOT, env=world, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.services
@pytest.mark.parametrize("name", ["web", "worker-interactive", "worker-batch"])
def test_a_service_starts_and_its_health_check_passes(world: World, name: str) -> None:
    port = free_port()
    assert not is_well(name, world, port)

    with started(name, world, port):
        wait_until(lambda: is_well(name, world, port), seconds=90)


@pytest.mark.services
def test_the_web_service_sends_a_browser_to_https(world: World) -> None:
    port = free_port()
    with started("web", world, port):
        wait_until(lambda: is_well("web", world, port), seconds=90)
        plain, secure = ask(port, "http"), ask(port, "https")

    assert (plain.status, plain.headers["Location"]) == (301, f"https://127.0.0.1:{port}/accounts/login/")
    assert (secure.status, secure.headers["Strict-Transport-Security"]) == (200, "max-age=31536000; includeSubDomains")
    assert "__Host-csrf=" in secure.headers["Set-Cookie"]


def ask(port: int, scheme: str) -> http.client.HTTPResponse:
    """Ask for the sign-in page as a proxy would that was asked over the scheme."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/accounts/login/", headers={"X-Forwarded-Proto": scheme})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.services
@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_the_health_check_of_a_store_passes(name: str) -> None:
    if not shutil.which(client := health_check(name, 0)[0]):
        pytest.skip(f"missing service: {client}")
    address = urlsplit(worlds.DATABASE_URL)
    environment = {**os.environ, "PGHOST": str(address.hostname), "PGPORT": str(address.port or 5432)}

    assert is_well(name, environment, 0)


def test_every_service_is_started_again_and_checked_except_the_migration() -> None:
    lasting = {name: service for name, service in SERVICES.items() if name != "migrate"}

    assert all(service["restart"] == "unless-stopped" for service in lasting.values())
    assert all("healthcheck" in service for service in lasting.values())


def test_nothing_listens_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published == ["127.0.0.1:8000:8000"]


def test_the_image_copies_what_exists() -> None:
    copied = re.findall(r"^COPY (\S+)", DOCKERFILE, re.MULTILINE)

    assert {"manage.py", "portfolio_site", "accounts", "holdings", "optimizer", "templates", "static"} < set(copied)
    assert all((ROOT / name).exists() for name in copied)
