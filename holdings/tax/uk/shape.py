"""The tax of a year as a function of its net gains, at the rates of the year's end."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.shape import Shape, curve, one_pot
from holdings.tax.uk.assess import Charge, Gains, band_of, charge_of, entered
from holdings.tax.uk.rates import rates_of


def shape(income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
    """Losses brought forward stand in the curves, as they are used only down to the exempt amount."""
    rates = entered(rates_of(year.label), facts)
    rates, brought = replace(rates, rates=rates.rates[-1:]), carried.get(GainClass.GENERAL, ZERO)

    def charge(net: Decimal) -> Charge:
        return charge_of(Gains((max(net, ZERO),), max(-net, ZERO), brought), rates, band)

    with localcontext(exact):
        band = band_of(rates, income, facts)
        free = rates.annual_exempt
        knots = (free, free + brought, free + brought + band)
        due = curve(lambda net: charge(net).tax, knots)
        left = curve(lambda net: charge(net).brought_used + min(net, ZERO), knots)
    return one_pot(due, left, ZERO, rates.rates[0].basic)
