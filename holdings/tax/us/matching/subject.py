"""Which kinds of asset the wash sale rule covers, and since when: data with its source, so that a law is a new line."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from holdings.tax.history import Asset


class Coverage(NamedTuple):
    """Whether losses of sales from a day on are subject to the rule."""

    since: date
    subject: bool


def _read() -> Mapping[Asset, Sequence[Coverage]]:
    rows = tomllib.loads(Path(__file__).with_name("subject.toml").read_text())["coverage"]
    known = {Asset(row["asset"]): [] for row in rows}  # type: dict[Asset, list[Coverage]]
    for row in sorted(rows, key=lambda row: row["since"]):
        known[Asset(row["asset"])].append(Coverage(row["since"], row["subject"]))
    return known


_COVERAGE = _read()


def is_subject(asset: Asset, sold: date, coverage: Mapping[Asset, Sequence[Coverage]] = _COVERAGE) -> bool:
    """Whether a loss of that asset, sold on that day, can be a wash sale."""
    subject = False
    for row in coverage[asset]:
        if row.since <= sold:
            subject = row.subject
    return subject
