"""What net capital gains add to the tax of a year, as a function of them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.ca.assess import Person, charge_of, person_of
from holdings.tax.ca.rates import YearRates, rates_of
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.shape import Shape, curve, one_pot


def shape(income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
    """Of whole gains less whole losses, those of earlier years among them."""
    rates = rates_of(year.label)
    with localcontext(exact):
        person = person_of(income, facts)
        due = curve(lambda net: charge_of(net, ZERO, person, rates).tax, _knots(person, rates))
        left = curve(lambda net: min(net, ZERO), ())
        start = income.capital_gain_distributions - carried.get(GainClass.GENERAL, ZERO)
    return one_pot(due, left, start, due.slope(ZERO))


def _knots(person: Person, rates: YearRates) -> Iterator[Decimal]:
    """Gains at which taxable income meets an edge, or the basic amount, or net income where that amount falls."""
    edges = [band.upto for band in rates.bands if band.upto is not None]
    for edge in (ZERO, rates.basic_most, *edges):
        yield (edge + person.deductions - person.income) / rates.inclusion
    for edge in edges[-2:]:
        yield (edge - person.income) / rates.inclusion
