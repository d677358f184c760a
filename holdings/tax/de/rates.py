"""Rates, allowances and form lines of a German tax year, read from the dated files in `years`, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from holdings.tax.history import FundShare
from holdings.tax.outcome import TaxYear
from holdings.tax.years import figures_of, load_years

_YEARS = load_years(Path(__file__).parent / "years")


@dataclass(frozen=True, slots=True)
class Solidarity:
    """The surcharge: none up to `free` of a person's income tax, then at most `relief` of what is above it."""

    rate: Decimal
    free: Decimal
    relief: Decimal


@dataclass(frozen=True, slots=True)
class Zone:
    """Income tax of a progressive zone, `floor` being where it begins: (square u + slope) u + tax."""

    floor: Decimal
    square: Decimal
    slope: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Proportional:
    """Income tax of a proportional zone: rate x income - less."""

    floor: Decimal
    rate: Decimal
    less: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    """The schedule of income tax (EStG § 32a(1)); below `low.floor` there is none."""

    low: Zone
    middle: Zone
    high: Proportional
    top: Proportional


@dataclass(frozen=True, slots=True)
class FormLines:
    """Lines of Anlage KAP by meaning and of Anlage KAP-INV by what a fund holds; empty where no form was seen."""

    kap: Mapping[str, int]
    fund_sales: Mapping[FundShare, int]
    distributions: Mapping[FundShare, int]
    lump_sums: Mapping[FundShare, int]


@dataclass(frozen=True, slots=True)
class YearRates:
    """A year's figures in euros. allowance, private_limit: of one person. flat: on capital income.

    private_limit: a year's gain of private sales below it is free, from it on all of it is taxed.
    base_rate: for the advance lump sum of the year, which is taxed in the next one; negative is none.
    """

    label: str
    allowance: Decimal
    flat: Decimal
    solidarity: Solidarity
    private_limit: Decimal
    base_rate: Decimal
    tariff: Tariff


def tax_year(day: date) -> TaxYear:
    return TaxYear(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))


@cache
def rates_of(label: str) -> YearRates:
    """Raises UnknownYear."""
    found = figures_of(label, _YEARS)
    solidarity = found["solidarity"]
    return YearRates(
        label=label,
        allowance=Decimal(found["allowance"]["amount"]),
        flat=found["flat"]["rate"],
        solidarity=Solidarity(solidarity["rate"], Decimal(solidarity["free"]), solidarity["relief"]),
        private_limit=Decimal(found["private_sales"]["limit"]),
        base_rate=found["base_rate"]["rate"],
        tariff=_tariff(found["tariff"]),
    )


def base_rate(year: int) -> Decimal | None:
    """None where no file knows the year."""
    return rates_of(str(year)).base_rate if str(year) in _YEARS else None


@cache
def form_lines(label: str) -> FormLines:
    """Of a year without a file, none."""
    found = _YEARS.get(label, {})
    inv = found.get("kap_inv", {})
    kap = {name: line for name, line in found.get("kap", {}).items() if isinstance(line, int)}
    sales, distributions, lump_sums = (_by_share(inv.get(name, {})) for name in ("sales", "distributions", "lump_sums"))
    return FormLines(kap, sales, distributions, lump_sums)


def _by_share(lines: Mapping[str, int]) -> Mapping[FundShare, int]:
    return {FundShare(share): line for share, line in lines.items()}


def _tariff(found: Mapping[str, Any]) -> Tariff:
    low, middle, high, top = map(Decimal, found["edges"])
    return Tariff(
        low=_zone(low, found["low"]),
        middle=_zone(middle, found["middle"]),
        high=Proportional(high, **found["high"]),
        top=Proportional(top, **found["top"]),
    )


def _zone(floor: Decimal, found: Mapping[str, Any]) -> Zone:
    return Zone(floor, **{name: Decimal(value) for name, value in found.items()})
