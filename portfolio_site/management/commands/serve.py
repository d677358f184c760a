"""manage.py serve: the web server and two Celery workers on one machine, watched and restarted."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portfolio_site.supervisor import Child, Supervisor

HOST = "127.0.0.1"
START_LIMIT = 60.0
WORKER_FLAGS = ("--pool=solo", "--loglevel=INFO", "--without-gossip", "--without-mingle", "--without-heartbeat")


def web_command(port: int) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "python:portfolio_site.gunicorn_conf", "-b", f"{HOST}:{port}"]


def worker_command(queue: str, *more: str) -> list[str]:
    celery = [sys.executable, "-m", "celery", "-A", "portfolio_site", "worker"]
    return [*celery, *WORKER_FLAGS, "-Q", queue, "-n", f"{queue}@%h", *more]


def children(port: int) -> list[Child]:
    commands = {
        "web": web_command(port),
        "interactive": worker_command("interactive"),
        "batch": worker_command("batch", "--beat"),
    }
    environment = {**os.environ, "BALLAST_VAR": str(settings.VAR_DIR)}
    signals = {"web": signal.SIGTERM}
    return [
        Child(
            name,
            command,
            settings.VAR_DIR / "log" / f"{name}.log",
            environment,
            death_signal=signals.get(name, signal.SIGKILL),
        )
        for name, command in commands.items()
    ]


def refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from error


def hold_lock(folder: Path) -> IO[str]:
    """Return the open lock file: two supervisors on one folder would ring every job twice."""
    file = (folder / "serve.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise CommandError(f"Ballast already runs from {folder}: stop it first, or set BALLAST_VAR.") from error
    return file


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Serve Ballast on this machine: web, interactive worker, batch worker with beat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare", action="store_true", help="run manage.py prepare first")

    def handle(self, *args: Any, port: int, prepare: bool, **options: Any) -> None:
        with hold_lock(settings.VAR_DIR):
            refuse_used_port(port)
            if prepare:
                self.prepare()
            self.stdout.write("Starting the web server and two workers")
            self.stdout.flush()
            Supervisor(children(port)).run(Announcement(self, port))
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        self.stdout.write("Preparing the database, the static files and the sample household")
        self.stdout.flush()
        try:
            call_command("prepare")
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        finally:
            connections.close_all()


class Announcement:
    """Say once that the site answers, or give up when it does not in time."""

    def __init__(self, command: BaseCommand, port: int) -> None:
        self.command, self.port = command, port
        self.deadline = time.monotonic() + START_LIMIT
        self.made = False

    def __call__(self) -> None:
        if self.made:
            return
        if is_healthy(self.port):
            self.made = True
            self.announce()
        elif time.monotonic() > self.deadline:
            raise CommandError(f"The site does not answer: see {settings.VAR_DIR / 'log' / 'web.log'}.")

    def announce(self) -> None:
        write = self.command.stdout.write
        write(f"Ballast is at http://{HOST}:{self.port}")
        password = settings.VAR_DIR / "demo-password"
        if password.exists():
            write(f"Sign in to the demo as demo@ballast.local with the password {password.read_text().strip()}")
        write("Ctrl-C stops it.")
        self.command.stdout.flush()
