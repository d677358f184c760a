"""Settings come from the environment, and a value that cannot be meant stops the start with a sentence."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site_process import ROOT
from tests.worlds import World, clean_environment

PUBLIC = {"HTTPS": "1", "SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "ballast.example.org"}
READ = """
import json, sys
from portfolio_site import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""


def load(var: Path, world: World, *names: str) -> subprocess.CompletedProcess[str]:
    environment = {**clean_environment(), "BALLAST_VAR": str(var), **world}
    command = [sys.executable, "-c", READ, *names]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("world", "complaint"),
    [
        ({"HTTPS": "maybe"}, "HTTPS='maybe': expected 1 or 0"),
        ({"HTTPS": "1"}, "set SECRET_KEY and ALLOWED_HOSTS too"),
        ({"HTTPS": "1", "SECRET_KEY": "k" * 60}, "set SECRET_KEY and ALLOWED_HOSTS too"),
        ({"DATABASE_URL": "mysql://localhost/ballast"}, "DATABASE_URL: expected a URL that starts with"),
        ({"CELERY_BROKER_URL": "localhost:6379"}, "CELERY_BROKER_URL: expected a URL that starts with"),
        ({"TRUSTED_PROXY_COUNT": "one"}, "TRUSTED_PROXY_COUNT='one': expected a whole number"),
    ],
)
def test_a_wrong_value_is_refused_in_words(tmp_path: Path, world: World, complaint: str) -> None:
    refused = load(tmp_path, world)

    assert refused.returncode != 0
    assert complaint in refused.stderr.splitlines()[-1]


def test_a_complaint_does_not_tell_the_secret_in_a_url(tmp_path: Path) -> None:
    assert "hunter2" not in load(tmp_path, {"DATABASE_URL": "mysql://me:hunter2@localhost/x"}).stderr


def test_without_any_variable_everything_is_a_file_in_var(tmp_path: Path) -> None:
    found = json.loads(load(tmp_path, {}, "DATABASES", "CELERY_BROKER_URL", "CACHES", "DEBUG").stdout)

    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "ballast.sqlite3")
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CELERY_BROKER_URL"] == f"embedded+sqlite:///{tmp_path}/broker.sqlite3"
    assert found["CACHES"]["default"]["BACKEND"].endswith("DatabaseCache")
    assert found["DEBUG"] is False


def test_urls_switch_to_postgresql_and_redis(tmp_path: Path) -> None:
    world = {"DATABASE_URL": "postgres://me:p%40ss@db/ballast", "CELERY_BROKER_URL": "redis://queue/0"}
    found = json.loads(load(tmp_path, world, "DATABASES", "CACHES").stdout)

    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert found["DATABASES"]["default"]["PASSWORD"] == "p@ss"
    assert found["CACHES"]["default"]["LOCATION"] == "redis://queue/0"


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = (json.loads(load(tmp_path, {}, "SECRET_KEY").stdout) for _ in range(2))

    assert first == second
    assert len(first["SECRET_KEY"]) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_https_turns_on_what_a_public_site_needs(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    found = json.loads(load(tmp_path, PUBLIC, *names, "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS").stdout)

    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert all(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"))
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert not (tmp_path / "secret-key").exists()
