"""Typed readers of environment variables: a value that cannot be meant stops the start with one line."""

import os
import secrets
from pathlib import Path
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

FLAGS: Final = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False, "no": False}

MAPPED: Final = 512 * 1024 * 1024
"""Bytes of an SQLite file that are read in place instead of copied: a price panel comes twice as fast."""


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "")
    if not value:
        return default
    if value.lower() not in FLAGS:
        raise ImproperlyConfigured(f"{name}={value!r}: expected 1 or 0")
    return FLAGS[value.lower()]


def number(name: str, *, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}={value!r}: expected a whole number")
    return int(value)


def names(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated values of a variable."""
    found = [part.strip() for part in os.environ.get(name, "").split(",")]
    return [part for part in found if part] or default


def text(name: str, *, default: str) -> str:
    return os.environ.get(name, "") or default


def url(name: str, *, default: str, schemes: tuple[str, ...]) -> str:
    value = text(name, default=default)
    if value.partition("://")[0].partition("+")[0] not in schemes:
        raise ImproperlyConfigured(f"{name}: expected a URL that starts with {' or '.join(s + '://' for s in schemes)}")
    return value


def database(name: str, *, sqlite_file: Path) -> dict[str, Any]:
    """Read a database URL; SQLite gets the options under which concurrent writers wait instead of failing."""
    location = url(name, default=f"sqlite:///{sqlite_file}", schemes=("sqlite", "postgres", "postgresql"))
    config: dict[str, Any] = dict(environ.Env.db_url_config(location))
    if config["ENGINE"].endswith("sqlite3"):
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA mmap_size={MAPPED};",
        }
        return {**config, "OPTIONS": options}
    return {**config, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def email(name: str, *, folder: Path) -> dict[str, Any]:
    """Read an e-mail URL (smtp+tls://user:password@host:587); without one, mails are files in a folder."""
    if not os.environ.get(name):
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    return dict(environ.Env.email_url_config(os.environ[name]))


def local_secret(path: Path) -> str:
    """Return the secret kept in a file, made at the first use, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # of two processes that start together, one wins and both read its key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
