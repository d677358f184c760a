"""Rates and thresholds of a tax year, read from the dated files in `years`, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from holdings.tax.facts import FilingStatus
from holdings.tax.outcome import Band
from holdings.tax.years import figures_of, load_years

_YEARS = load_years(Path(__file__).parent / "years")
_SAME_AS = {FilingStatus.SURVIVOR: FilingStatus.JOINT}
"""A qualifying surviving spouse has the figures of a joint return (IRC 2(a), 1411(b))."""


@dataclass(frozen=True, slots=True)
class StatusRates:
    """The figures of one filing status, in dollars.

    ordinary: bands of taxable income; preferential: those of net capital gain and qualified dividends on top of it.
    deduction: the standard one, without additions for age. loss_limit: what a net loss may take off other income.
    """

    ordinary: tuple[Band, ...]
    preferential: tuple[Band, ...]
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


def years() -> tuple[int, ...]:
    """The years with rates, oldest first."""
    return tuple(map(int, _YEARS))


@cache
def rates_of(year: int) -> YearRates:
    """The rates of a tax year. Raises UnknownYear; who then takes those of another year has to say so."""
    data = figures_of(str(year), _YEARS)
    rates = data["rates"]
    return YearRates(
        year=year,
        collectibles=rates["collectibles"],
        niit=rates["niit"],
        statuses={status: _status(data[_SAME_AS.get(status, status)], rates) for status in FilingStatus},
        sources=data["sources"],
    )


def _status(data: Mapping[str, Any], rates: Mapping[str, Any]) -> StatusRates:
    return StatusRates(
        ordinary=_bands(rates["ordinary"], data["ordinary"]),
        preferential=_bands(rates["preferential"], data["preferential"]),
        deduction=Decimal(data["deduction"]),
        loss_limit=Decimal(data["loss_limit"]),
        niit_threshold=Decimal(data["niit_threshold"]),
    )


def _bands(rates: list[Decimal], edges: list[int]) -> tuple[Band, ...]:
    return tuple(Band(rate, upto) for rate, upto in zip(rates, [*map(Decimal, edges), None], strict=True))
