"""Rates and thresholds of tax years: dated files, one a year, so that a new year is a new file."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from holdings.tax.jurisdiction import UnknownYear

Figures = Mapping[str, Any]
"""The tables of a file; every number with a point is a Decimal."""


def load_years(folder: Path) -> Mapping[str, Figures]:
    """label of the year -> its figures, the earliest first."""
    return {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        for file in sorted(folder.glob("*.toml"))
    }


def figures_of(label: str, years: Mapping[str, Figures]) -> Figures:
    """Raises UnknownYear, which names the years that there are."""
    if label not in years:
        raise UnknownYear(label, tuple(years))
    return years[label]
