"""A year's capital gains tax of one person (TCGA 1992 s1 to s1K; HMRC CG18030, CG21543)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Assessment, Band, GainClass, Income, Line, Schedule, Slice, TaxYear
from holdings.tax.pooled.own import own, total
from holdings.tax.uk.rates import Rates, YearRates, rates_of

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Gains:
    """A year's disposals: gains by period of the rates, losses as a positive sum, losses brought into the year."""

    by_period: tuple[Decimal, ...]
    losses: Decimal
    brought: Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """What is charged. brought_used: losses brought forward that the year uses; exempt_used: of the exempt amount.

    basic, higher: taxable gains by period, in the basic rate band and above it.
    """

    net: Decimal
    brought_used: Decimal
    exempt_used: Decimal
    basic: tuple[Decimal, ...]
    higher: tuple[Decimal, ...]
    tax: Decimal


def assess(
    slices: Sequence[Slice], income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]
) -> Assessment:
    """The tax of the taxpayer's own gains. Income only fills the basic rate band. Raises UnknownYear."""
    rates = entered(rates_of(year.label), facts)
    with localcontext(exact):
        mine = own(slices, income, facts, "GBP")
        band = band_of(rates, income, facts)
        gains = _gains(mine.slices, rates, carried.get(GainClass.GENERAL, ZERO))
        charge = charge_of(gains, rates, band)
        more = replace(gains, by_period=(*gains.by_period[:-1], gains.by_period[-1] + ONE))
        unused = gains.brought - charge.brought_used
        return Assessment(
            year=year,
            currency="GBP",
            net={GainClass.GENERAL: charge.net - charge.brought_used},
            carried={GainClass.GENERAL: unused + max(-charge.net, ZERO)},
            tax=charge.tax,
            without_gains=ZERO,
            parts=tuple(_parts(gains, charge, rates)),
            marginal={GainClass.GENERAL: charge_of(more, rates, band).tax - charge.tax},
            schedules=(_schedule(gains, charge, rates, band),),
            rates_of=rates.label,
            notes=mine.notes,
        )


def charge_of(gains: Gains, rates: YearRates, band: Decimal) -> Charge:
    """Losses of the year first, those brought forward only down to the exempt amount.

    band: what the income leaves of the basic rate band. Where rates changed within the year, losses and the exempt
    amount go to the gains with the highest rates, and the band to those for which it saves most.
    """
    net = total(gains.by_period) - gains.losses
    brought_used = min(gains.brought, max(net - rates.annual_exempt, ZERO))
    exempt_used = min(rates.annual_exempt, max(net - brought_used, ZERO))
    taxable = _less(gains.by_period, gains.losses + brought_used + exempt_used, rates)
    basic = _in_band(taxable, band, rates)
    higher = tuple(all_ - low for all_, low in zip(taxable, basic, strict=True))
    tax = total(
        low * rate.basic + high * rate.higher for low, high, rate in zip(basic, higher, rates.rates, strict=True)
    )
    return Charge(net, brought_used, exempt_used, basic, higher, tax)


def entered(rates: YearRates, facts: TaxFacts) -> YearRates:
    """A rate that the user entered takes the place of every other."""
    if facts.long_rate is None:
        return rates
    return replace(rates, rates=(Rates(rates.rates[0].first, facts.long_rate, facts.long_rate),))


def band_of(rates: YearRates, income: Income, facts: TaxFacts) -> Decimal:
    """The basic rate band that the year's income leaves to gains."""
    all_income = facts.other_income + income.distributions + income.interest
    allowance = rates.allowance(all_income) if facts.deductions is None else facts.deductions
    return max(rates.basic_rate_limit - max(all_income - allowance, ZERO), ZERO)


def _gains(slices: Iterable[Slice], rates: YearRates, brought: Decimal) -> Gains:
    """All disposals of a class on a day are one, and either a gain or a loss."""
    disposals: dict[tuple[str, date], Decimal] = defaultdict(lambda: ZERO)
    for each in slices:
        disposals[each.instrument, each.sold] += each.recognised or ZERO
    by_period = [ZERO for _ in rates.rates]
    for (_, sold), gain in disposals.items():
        by_period[rates.period(sold)] += max(gain, ZERO)
    return Gains(tuple(by_period), -total(min(gain, ZERO) for gain in disposals.values()), brought)


def _less(amounts: Sequence[Decimal], off: Decimal, rates: YearRates) -> tuple[Decimal, ...]:
    """Amounts by period less a sum that is taken off where the rates are highest."""
    left = list(amounts)
    for period in sorted(range(len(left)), key=lambda n: -rates.rates[n].higher):
        taken = min(left[period], off)
        left[period] -= taken
        off -= taken
    return tuple(left)


def _in_band(taxable: Sequence[Decimal], band: Decimal, rates: YearRates) -> tuple[Decimal, ...]:
    found = [ZERO for _ in taxable]
    for period in sorted(range(len(found)), key=lambda n: rates.rates[n].basic - rates.rates[n].higher):
        found[period] = min(taxable[period], band)
        band -= found[period]
    return tuple(found)


def _parts(gains: Gains, charge: Charge, rates: YearRates) -> Iterable[Line]:
    yield Line("gains", "Gains of the year", total(gains.by_period))
    yield Line("losses", "Losses of the year", -gains.losses)
    yield Line("brought", "Losses brought forward and used", -charge.brought_used)
    yield Line("exempt", "Annual exempt amount used", -charge.exempt_used)
    yield Line("taxable", "Taxable gains", total(charge.basic) + total(charge.higher))
    for rate, basic, higher in zip(rates.rates, charge.basic, charge.higher, strict=True):
        since = f" on disposals from {rate.first:%-d %B %Y}" if len(rates.rates) > 1 else ""
        yield Line(f"basic_{rate.first}", f"Tax at {rate.basic:.0%} in the basic rate band{since}", basic * rate.basic)
        yield Line(f"higher_{rate.first}", f"Tax at {rate.higher:.0%} above it{since}", higher * rate.higher)
    yield Line("tax", "Capital gains tax", charge.tax)


def _schedule(gains: Gains, charge: Charge, rates: YearRates, band: Decimal) -> Schedule:
    """Net gains against what takes them at the rates of the year's end."""
    exempt = rates.annual_exempt + gains.brought
    rate = rates.rates[-1]
    bands = (Band(ZERO, exempt), Band(rate.basic, exempt + band), Band(rate.higher, None))
    here = next(each for each in bands if each.upto is None or charge.net < each.upto)
    return Schedule(
        code="gains",
        label="Net gains: free with losses brought forward and the annual exempt amount, then in the basic rate band",
        base=charge.net,
        bands=bands,
        next_rate=here.rate,
        room=None if here.upto is None else here.upto - charge.net,
    )
