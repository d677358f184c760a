"""The tax of a year out of its slices, income and facts: the whole schedule, or rates that the household enters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.facts import FilingStatus, TaxFacts
from holdings.tax.outcome import Assessment, GainClass, Income, Line, Slice, TaxYear
from holdings.tax.us.liability import Liability, YearIncome, tax_of_year
from holdings.tax.us.marginal import Kind, difference
from holdings.tax.us.netting import LOSS_LIMIT, Rates, net_tax
from holdings.tax.us.position import position
from holdings.tax.us.rates import YearRates, rates_of, years

Carried = Mapping[GainClass, Decimal]


def assessed(slices: Sequence[Slice], income: Income, facts: TaxFacts, year: TaxYear, carried: Carried) -> Assessment:
    """By the brackets of the year; of a year that has no rates yet, by the newest ones, and named so.

    Raises UnknownYear for a year before the first one with rates.
    """
    rates = rates_for(year)
    told = year_income(slices, income, facts, carried)
    liability, idle = tax_of_year(told, rates), tax_of_year(_without_sales(told, income), rates)
    place = position(liability)
    return Assessment(
        year=year,
        currency="USD",
        net={GainClass.SHORT: liability.net.short, GainClass.LONG: liability.net.long},
        carried={GainClass.SHORT: liability.carried.short, GainClass.LONG: liability.carried.long},
        tax=liability.total,
        without_gains=idle.total,
        parts=_parts(liability),
        marginal={
            GainClass.SHORT: difference(told, rates, Kind.SHORT).rate,
            GainClass.LONG: difference(told, rates, Kind.LONG).rate,
        },
        schedules=(place.ordinary, place.preferential, place.niit),
        rates_of=str(rates.year),
        notes=()
        if rates.year == year.first.year
        else (f"There are no rates of {year.label} yet: those of {rates.year} count.",),
    )


def rates_for(year: TaxYear) -> YearRates:
    """Those of the year, or the newest ones. Raises UnknownYear for a year before the first one."""
    return rates_of(min(year.first.year, years()[-1]))


def year_income(slices: Sequence[Slice], income: Income, facts: TaxFacts, carried: Carried) -> YearIncome:
    """The year as the tax computation reads it. Slices of unknown gain are in no sum.

    Interest and dividends that were paid, on margin or on shares sold short, are no negative income (Form 4952).
    """
    with localcontext(exact):
        collectibles = _recognised(slices, GainClass.COLLECTIBLE)
        qualified = max(ZERO, income.qualified)
        return YearIncome(
            status=facts.status,
            other=facts.other_income,
            interest=max(ZERO, income.interest) + max(ZERO, income.dividends - qualified),
            qualified=qualified,
            short=_recognised(slices, GainClass.SHORT),
            long=_recognised(slices, GainClass.LONG) + collectibles + income.capital_gain_distributions,
            collectibles=collectibles,
            carry_short=carried.get(GainClass.SHORT, ZERO),
            carry_long=carried.get(GainClass.LONG, ZERO),
            deductions=facts.deductions,
            state_rate=facts.state_rate,
        )


def _without_sales(told: YearIncome, income: Income) -> YearIncome:
    return replace(told, short=ZERO, long=income.capital_gain_distributions, collectibles=ZERO)


def _recognised(slices: Sequence[Slice], pot: GainClass) -> Decimal:
    return sum((each.recognised or ZERO for each in slices if each.gain_class is pot), ZERO)


def _parts(liability: Liability) -> tuple[Line, ...]:
    """What the tax is made of, in the order in which it is computed."""
    lines = [
        Line("agi", "Adjusted gross income", liability.agi),
        Line("deductions", "Deductions", liability.deductions),
        Line("taxable", "Taxable income", liability.taxable_income),
        Line("ordinary", "Tax on ordinary income and short-term gains", liability.ordinary.tax),
    ]
    lines += [
        Line(
            f"preferential_{percent(part.rate)}",
            f"Long-term gains and qualified dividends at {percent(part.rate)} %",
            part.tax,
        )
        for part in liability.preferential
        if part.rate is not None and part.base
    ]
    niit, state = liability.niit, liability.state
    lines += [
        Line("niit", "Net investment income tax", niit.tax),
        Line("state", "State tax", state.tax),
    ]
    return tuple(lines)


def percent(rate: Decimal | None) -> str:
    """A rate as per cent without trailing zeros: 0.0495 is 4.95."""
    return "" if rate is None else f"{(rate * 100).normalize():f}"


def own_rates(facts: TaxFacts) -> Rates:
    short = facts.short_rate or ZERO
    return Rates(short=short, long=facts.long_rate or ZERO, ordinary=short, state=facts.state_rate)


def loss_limit(facts: TaxFacts) -> Decimal:
    return LOSS_LIMIT / 2 if facts.status is FilingStatus.SEPARATE else LOSS_LIMIT


def assessed_at_own_rates(
    slices: Sequence[Slice], income: Income, facts: TaxFacts, year: TaxYear, carried: Carried
) -> Assessment:
    """At the two rates that the household enters in place of computed ones; only gains are taxed then."""
    told = year_income(slices, income, facts, carried)
    rates = own_rates(facts)
    short, long = rates.short, rates.long
    carries = {"carry_short": told.carry_short, "carry_long": told.carry_long, "limit": loss_limit(facts)}
    netted, idle = (
        net_tax(told.short, told.long, rates, **carries),
        net_tax(ZERO, income.capital_gain_distributions, rates, **carries),
    )
    more_short = net_tax(told.short + 1, told.long, rates, **carries)
    more_long = net_tax(told.short, told.long + 1, rates, **carries)
    with localcontext(exact):
        return Assessment(
            year=year,
            currency="USD",
            net={GainClass.SHORT: netted.net_short, GainClass.LONG: netted.net_long},
            carried={GainClass.SHORT: netted.carry_short, GainClass.LONG: netted.carry_long},
            tax=netted.tax,
            without_gains=idle.tax,
            parts=(
                Line("short", "Short-term gains", netted.taxed_short * (short + rates.state)),
                Line("long", "Long-term gains", netted.taxed_long * (long + rates.state)),
                Line("deductible", "Loss that comes off other income", -netted.deductible * (short + rates.state)),
            ),
            marginal={GainClass.SHORT: more_short.tax - netted.tax, GainClass.LONG: more_long.tax - netted.tax},
            rates_of="own",
            notes=("Computed at the rates you entered, not by brackets.",),
        )
