"""What a year's capital gains add to one person's income tax (ITA 3(b), 38, 111(1)(b), 117, 118)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.ca.rates import YearRates, rates_of
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Assessment, GainClass, Income, Line, Schedule, Slice, TaxYear
from holdings.tax.pooled.own import own, total

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Income but for capital gains, what comes off it, and the flat rate of the province.

    gain_rate: on a whole gain, where the user entered one in place of the brackets.
    """

    income: Decimal
    deductions: Decimal
    provincial: Decimal
    gain_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """Whole gains, of which only `included` is income. brought_used: losses of earlier years that the year uses."""

    net: Decimal
    brought_used: Decimal
    included: Decimal
    federal: Decimal
    provincial: Decimal
    on_gains: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.federal + self.provincial + self.on_gains


def assess(
    slices: Sequence[Slice], income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]
) -> Assessment:
    """The tax with and without the taxpayer's own gains. Losses are whole ones, as before the inclusion rate.

    Raises UnknownYear.
    """
    rates = rates_of(year.label)
    with localcontext(exact):
        mine = own(slices, income, facts, "CAD")
        person = person_of(income, facts)
        brought = carried.get(GainClass.GENERAL, ZERO)
        gains = [each.recognised or ZERO for each in mine.slices]
        net = total(gains) + income.capital_gain_distributions
        charge = charge_of(net, brought, person, rates)
        return Assessment(
            year=year,
            currency="CAD",
            net={GainClass.GENERAL: charge.net - charge.brought_used},
            carried={GainClass.GENERAL: brought - charge.brought_used + max(-net, ZERO)},
            tax=charge.tax,
            without_gains=charge_of(ZERO, ZERO, person, rates).tax,
            parts=tuple(_parts(mine.slices, income, charge, rates)),
            marginal={GainClass.GENERAL: charge_of(net + ONE, brought, person, rates).tax - charge.tax},
            schedules=(_schedule(person, charge, rates),),
            rates_of=rates.label,
            notes=mine.notes,
        )


def person_of(income: Income, facts: TaxFacts) -> Person:
    return Person(
        total((facts.other_income, income.dividends, income.exempt, income.interest)),
        facts.deductions or ZERO,
        facts.state_rate,
        facts.long_rate,
    )


def charge_of(net: Decimal, brought: Decimal, person: Person, rates: YearRates) -> Charge:
    """Losses of earlier years are used as far as there are gains, though the law lets one use less."""
    brought_used = min(brought, max(net, ZERO))
    gains = max(net - brought_used, ZERO)
    included = gains * rates.inclusion
    if person.gain_rate is not None:
        plain = charge_of(ZERO, ZERO, Person(person.income, person.deductions, person.provincial), rates)
        return Charge(net, brought_used, included, plain.federal, plain.provincial, gains * person.gain_rate)
    taxable = max(person.income + included - person.deductions, ZERO)
    federal = federal_tax(taxable, person.income + included, rates)
    return Charge(net, brought_used, included, federal, taxable * person.provincial)


def federal_tax(taxable: Decimal, net_income: Decimal, rates: YearRates) -> Decimal:
    """Brackets less the credit for the basic personal amount at the lowest rate; no other credit."""
    tax, below = ZERO, ZERO
    for band in rates.bands:
        upto = taxable if band.upto is None else min(taxable, band.upto)
        tax += max(upto - below, ZERO) * band.rate
        below = upto
    return max(tax - rates.bands[0].rate * rates.basic_amount(net_income), ZERO)


def _parts(slices: Sequence[Slice], income: Income, charge: Charge, rates: YearRates) -> Iterable[Line]:
    gains = [each.gain or ZERO for each in slices]
    yield Line("gains", "Capital gains", total(max(each, ZERO) for each in gains))
    yield Line("losses", "Capital losses", total(min(each, ZERO) for each in gains))
    yield Line("denied", "Losses that do not count", total(each.disallowed for each in slices))
    yield Line("distributed", "Capital gains that funds distributed", income.capital_gain_distributions)
    yield Line("brought", "Losses of other years, used", -charge.brought_used)
    yield Line("inclusion", "Inclusion rate", rates.inclusion, is_rate=True)
    yield Line("taxable", "Taxable capital gains", charge.included)
    yield Line("federal", "Federal tax", charge.federal)
    yield Line("provincial", "Provincial tax at the flat rate entered", charge.provincial)
    yield Line("entered", "Tax on gains at the rate entered", charge.on_gains)


def _schedule(person: Person, charge: Charge, rates: YearRates) -> Schedule:
    taxable = max(person.income + charge.included - person.deductions, ZERO)
    here = next(each for each in rates.bands if each.upto is None or taxable < each.upto)
    return Schedule(
        code="federal",
        label="Federal brackets, of taxable income; half of a gain counts",
        base=taxable,
        bands=rates.bands,
        next_rate=here.rate,
        room=None if here.upto is None else here.upto - taxable,
    )
