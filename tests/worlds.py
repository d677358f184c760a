"""The two worlds a site runs in, as environments: files only, or the machine's PostgreSQL and Redis."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/0"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OURS = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "BALLAST_VAR",
    "HTTPS",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "LEASE_SECONDS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
)

World = dict[str, str]


def missing_service() -> str:
    """Return which of the services does not answer, or nothing."""
    try:
        psycopg.connect(DATABASE_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return f"PostgreSQL at {urlsplit(DATABASE_URL).netloc}"
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping()
    except redis.ConnectionError:
        return f"Redis at {urlsplit(REDIS_URL).netloc}"
    return ""


def browser() -> str:
    return os.environ.get("BALLAST_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")


def clean_environment() -> World:
    """Return this process's environment without what would steer a site."""
    mine = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PYTEST")}
    return {"TIMING_SECONDS": "86400", **mine}  # no proposal is drafted in the middle of a test


@contextmanager
def embedded() -> Iterator[World]:
    yield clean_environment()


def new_database_url() -> str:
    """Return the URL of a database that does not exist yet, on the server of the tests."""
    return urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/ballast_{uuid.uuid4().hex[:12]}"))


@contextmanager
def production() -> Iterator[World]:
    """Make a database and a Redis prefix, and drop both at the end."""
    url, prefix = new_database_url(), f"ballast-{uuid.uuid4().hex[:12]}:"
    run_sql(f'CREATE DATABASE "{urlsplit(url).path[1:]}"')
    try:
        yield {**clean_environment(), "DATABASE_URL": url, "CELERY_BROKER_URL": REDIS_URL, "REDIS_PREFIX": prefix}
    finally:
        run_sql(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)')
        delete_keys(prefix)


def run_sql(statement: str) -> None:
    with psycopg.connect(DATABASE_URL, autocommit=True) as admin:
        admin.execute(statement)


def delete_keys(prefix: str) -> None:
    with redis.Redis.from_url(REDIS_URL) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)
