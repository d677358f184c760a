"""Rates and thresholds of a tax year, read from the dated files in `years`, each with its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from holdings.ledger.types import ZERO
from holdings.tax.facts import FilingStatus
from holdings.tax.jurisdiction import UnknownYear

YEARS = Path(__file__).parent / "years"


SAME_AS = {FilingStatus.SURVIVOR: FilingStatus.JOINT}
"""A qualifying surviving spouse has the figures of a joint return (IRC 2(a), 1411(b))."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Income from `start` up to `end` is taxed at `rate` (0.24 is 24 %). The last bracket has no end."""

    rate: Decimal
    start: Decimal
    end: Decimal | None


@dataclass(frozen=True, slots=True)
class StatusRates:
    """The figures of one filing status, in dollars.

    ordinary: brackets of taxable income; preferential: those of net capital gain and qualified dividends on top of it.
    deduction: the standard one, without additions for age. loss_limit: what a net loss may take off other income.
    """

    ordinary: tuple[Bracket, ...]
    preferential: tuple[Bracket, ...]
    deduction: Decimal
    loss_limit: Decimal
    niit_threshold: Decimal


@dataclass(frozen=True, slots=True)
class YearRates:
    """The federal rates of a year. `collectibles` is the most that a gain on collectibles is taxed at."""

    year: int
    collectibles: Decimal
    niit: Decimal
    statuses: Mapping[FilingStatus, StatusRates]
    sources: Mapping[str, str]


@cache
def years() -> tuple[int, ...]:
    """The years with rates, oldest first."""
    return tuple(sorted(int(file.stem) for file in YEARS.glob("*.toml")))


@cache
def rates_of(year: int) -> YearRates:
    """The rates of a tax year. Raises UnknownYear; who then takes those of another year has to say so."""
    if year not in years():
        raise UnknownYear(year, years())
    data = tomllib.loads((YEARS / f"{year}.toml").read_text(), parse_float=Decimal)
    rates = data["rates"]
    return YearRates(
        year=year,
        collectibles=rates["collectibles"],
        niit=rates["niit"],
        statuses={status: _status(data[SAME_AS.get(status, status)], rates) for status in FilingStatus},
        sources=data["sources"],
    )


def _status(data: Mapping[str, Any], rates: Mapping[str, Any]) -> StatusRates:
    return StatusRates(
        ordinary=_brackets(rates["ordinary"], data["ordinary"]),
        preferential=_brackets(rates["preferential"], data["preferential"]),
        deduction=Decimal(data["deduction"]),
        loss_limit=Decimal(data["loss_limit"]),
        niit_threshold=Decimal(data["niit_threshold"]),
    )


def _brackets(rates: list[Decimal], edges: list[int]) -> tuple[Bracket, ...]:
    bounds = pairwise([ZERO, *map(Decimal, edges), None])
    return tuple(
        Bracket(rate, start, end) for rate, (start, end) in zip(rates, bounds, strict=True) if start is not None
    )
