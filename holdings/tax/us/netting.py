"""A year's gains netted, carried forward, and taxed at rates as entered (IRC 1211(b), 1212(b), 1222; Pub. 550)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, RealisedGain, Term

LOSS_LIMIT = Decimal(3000)
"""What a net loss may take off other income in a year; 1,500 for a married person filing separately."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Marginal rates as fractions (0.24 is 24 %). `state` comes on top of each of the others.

    `ordinary` is the rate on the other income that a net loss reduces.
    """

    short: Decimal
    long: Decimal
    ordinary: Decimal
    state: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class YearToDate:
    """Realised gains of a tax year by term, in taxable accounts, net of losses.

    `unknown` is the proceeds of sales whose basis or date is unknown; they are in neither sum.
    """

    short: Decimal = ZERO
    long: Decimal = ZERO
    unknown: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxYear:
    """The netted year. Gains are negative when lost; `deductible` and the carried losses are positive.

    tax: on gains, or negative, what the deductible loss saves on other income.
    """

    net_short: Decimal
    net_long: Decimal
    taxed_short: Decimal
    taxed_long: Decimal
    deductible: Decimal
    carry_short: Decimal
    carry_long: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class NetGains:
    """A year's gains after the losses carried into it, negative when lost (lines of Schedule D).

    short: line 7; long: line 15; collectibles: line 18, the part of the net capital gain that is taxed at up to 28 %;
    deductible: line 21, what a net loss takes off other income, positive.
    """

    short: Decimal
    long: Decimal
    collectibles: Decimal
    deductible: Decimal

    @property
    def total(self) -> Decimal:
        """Line 16."""
        return exact.add(self.short, self.long)

    @property
    def counted(self) -> Decimal:
        """What enters income: the net gain, or the deductible part of the net loss as a negative amount."""
        return max(self.total, exact.minus(self.deductible))

    @property
    def net_capital_gain(self) -> Decimal:
        """The long-term gain in excess of a short-term loss, at preferential rates (IRC 1222(11))."""
        return max(ZERO, min(self.long, self.total))


@dataclass(frozen=True, slots=True)
class CarryForward:
    """Losses carried into the next year, positive. `consumed` is what this year's income took up of the deductible."""

    short: Decimal
    long: Decimal
    consumed: Decimal


def year_to_date(realised: Iterable[RealisedGain], *, taxable: Collection[str], as_of: date) -> YearToDate:
    """Gains of the calendar year of `as_of`, through that day, by trade date. Retirement accounts do not count."""
    counted = [g for g in realised if g.account in taxable and g.sold.year == as_of.year and g.sold <= as_of]
    with localcontext(exact):
        return YearToDate(
            short=sum((g.gain for g in counted if g.gain is not None and g.term is Term.SHORT), ZERO),
            long=sum((g.gain for g in counted if g.gain is not None and g.term is Term.LONG), ZERO),
            unknown=sum((g.proceeds for g in counted if g.gain is None or g.term is None), ZERO),
        )


def net_gains(
    short: Decimal,
    long: Decimal,
    *,
    collectibles: Decimal = ZERO,
    carry_short: Decimal = ZERO,
    carry_long: Decimal = ZERO,
    limit: Decimal = LOSS_LIMIT,
) -> NetGains:
    """Net a year's gains with the losses carried into it (positive).

    collectibles: the part of `long` from collectibles held over a year. Their gain is lowered by a net short-term loss
    and by the long-term loss carried in (IRC 1(h)(4)).
    """
    with localcontext(exact):
        net_short, net_long = short - carry_short, long - carry_long
        net = net_short + net_long
        at_28 = collectibles + min(net_short, ZERO) - carry_long
        return NetGains(
            short=net_short,
            long=net_long,
            collectibles=max(ZERO, min(at_28, net_long, net)),
            deductible=min(limit, max(-net, ZERO)),
        )


def carry_forward(net: NetGains, after_deductions: Decimal) -> CarryForward:
    """Worksheet 4-1 of Pub. 550 (IRC 1212(b)(2)).

    after_deductions: income less deductions, negative where deductions are larger; then the part of the deductible
    loss that no income took up is carried on as well.
    """
    with localcontext(exact):
        return _carried(net, min(net.deductible, max(ZERO, after_deductions + net.deductible)))


def _carried(net: NetGains, consumed: Decimal) -> CarryForward:
    short_loss, long_loss = max(ZERO, -net.short), max(ZERO, -net.long)
    return CarryForward(
        short=max(ZERO, short_loss - consumed - max(ZERO, net.long)),
        long=max(ZERO, long_loss - max(ZERO, net.short) - max(ZERO, consumed - short_loss)),
        consumed=consumed,
    )


def net_tax(
    short: Decimal,
    long: Decimal,
    rates: Rates,
    *,
    carry_short: Decimal = ZERO,
    carry_long: Decimal = ZERO,
    limit: Decimal = LOSS_LIMIT,
) -> TaxYear:
    """Net a year's short and long gains with the losses carried into it (positive), and tax them exactly.

    Other income is taken to be large enough to use up the whole deductible loss. Amounts are not rounded.
    """
    net = net_gains(short, long, carry_short=carry_short, carry_long=carry_long, limit=limit)
    with localcontext(exact):
        carried = _carried(net, net.deductible)
        taxed_short = max(ZERO, min(net.short, net.total))
        return TaxYear(
            net_short=net.short,
            net_long=net.long,
            taxed_short=taxed_short,
            taxed_long=net.net_capital_gain,
            deductible=net.deductible,
            carry_short=carried.short,
            carry_long=carried.long,
            tax=taxed_short * (rates.short + rates.state)
            + net.net_capital_gain * (rates.long + rates.state)
            - net.deductible * (rates.ordinary + rates.state),
        )
