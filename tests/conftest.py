"""What every test stands on: both worlds, the reasons for which a test may be left out, figures worth a line."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from accounts import triggers
from tests import worlds
from tests.prepared import PreparedSites

CI = os.environ.get("CI") == "true"
PROPERTIES = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
"""How fast a property is tested says more of the machine than of the code."""
SHARED = pytest.StashKey[Path]()
LONG = ("chaos", "browser", "slow", "services")
MISSING = ("missing service", "missing browser", "../shared/data is absent")


def pytest_configure(config: pytest.Config) -> None:
    """Unit tests collect no static files, hash passwords quickly and ring no worker; threads share a database file."""
    hypothesis.settings.register_profile("any machine", PROPERTIES)
    hypothesis.settings.load_profile("any machine")
    shared = config.workerinput["shared"] if is_worker(config) else tempfile.mkdtemp(prefix="ballast_")
    config.stash[SHARED] = Path(shared)
    settings.DATABASES["default"]["TEST"] = {**settings.DATABASES["default"].get("TEST", {}), **test_database(shared)}
    # Playwright leaves its event loop to the thread in which later tests use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_BROKER_URL = "memory://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0}


# What the workers of a run share


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def on_sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def test_database(shared: str) -> dict[str, str]:
    if on_sqlite():
        return {"NAME": f"{shared}/test-{os.getpid()}.sqlite3"}
    template = os.environ.get("TEST_DATABASE_TEMPLATE")
    return {"TEMPLATE": template} if template else {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["shared"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        PreparedSites(config.stash[SHARED]).remove()


@pytest.fixture(scope="session")
def prepared(pytestconfig: pytest.Config) -> PreparedSites:
    return PreparedSites(pytestconfig.stash[SHARED])


@pytest.fixture(scope="session")
def django_db_keepdb(pytestconfig: pytest.Config) -> bool:
    """Whether the tests of this process get a copy of a migrated database, rather than migrate one for themselves."""
    return is_worker(pytestconfig) and on_sqlite()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, prepared: PreparedSites
) -> None:
    if django_db_keepdb:
        shutil.copy(prepared.model("embedded").var / "ballast.sqlite3", settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first: handed out last, they would leave one worker at work alone."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = next((at for at, name in enumerate(LONG) if item.get_closest_marker(name)), len(LONG))
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


# What may be left out: services, the browser and shared data where a machine lacks them. In CI nothing else.


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if CI and report.skipped and not hasattr(report, "wasxfail") and not any(known in reason for known in MISSING):
        report.outcome = "failed"
        report.longrepr = f"Left out for a reason that CI does not accept: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report: Any = yield
    refuse_skip(report)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("services") and (missing := worlds.missing_service()):
        pytest.skip(f"missing service: {missing}")
    if item.get_closest_marker("browser") and not worlds.browser():
        pytest.skip("missing browser: no Chromium on the path")


# Running sites


@pytest.fixture(scope="module", params=["embedded", pytest.param("production", marks=pytest.mark.services)])
def world(request: pytest.FixtureRequest) -> str:
    """Each test that asks for this runs twice: on SQLite files, and on PostgreSQL and Redis."""
    return str(request.param)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": worlds.browser(), "args": root}


# The activity log refuses row deletes, and the flush after a transactional test is one


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and bool(marker.kwargs.get("transaction"))
    return asked or "transactional_db" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if not is_transactional(item):
        return (yield)
    with item.config.stash[blocking_manager_key].unblock():
        triggers.drop(connection)
        result = yield
        if nextitem is not None:  # after the last test there is no database any more
            triggers.install(connection)
    return result


# Figures: what a test measured, listed after the run


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.getreports("passed")
    figures = [value for report in reports for name, value in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("measured")
    for line in sorted(set(figures)):
        terminalreporter.line(line)
