"""Income tax with its surcharges: the flat tax on capital income, and the schedule for everything else.

Amounts are not rounded here; the law cuts taxable income and the tax of the schedule to whole euros, so that a
notice of assessment differs by less than a euro.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.de.rates import Proportional, Solidarity, Tariff, YearRates, Zone

TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Charge:
    """Income tax and what is levied on it."""

    income_tax: Decimal
    solidarity: Decimal
    church: Decimal

    @property
    def total(self) -> Decimal:
        return exact.add(exact.add(self.income_tax, self.solidarity), self.church)


def flat_charge(taxable: Decimal, rates: YearRates, church_rate: Decimal) -> Charge:
    """EStG § 32d(1): (e - 4q) / (4 + k), e the income, k the church rate, q foreign tax to credit, which is none here.

    Church tax is deducted from its own base that way. The surcharge has no free amount here (SolZG § 3(3), § 4).
    """
    with localcontext(exact):
        tax = taxable * rates.flat / (1 + rates.flat * church_rate)
        return Charge(tax, tax * rates.solidarity.rate, tax * church_rate)


def schedule_charge(taxable: Decimal, rates: YearRates, church_rate: Decimal, persons: int) -> Charge:
    """EStG § 32a: of a couple (persons = 2) twice the tax of half the income."""
    with localcontext(exact):
        tax = persons * schedule_tax(max(taxable, ZERO) / persons, rates.tariff)
        return Charge(tax, _solidarity(tax, rates.solidarity, persons), tax * church_rate)


def schedule_tax(taxable: Decimal, tariff: Tariff) -> Decimal:
    """The tax of one person's taxable income."""
    zones = (tariff.top, tariff.high, tariff.middle, tariff.low)
    zone = next((each for each in zones if taxable > each.floor), None)
    return ZERO if zone is None else _of_zone(taxable, zone)


def _of_zone(taxable: Decimal, zone: Zone | Proportional) -> Decimal:
    with localcontext(exact):
        if isinstance(zone, Proportional):
            return zone.rate * taxable - zone.less
        part = (taxable - zone.floor) / TEN_THOUSAND
        return (zone.square * part + zone.slope) * part + zone.tax


def _solidarity(tax: Decimal, solidarity: Solidarity, persons: int) -> Decimal:
    above = max(tax - persons * solidarity.free, ZERO)
    return min(tax * solidarity.rate, above * solidarity.relief)
