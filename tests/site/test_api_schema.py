"""The schema file is complete, valid, and without a warning."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.core.management import call_command


def test_the_schema_validates_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    paths = yaml.safe_load(file.read_text())["paths"]
    assert len(paths) > 20
    assert all(path.startswith("/api/v1/") for path in paths)


def test_every_operation_asks_for_a_token_or_a_session(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    call_command("spectacular", file=str(file))
    operations = [each for path in yaml.safe_load(file.read_text())["paths"].values() for each in path.values()]
    assert {tuple(sorted(key for way in each["security"] for key in way)) for each in operations} == {
        ("cookieAuth", "token")
    }
