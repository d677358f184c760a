"""Rates and allowances of a UK tax year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from holdings.tax.outcome import TaxYear
from holdings.tax.years import figures_of, load_years

_YEARS = load_years(Path(__file__).parent / "years")


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates on gains of disposals from a day on, in the basic rate band and above it, as fractions."""

    first: date
    basic: Decimal
    higher: Decimal


@dataclass(frozen=True, slots=True)
class YearRates:
    """A year's figures in pounds. rates: by first day; more than one where they changed within the year."""

    label: str
    annual_exempt: Decimal
    personal_allowance: Decimal
    taper_from: Decimal
    basic_rate_limit: Decimal
    rates: tuple[Rates, ...]

    def period(self, day: date) -> int:
        """Which of the rates a disposal on that day has."""
        return max((n for n, each in enumerate(self.rates) if each.first <= day), default=0)

    def allowance(self, income: Decimal) -> Decimal:
        """The personal allowance: £1 less for each £2 of income above the limit (ITA 2007 s35(2))."""
        return max(self.personal_allowance - max(income - self.taper_from, Decimal(0)) / 2, Decimal(0))


def tax_year(day: date) -> TaxYear:
    """6 April to 5 April."""
    start = day.year if day >= date(day.year, 4, 6) else day.year - 1
    return TaxYear(f"{start}-{(start + 1) % 100:02}", date(start, 4, 6), date(start + 1, 4, 5))


@cache
def rates_of(label: str) -> YearRates:
    """Raises UnknownYear."""
    found = figures_of(label, _YEARS)
    return YearRates(
        label=label,
        annual_exempt=Decimal(found["annual_exempt"]["amount"]),
        personal_allowance=Decimal(found["personal_allowance"]["amount"]),
        taper_from=Decimal(found["personal_allowance"]["taper_from"]),
        basic_rate_limit=Decimal(found["basic_rate_limit"]["amount"]),
        rates=tuple(Rates(each["from"], each["basic"], each["higher"]) for each in found["rates"]),
    )
