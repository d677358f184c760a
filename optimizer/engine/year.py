"""The exact tax of a year with a plan's gains in it: the tax engine's own, plain Decimals, open to every layer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Assessment, GainClass, Slice
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.us import Rates, net_tax
from holdings.tax.us.netting import TaxYear as Netted
from optimizer.engine.types import ZERO, TaxInput, YearInput

BY_TERM = GainClass.SHORT, GainClass.LONG


def year_tax(tax: TaxInput, short: Decimal, long: Decimal) -> Decimal:
    """Tax of the year for these net gains, losses carried in taken off; negative where a loss saves other tax."""
    if tax.year is not None:
        return _assessment(tax.year, short - tax.short_to_date, long - tax.long_to_date).tax
    return _netted(tax, short, long).tax


def has_terms(tax: TaxInput) -> bool:
    """Whether gains are netted by how long the shares were held."""
    return tax.year is None or rules_of(tax.year).loss_pots == BY_TERM


def oldest_go(tax: TaxInput) -> bool:
    """Whether the law has the oldest lots of an account go first, at a cost of their own."""
    return tax.year is not None and not (rules_of(tax.year).lot_choice_allowed or rules_of(tax.year).pools)


def gain_stands(tax: TaxInput) -> bool:
    """Whether a gain counts although the shares are bought back at once."""
    return tax.year is None or "gain" not in rules_of(tax.year).undone_by_repurchase


def year_end(tax: TaxInput, day: date) -> date:
    """The last day of the tax year of a day."""
    return date(day.year, 12, 31) if tax.year is None else tax.year.year.last


def next_year(tax: TaxInput) -> TaxInput:
    """The year after, of which nothing is realised yet: at the rates and with the other income of this one."""
    begun = replace(tax, short_to_date=ZERO, long_to_date=ZERO)
    if tax.year is None:
        netted = _netted(tax, tax.short_to_date, tax.long_to_date)
        return replace(begun, short_carry=netted.carry_short, long_carry=netted.carry_long)
    year, rules = tax.year, rules_of(tax.year)
    carried = _assessment(year, ZERO, ZERO).carried
    shape = rules.shape(year.income, year.facts, year.year, carried)
    return replace(begun, year=replace(year, so_far=(), carried=carried, shape=shape))


def rules_of(year: YearInput) -> Jurisdiction:
    return JURISDICTIONS[year.country]


def _netted(tax: TaxInput, short: Decimal, long: Decimal) -> Netted:
    ordinary = tax.short_rate if tax.ordinary_rate is None else tax.ordinary_rate
    rates = Rates(tax.short_rate, tax.long_rate, ordinary, tax.state_rate)
    return net_tax(short, long, rates, carry_short=tax.short_carry, carry_long=tax.long_carry, limit=tax.loss_limit)


def _assessment(year: YearInput, short: Decimal, long: Decimal) -> Assessment:
    """The assessment of what is realised and of two more gains, on the last day of the year."""
    rules = rules_of(year)
    slices = [_slice(each.pot, each.gain, each.sold, each.holder) for each in year.so_far]
    slices += _more(rules, year.year.last, short, long)
    return rules.assess(slices, year.income, year.facts, year.year, year.carried)


def _more(rules: Jurisdiction, day: date, short: Decimal, long: Decimal) -> Iterator[Slice]:
    one, other = rules.loss_pots
    if one is other:
        yield _slice(one, short + long, day)
    else:
        yield from (_slice(one, short, day), _slice(other, long, day))


def _slice(pot: GainClass, gain: Decimal, sold: date, holder: str = "") -> Slice:
    return Slice("", "", "", Decimal(1), sold, gain, ZERO, pot, holder=holder)
