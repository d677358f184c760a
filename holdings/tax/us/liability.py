"""The federal and flat state tax of a year, exact and unrounded: round to cents, half up, where a part is reported.

Tax on preferential income follows the Schedule D Tax Worksheet (IRC 1(h)(1)), which without collectibles is the
Qualified Dividends and Capital Gain Tax Worksheet. The rate schedules are applied as they are, never the tax table,
which rounds taxable income below 100,000 to bands of 50 dollars. Net investment income tax: IRC 1411, Reg. 1.1411-4,
Form 8960.

Not computed: credits, alternative minimum tax, payroll taxes, unrecaptured section 1250 gain, the deduction for
qualified business income and REIT dividends, the state's tax as a deduction, investment expenses.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.facts import FilingStatus
from holdings.tax.outcome import Band
from holdings.tax.us.netting import CarryForward, NetGains, carry_forward, net_gains
from holdings.tax.us.rates import StatusRates, YearRates

BELOW = Decimal("0.25")
"""A gain on collectibles fills the ordinary brackets below this rate first (IRC 1(h)(1)(A)(ii)(I))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearIncome:
    """What a household earns and deducts in a year, in dollars. Gains are net and before losses carried in.

    other: wages, pensions, business, less adjustments to income; outside the net investment income, may be negative.
    interest: taxable interest and dividends that are not qualified. collectibles: the part of `long` from collectibles.
    carry_short, carry_long: losses carried in, positive. deductions: in total; the standard deduction when None.
    magi_additions: what modified adjusted gross income adds (IRC 1411(d)). Tax-exempt interest is in none of these.
    state_rate: a fraction of federal taxable income, gains like the rest; of adjusted gross income less
    `state_deductions` when those are given.
    Raises ValueError, naming the field, for a negative amount that cannot be one and a rate outside 0 to 1.
    """

    status: FilingStatus
    other: Decimal = ZERO
    interest: Decimal = ZERO
    qualified: Decimal = ZERO
    short: Decimal = ZERO
    long: Decimal = ZERO
    collectibles: Decimal = ZERO
    carry_short: Decimal = ZERO
    carry_long: Decimal = ZERO
    deductions: Decimal | None = None
    magi_additions: Decimal = ZERO
    state_rate: Decimal = ZERO
    state_deductions: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("interest", "qualified", "carry_short", "carry_long", "deductions", "state_deductions"):
            if (getattr(self, name) or ZERO) < 0:
                raise ValueError(f"{name}: enter an amount of zero or more, not {getattr(self, name)}.")
        if not 0 <= self.state_rate < 1:
            raise ValueError(f"state_rate: enter a fraction from 0 to below 1 (0.05 is 5 %), not {self.state_rate}.")


@dataclass(frozen=True, slots=True)
class Part:
    """The tax on one base. rate: None where several brackets apply."""

    rate: Decimal | None
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Liability:
    """The tax of a year and its parts, at the rates of `rates.year`.

    agi, magi: adjusted gross income, plain and modified. after_deductions: negative where deductions are larger.
    investment_income: net investment income (Form 8960, line 8), negative where a loss is larger.
    preferential: net capital gain and qualified dividends by rate (0, 15, 20 and up to 28 %); where the ordinary
    brackets on all of the taxable income come out lower, they apply, and these are empty.
    """

    income: YearIncome
    rates: YearRates
    net: NetGains
    agi: Decimal
    magi: Decimal
    deductions: Decimal
    after_deductions: Decimal
    investment_income: Decimal
    ordinary: Part
    preferential: tuple[Part, ...]
    niit: Part
    state: Part
    carried: CarryForward

    @property
    def taxable_income(self) -> Decimal:
        """Form 1040, line 15."""
        return max(ZERO, self.after_deductions)

    @property
    def income_tax(self) -> Decimal:
        """Federal income tax before credits (Form 1040, line 16)."""
        with localcontext(exact):
            return sum((part.tax for part in self.preferential), self.ordinary.tax)

    @property
    def total(self) -> Decimal:
        with localcontext(exact):
            return self.income_tax + self.niit.tax + self.state.tax


def tax_of_year(income: YearIncome, rates: YearRates) -> Liability:
    """The tax of a household's year at the rates of a year."""
    status = rates.statuses[income.status]
    net = net_gains(
        income.short,
        income.long,
        collectibles=income.collectibles,
        carry_short=income.carry_short,
        carry_long=income.carry_long,
        limit=status.loss_limit,
    )
    with localcontext(exact):
        investment_income = income.interest + income.qualified + net.counted
        agi = income.other + investment_income
        deductions = status.deduction if income.deductions is None else income.deductions
        state_deductions = deductions if income.state_deductions is None else income.state_deductions
        ordinary, preferential = _income_tax(agi - deductions, income.qualified, net, status, rates)
        return Liability(
            income=income,
            rates=rates,
            net=net,
            agi=agi,
            magi=agi + income.magi_additions,
            deductions=deductions,
            after_deductions=agi - deductions,
            investment_income=investment_income,
            ordinary=ordinary,
            preferential=preferential,
            niit=_at(rates.niit, min(investment_income, agi + income.magi_additions - status.niit_threshold)),
            state=_at(income.state_rate, agi - state_deductions),
            carried=carry_forward(net, agi - deductions),
        )


def _income_tax(
    after_deductions: Decimal, qualified: Decimal, net: NetGains, status: StatusRates, rates: YearRates
) -> tuple[Part, tuple[Part, ...]]:
    """The worksheet's tax, or that of the ordinary brackets on everything where it is lower (lines 45 to 47)."""
    taxable = max(ZERO, after_deductions)
    ordinary, amounts = _layers(taxable, net.net_capital_gain + qualified, net.collectibles, status)
    fractions = [*(band.rate for band in status.preferential), rates.collectibles]
    split = _scheduled(ordinary, status.ordinary), tuple(map(_at, fractions, amounts))
    whole = _scheduled(taxable, status.ordinary), tuple(_at(rate, ZERO) for rate in fractions)
    return min(split, whole, key=lambda parts: parts[0].tax + sum(part.tax for part in parts[1]))


def _layers(
    taxable: Decimal, preferential: Decimal, collectibles: Decimal, status: StatusRates
) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Taxable income split into what ordinary brackets tax and what 0, 15, 20 and 28 % do (lines 10 to 43)."""
    adjusted = preferential - collectibles
    beneath = max(ZERO, taxable - adjusted)
    ordinary = max(taxable - preferential, min(beneath, _end_of_rates_below(BELOW, status.ordinary)))
    at_0_end, at_15_end = (band.upto for band in status.preferential if band.upto is not None)
    at_0 = min(taxable, at_0_end) - min(beneath, at_0_end)
    rest = min(taxable, adjusted) - at_0
    at_15 = min(rest, max(ZERO, min(taxable, at_15_end) - ordinary - at_0))
    at_20 = rest - at_15
    return ordinary, (at_0, at_15, at_20, taxable - ordinary - at_0 - at_15 - at_20)


def _end_of_rates_below(rate: Decimal, bands: tuple[Band, ...]) -> Decimal:
    return max(band.upto for band in bands if band.rate < rate and band.upto is not None)


def _scheduled(base: Decimal, bands: tuple[Band, ...]) -> Part:
    tax = start = ZERO
    for band in bands:
        end = base if band.upto is None else min(base, band.upto)
        tax += band.rate * max(ZERO, end - start)
        start = end
    return Part(None, base, tax)


def _at(rate: Decimal, base: Decimal) -> Part:
    """The tax at one rate on a base, which is never below zero."""
    base = max(ZERO, base)
    return Part(rate, base, rate * base)
