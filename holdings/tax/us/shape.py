"""The tax of a year as a function of its net short-term and long-term gains.

With N = S + L, the tax of a gain N that is short-term, k(N), and of one that is long-term, h(N), say it all:

    gains       L >= 0, N >= 0   h(N) + k(S) - h(S), the last two equal for S <= 0
    long loss   L <= 0           k(N)
    net loss    L >= 0, N <= 0   k(N)

A loss beyond the limit, or beyond the income that it could come off, goes on to the next year.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Band, GainClass, Income, TaxYear
from holdings.tax.shape import Part, Region, Shape, curve
from holdings.tax.us.assess import loss_limit, own_rates, rates_for, year_income
from holdings.tax.us.liability import YearIncome, tax_of_year
from holdings.tax.us.netting import Rates, net_tax
from holdings.tax.us.rates import YearRates

Tax = Callable[[Decimal, Decimal], Decimal]


def shape(income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
    """By the whole schedule, or at the rates that the household enters. Raises UnknownYear."""
    told, distributed = year_income((), income, facts, carried), income.capital_gain_distributions
    if facts.short_rate is None:
        return shape_of_year(told, rates_for(year), distributed)
    start = exact.minus(told.carry_short), exact.subtract(distributed, told.carry_long)
    return shape_at(own_rates(facts), loss_limit(facts), start)


def shape_of_year(told: YearIncome, rates: YearRates, distributed: Decimal = ZERO) -> Shape:
    """By the brackets of the year. distributed: the part of `long` that funds paid. Collectibles count as long-term."""
    status = rates.statuses[told.status]
    with localcontext(exact):
        deductions = status.deduction if told.deductions is None else told.deductions
        ordinary = told.other + told.interest - deductions
        whole = ordinary + told.qualified
        free = min(told.interest + told.qualified, whole + deductions + told.magi_additions - status.niit_threshold)
        knots = [
            *(-each for each in (ordinary, whole, free, status.loss_limit)),
            *(edge - ordinary for edge in _edges(status.ordinary, status.preferential)),
            *(edge - whole for edge in _edges(status.preferential)),
        ]
        plain = replace(told, collectibles=ZERO, carry_short=ZERO, carry_long=ZERO)
        start = -told.carry_short, distributed - told.carry_long
    return _shape(
        lambda short, long: tax_of_year(replace(plain, short=short, long=long), rates).total,
        knots,
        min(status.loss_limit, max(whole, ZERO)),
        start,
    )


def shape_at(rates: Rates, limit: Decimal, start: tuple[Decimal, Decimal]) -> Shape:
    """At one rate a term, as a household enters them."""
    return _shape(lambda short, long: net_tax(short, long, rates, limit=limit).tax, [-limit], limit, start)


def _shape(tax: Tax, knots: Sequence[Decimal], deductible: Decimal, start: tuple[Decimal, Decimal]) -> Shape:
    short, long = curve(lambda n: tax(n, ZERO), knots), curve(lambda n: tax(ZERO, max(n, ZERO)), knots)
    with localcontext(exact):
        over = curve(lambda n: tax(n, ZERO) - tax(ZERO, n), knots)
        carried = curve(lambda n: min(n + deductible, ZERO), [-deductible])
    together = (Part(1, 1, short, carried),)
    return Shape(
        regions=(
            Region("gains", ((0, 1), (1, 1)), (Part(1, 1, long), Part(1, 0, over))),
            Region("long loss", ((0, -1),), together),
            Region("net loss", ((0, 1), (-1, -1)), together),
        ),
        start=start,
        loss_rate=short.slope(-deductible),
    )


def _edges(*schedules: Iterable[Band]) -> list[Decimal]:
    return [band.upto for schedule in schedules for band in schedule if band.upto is not None]
