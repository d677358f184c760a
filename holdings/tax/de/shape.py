"""The tax of a year as a function of its net gains of shares, S, and of all other capital gains, L.

A loss of shares meets gains of shares alone, any other loss meets both: the tax is that of L + max(S, 0). The tax of
private sales, of tokens, stands aside.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.de.assess import computed, persons, told_of
from holdings.tax.de.rates import rates_of
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.shape import IDENTITY, Curve, Part, Region, Shape, curve


def shape(income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
    """Losses brought forward are taken off before any allowance, like those of the year."""
    rates, told = rates_of(year.label), told_of((), income, facts)

    def tax(gains: Decimal) -> Decimal:
        return computed(replace(told, general=gains), facts, rates, {}).tax

    with localcontext(exact):
        other = told.dividends + told.interest - told.exempt
        due = curve(tax, (-other, persons(facts) * rates.allowance - other))
        left = curve(lambda gains: min(gains + other, ZERO), (-other,))
        start = -carried.get(GainClass.SHARES, ZERO), -carried.get(GainClass.GENERAL, ZERO)
    return Shape(
        regions=(
            Region("gains on shares", ((1, 0),), (Part(1, 1, due, left),)),
            Region("loss on shares", ((-1, 0),), (Part(0, 1, due, left), Part(1, 0, Curve(), IDENTITY))),
        ),
        start=start,
        loss_rate=due.slopes[-1],
    )
