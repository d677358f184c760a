"""A year's gains netted and taxed at rates as entered (IRC 1211(b), 1212(b), 1222; Pub. 550, Worksheet 4-1)."""

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


def year_to_date(realised: Iterable[RealisedGain], *, taxable: Collection[str], as_of: date) -> YearToDate:
    """Gains of the calendar year of `as_of`, through that day, by trade date. Retirement accounts do not count."""
    counted = [g for g in realised if g.account in taxable and g.sold.year == as_of.year and g.sold <= as_of]
    with localcontext(exact):
        return YearToDate(
            short=sum((g.gain for g in counted if g.gain is not None and g.term is Term.SHORT), ZERO),
            long=sum((g.gain for g in counted if g.gain is not None and g.term is Term.LONG), ZERO),
            unknown=sum((g.proceeds for g in counted if g.gain is None or g.term is None), ZERO),
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
    with localcontext(exact):
        net_short, net_long = short - carry_short, long - carry_long
        net = net_short + net_long
        deductible = min(limit, max(-net, ZERO))
        taxed_short = max(ZERO, net_short + min(net_long, ZERO))
        taxed_long = max(ZERO, net_long + min(net_short, ZERO))
        return TaxYear(
            net_short=net_short,
            net_long=net_long,
            taxed_short=taxed_short,
            taxed_long=taxed_long,
            deductible=deductible,
            carry_short=max(ZERO, -net_short - deductible - max(ZERO, net_long)),
            carry_long=max(ZERO, -net_long - max(ZERO, net_short) - max(ZERO, deductible - max(ZERO, -net_short))),
            tax=taxed_short * (rates.short + rates.state)
            + taxed_long * (rates.long + rates.state)
            - deductible * (rates.ordinary + rates.state),
        )
