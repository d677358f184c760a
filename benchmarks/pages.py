"""Queries, milliseconds (median of twenty) and size of each page, in this process.

    python benchmarks/pages.py          the sample household
    python benchmarks/pages.py large    200 synthetic instruments over 20 years, made and valued first where missing

Set BALLAST_VAR to the folder of benchmarks/valuations.py to use the household that it made.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portfolio_site.settings"
os.environ.setdefault("BALLAST_VAR", tempfile.mkdtemp(prefix="ballast-pages-"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import runs
from accounts.models import Household, Run
from holdings.reports import store as reports
from holdings.valuations.store import behind, revalue
from optimizer import tasks
from optimizer.selectors import current_version

ROUNDS = 20
PAGES = (
    "overview",
    "performance",
    "holdings",
    "transactions",
    "gains",
    "imports",
    "goals",
    "policy_edit",
    "proposals",
    "orders",
    "activity",
    "data",
    "settings",
)


def sample() -> Household:
    """The sample household with one proposal."""
    call_command("prepare", verbosity=0)
    house = Household.objects.get()
    version = current_version(house)
    assert version is not None
    run = runs.request(
        household=house, user=None, kind=Run.Kind.PROPOSE, key=house.uuid, params={"version": str(version.uuid)}
    )
    tasks.run(run.pk)
    return house


def large() -> Household:
    """The household of benchmarks/valuations.py, with its values and reports."""
    call_command("prepare", "--without-sample", verbosity=0)
    name = "Synthetic 20"
    if not Household.objects.filter(name=name).exists():
        size = {"accounts": 4, "holdings": 200, "transactions": 20_000, "years": 20, "seed": 20}
        call_command("make_household", **size, verbosity=0)
    for account in behind():
        revalue(account)
    house = Household.objects.get(name=name)
    reports.refresh(house)
    return house


def measure(client: Client, path: str) -> tuple[int, float, int]:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, path
    count = len(queries)
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(path)
        seconds.append(time.perf_counter() - start)
    return count, statistics.median(seconds) * 1000, len(answer.content)


def main() -> None:
    house = large() if sys.argv[1:] == ["large"] else sample()
    client = Client(headers={"host": "localhost"})
    client.force_login(house.memberships.get().user)
    paths = {name: reverse(name, args=[house.uuid]) for name in PAGES}
    account = house.brokerage_accounts.earliest("id")
    paths["account"] = reverse("account", args=[house.uuid, account.uuid])
    paths["lot"] = reverse("lot", args=[house.uuid, account.lots.earliest("id").key])
    paths["performance, all"] = paths["performance"] + "?period=All"
    paths["overview, all"] = paths["overview"] + "?period=All"
    if run := house.runs.first():
        paths["proposal"] = reverse("proposal", args=[house.uuid, 1])
        paths["run"] = reverse("run", args=[house.uuid, run.uuid])
    print(f"{'page':<18}{'queries':>8}{'ms':>8}{'kB':>8}")
    for name, path in paths.items():
        queries, milliseconds, size = measure(client, path)
        print(f"{name:<18}{queries:>8}{milliseconds:>8.0f}{size / 1000:>8.0f}")


if __name__ == "__main__":
    main()
