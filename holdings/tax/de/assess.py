"""A year's tax on capital income, gains and private sales (EStG § 20, § 23, § 32a, § 32d; InvStG § 20)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.de.lump_sums import LUMP_SUM
from holdings.tax.de.pots import Netted, Pots, PrivateSales, net, private_sales
from holdings.tax.de.rates import YearRates, rates_of
from holdings.tax.de.tariff import Charge, flat_charge, schedule_charge
from holdings.tax.de.treatment import PARTIAL_EXEMPTION
from holdings.tax.facts import FilingStatus, TaxFacts
from holdings.tax.history import Relation
from holdings.tax.outcome import Assessment, Band, GainClass, Income, Line, Schedule, Slice, TaxYear
from holdings.tax.pooled.own import own

ONE = Decimal(1)
WITHHELD = "Tax withheld of {:,.2f} EUR is not set against this tax: what of it may be credited is not known."
ON_TOP = "Private sales are taxed on top of your other income less the deductions that you entered."


@dataclass(frozen=True, slots=True)
class Told:
    """A year as the computation reads it. exempt: of dividends. general, shares: gains less losses that count.

    lump_sums: of funds, which are in `general`; what of them is not exempt.
    private: gains less losses of private sales by person.
    """

    dividends: Decimal
    interest: Decimal
    exempt: Decimal
    general: Decimal
    shares: Decimal
    lump_sums: Decimal
    private: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Computed:
    netted: Netted
    sales: PrivateSales
    allowance: Decimal
    flat: Charge
    private: Decimal

    @property
    def taxable(self) -> Decimal:
        return exact.subtract(self.netted.income, self.allowance)

    @property
    def tax(self) -> Decimal:
        return exact.add(self.flat.total, self.private)


def assess(
    slices: Sequence[Slice], income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]
) -> Assessment:
    """The tax of the taxpayer, or of the couple that is assessed together. Raises UnknownYear."""
    rates = rates_of(year.label)
    with localcontext(exact):
        mine = own(_of_couple(slices, facts), income, facts, "EUR")
        unsold = [each for each in slices if not each.quantity]
        told, idle = told_of(slices, income, facts), told_of(unsold, income, facts)
        done = computed(told, facts, rates, carried)
        return Assessment(
            year=year,
            currency="EUR",
            net={
                GainClass.SHARES: done.netted.shares,
                GainClass.GENERAL: done.netted.general,
                GainClass.PRIVATE: done.sales.net - done.sales.used,
            },
            carried={
                GainClass.SHARES: done.netted.carried_shares,
                GainClass.GENERAL: done.netted.carried_general,
                GainClass.PRIVATE: done.sales.carried,
            },
            tax=done.tax,
            without_gains=computed(idle, facts, rates, carried).tax,
            parts=tuple(_parts(told, done)),
            marginal={
                pot: computed(more, facts, rates, carried).tax - done.tax for pot, more in _one_more(told).items()
            },
            schedules=(_schedule(done, facts, rates),),
            rates_of=rates.label,
            notes=(*mine.notes, *_notes(income, done)),
        )


def together(facts: TaxFacts) -> bool:
    """Spouses assessed together share the allowance and their losses (§ 20(6) sentence 3, (9) sentence 2)."""
    return facts.joint_allowance or facts.status is FilingStatus.JOINT


def persons(facts: TaxFacts) -> int:
    return 2 if together(facts) else 1


def _of_couple(slices: Iterable[Slice], facts: TaxFacts) -> list[Slice]:
    """The spouse's slices as the taxpayer's, where both are assessed together."""
    if not together(facts):
        return list(slices)
    return [each._replace(holder="") if each.holder == Relation.SPOUSE else each for each in slices]


def told_of(slices: Sequence[Slice], income: Income, facts: TaxFacts) -> Told:
    """Interest and dividends that were paid are no negative income, and no expense (§ 20(9))."""
    ours = [each for each in _of_couple(slices, facts) if not each.holder]
    return Told(
        dividends=max(income.distributions, ZERO),
        interest=max(income.interest, ZERO),
        exempt=sum(
            (amount * PARTIAL_EXEMPTION.get(share, ZERO) for share, amount in income.fund_dividends.items()), ZERO
        ),
        general=_recognised(ours, GainClass.GENERAL),
        shares=_recognised(ours, GainClass.SHARES),
        lump_sums=_recognised((each for each in ours if each.rule == LUMP_SUM), GainClass.GENERAL),
        private=_private(slices, facts),
    )


def _recognised(slices: Iterable[Slice], pot: GainClass) -> Decimal:
    return sum((each.recognised or ZERO for each in slices if each.gain_class is pot), ZERO)


def _private(slices: Iterable[Slice], facts: TaxFacts) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    counted = {"", Relation.SPOUSE.value} if together(facts) else {""}
    for each in slices:
        if each.gain_class is GainClass.PRIVATE and each.holder in counted:
            found[each.holder] += each.recognised or ZERO
    return found


def computed(told: Told, facts: TaxFacts, rates: YearRates, carried: Mapping[GainClass, Decimal]) -> Computed:
    netted = net(
        Pots(
            shares=told.shares,
            general=told.general + told.dividends + told.interest - told.exempt,
            brought_shares=carried.get(GainClass.SHARES, ZERO),
            brought_general=carried.get(GainClass.GENERAL, ZERO),
        )
    )
    allowance = min(persons(facts) * rates.allowance, netted.income)
    sales = private_sales(told.private.values(), rates.private_limit, carried.get(GainClass.PRIVATE, ZERO))
    return Computed(
        netted=netted,
        sales=sales,
        allowance=allowance,
        flat=_flat(netted.income - allowance, facts, rates),
        private=_on_private_sales(sales.taxable, facts, rates),
    )


def _flat(taxable: Decimal, facts: TaxFacts, rates: YearRates) -> Charge:
    """A rate that the user entered takes the place of the flat tax with its surcharges."""
    if facts.long_rate is not None:
        return Charge(taxable * facts.long_rate, ZERO, ZERO)
    return flat_charge(taxable, rates, facts.church_rate)


def _on_private_sales(taxable: Decimal, facts: TaxFacts, rates: YearRates) -> Decimal:
    """What they add to the tax of the schedule; at the user's own rate where one is entered."""
    if facts.short_rate is not None:
        return taxable * facts.short_rate
    other = max(facts.other_income - (facts.deductions or ZERO), ZERO)
    more, less = (
        schedule_charge(income, rates, facts.church_rate, persons(facts)).total for income in (other + taxable, other)
    )
    return more - less


def _one_more(told: Told) -> Mapping[GainClass, Told]:
    private = {**told.private, "": told.private.get("", ZERO) + ONE}
    return {
        GainClass.SHARES: replace(told, shares=told.shares + ONE),
        GainClass.GENERAL: replace(told, general=told.general + ONE),
        GainClass.PRIVATE: replace(told, private=private),
    }


def _parts(told: Told, done: Computed) -> Iterable[Line]:
    netted = done.netted
    yield Line("dividends", "Dividends and distributions", told.dividends)
    yield Line("interest", "Interest", told.interest)
    yield Line("exempt", "Part of fund distributions that is exempt", -told.exempt)
    yield Line("lump_sums", "Advance lump sums of funds, less what is exempt", told.lump_sums)
    yield Line("general", "Gains less losses of funds, bonds and others", told.general - told.lump_sums)
    yield Line("shares", "Gains less losses of shares", told.shares)
    yield Line("brought_shares", "Losses of shares brought forward and used", -netted.used_shares)
    yield Line("brought", "Other losses brought forward and used", -netted.used_general)
    yield Line("lost", "Losses of the year that go on to the next", netted.lost)
    yield Line("allowance", "Saver’s allowance used", -done.allowance)
    yield Line("taxable", "Taxable capital income", done.taxable)
    yield Line("flat", "Flat tax", done.flat.income_tax)
    yield Line("solidarity", "Solidarity surcharge on it", done.flat.solidarity)
    yield Line("church", "Church tax on it", done.flat.church)
    yield Line("private", "Taxable gains of private sales", done.sales.taxable)
    yield Line("private_tax", "Tax on private sales with its surcharges", done.private)
    yield Line("tax", "Tax in all", done.tax)


def _schedule(done: Computed, facts: TaxFacts, rates: YearRates) -> Schedule:
    """Capital income against the allowance; general losses that go on stand below it."""
    allowance = persons(facts) * rates.allowance
    base = done.netted.income + min(done.netted.general, ZERO)
    rate = _flat(ONE, facts, rates).total
    is_free = base < allowance
    return Schedule(
        code="allowance",
        label="Capital income after losses: free up to the saver’s allowance, then taxed at the flat rate",
        base=base,
        bands=(Band(ZERO, allowance), Band(rate, None)),
        next_rate=ZERO if is_free else rate,
        room=allowance - base if is_free else None,
    )


def _notes(income: Income, done: Computed) -> Iterable[str]:
    if income.withheld > 0:
        yield WITHHELD.format(income.withheld)
    if done.sales.taxable:
        yield ON_TOP
