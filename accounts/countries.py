"""Countries by their ISO 3166 codes, with the short English names of the time zone database."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, str]:
    """Name by code, in the order of the names."""
    text = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return dict(sorted(((code, name) for code, name in rows), key=lambda row: row[1])) | {"GB": "United Kingdom"}
