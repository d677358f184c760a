"""manage.py prepare: bring a folder or a server up to date; run again, it changes nothing and is quick."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from portfolio_site.health import check_broker

UNUSED_ASSETS = ["rest_framework"]  # of the browsable API, which this site does not serve


def static_fingerprint() -> str:
    """Return a hash that changes when any static file is added, removed or edited."""
    listed = [
        f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}"
        for finder in get_finders()
        for path, storage in finder.list(UNUSED_ASSETS)
    ]
    return hashlib.sha256("\n".join(sorted(listed)).encode()).hexdigest()


def collect_static() -> None:
    stamp = settings.STATIC_ROOT / ".fingerprint"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=UNUSED_ASSETS)
    stamp.write_text(fingerprint)


class Command(BaseCommand):
    help = "Migrate, make the cache table and the queues, collect static files, load the sample household."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-sample", action="store_true", help="leave out the sample household")

    def handle(self, *args: Any, without_sample: bool, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        check_broker()
        collect_static()
        if not without_sample:
            call_command("load_sample", stdout=self.stdout)
