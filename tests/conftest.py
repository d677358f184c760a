"""What every test stands on: both worlds, the reasons for which a test may be left out, figures worth a line."""

from __future__ import annotations

import os
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
from tests import site_process, worlds

CI = os.environ.get("CI") == "true"
PROPERTIES = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
"""How fast a property is tested says more of the machine than of the code."""
MISSING = ("missing service", "missing browser", "../shared/data is absent")


def pytest_configure(config: pytest.Config) -> None:
    """Unit tests collect no static files, hash passwords quickly and ring no worker; threads share a database file."""
    hypothesis.settings.register_profile("any machine", PROPERTIES)
    hypothesis.settings.load_profile("any machine")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        file = Path(tempfile.gettempdir()) / f"ballast-test-{os.getpid()}.sqlite3"
        settings.DATABASES["default"]["TEST"] = {**settings.DATABASES["default"].get("TEST", {}), "NAME": str(file)}
    # Playwright leaves its event loop to the thread in which later tests use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_BROKER_URL = "memory://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0}


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


@pytest.fixture(scope="session")
def embedded_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_process.Site]:
    """A site with the sample household on SQLite files, served by manage.py serve for the whole session."""
    with worlds.embedded() as world, site_process.running(tmp_path_factory.mktemp("embedded"), world) as site:
        yield site


@pytest.fixture(scope="session")
def production_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site_process.Site]:
    """The same on a PostgreSQL database of its own and a Redis prefix of its own; mark its tests `services`."""
    with worlds.production() as world, site_process.running(tmp_path_factory.mktemp("production"), world) as site:
        yield site


@pytest.fixture(scope="session", params=["embedded", pytest.param("production", marks=pytest.mark.services)])
def running_site(request: pytest.FixtureRequest) -> site_process.Site:
    """Each test that asks for this runs twice: on SQLite, and on PostgreSQL and Redis."""
    site: site_process.Site = request.getfixturevalue(f"{request.param}_site")
    return site


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
