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
EMPTY = "template1"  # what PostgreSQL copies when nothing is named
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


def database_url(name: str) -> str:
    return urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))


def new_name() -> str:
    return f"ballast_{uuid.uuid4().hex[:12]}"


def services(name: str) -> World:
    """Return the world of a database and a Redis prefix of that name."""
    stores = {"DATABASE_URL": database_url(name), "CELERY_BROKER_URL": REDIS_URL, "REDIS_PREFIX": f"{name}:"}
    return {**clean_environment(), **stores}


@contextmanager
def production(template: str = EMPTY) -> Iterator[World]:
    """Make a database like the template and a Redis prefix, and drop both at the end."""
    name = new_name()
    create(name, template)
    try:
        yield services(name)
    finally:
        drop(name)


def create(name: str, template: str = EMPTY) -> None:
    """Make a database and a Redis prefix that hold what the template's hold."""
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    copy_keys(f"{template}:", f"{name}:")


def drop(name: str) -> None:
    """Drop the database and all that stands under the Redis prefix."""
    run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    delete_keys(f"{name}:")


def run_sql(statement: str) -> None:
    with psycopg.connect(DATABASE_URL, autocommit=True) as admin:
        admin.execute(statement)


def delete_keys(prefix: str) -> None:
    with redis.Redis.from_url(REDIS_URL) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)


def copy_keys(prefix: str, other: str) -> None:
    with redis.Redis.from_url(REDIS_URL, decode_responses=True) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.copy(key, key.replace(prefix, other, 1))
