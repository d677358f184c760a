"""What more or less of an income costs in tax, by finite difference of the whole tax of a year.

That meets every kink: brackets, gains that other income lifts out of the 0 % bracket, the edge of the net investment
income tax, the loss limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import StrEnum

from holdings.ledger.exact import exact
from holdings.tax.us.liability import YearIncome, tax_of_year
from holdings.tax.us.rates import YearRates

DOLLAR = Decimal(1)


class Kind(StrEnum):
    """The income that changes, by its field of YearIncome."""

    SHORT = "short"
    LONG = "long"
    ORDINARY = "other"
    INTEREST = "interest"
    QUALIFIED = "qualified"


@dataclass(frozen=True, slots=True)
class Difference:
    """What `amount` more of an income (less, when negative) does to the year's tax and to the losses carried on."""

    amount: Decimal
    tax: Decimal
    carry_short: Decimal
    carry_long: Decimal

    @property
    def rate(self) -> Decimal:
        """Tax for each dollar of the amount."""
        return exact.divide(self.tax, self.amount)


@dataclass(frozen=True, slots=True)
class Marginal:
    """The rates on the next dollar and on the last one; no last one of an income that is zero and cannot be less."""

    next: Decimal
    last: Decimal | None


def difference(income: YearIncome, rates: YearRates, kind: Kind, amount: Decimal = DOLLAR) -> Difference:
    """The year with `amount` more of one income against the year as it is. `amount` is not zero.

    Raises ValueError where it would make interest or dividends negative.
    """
    with localcontext(exact):
        changed = replace(income, **{kind.value: getattr(income, kind.value) + amount})
        before, after = tax_of_year(income, rates), tax_of_year(changed, rates)
        return Difference(
            amount=amount,
            tax=after.total - before.total,
            carry_short=after.carried.short - before.carried.short,
            carry_long=after.carried.long - before.carried.long,
        )


def marginal_rates(income: YearIncome, rates: YearRates) -> Mapping[Kind, Marginal]:
    """The rates on one dollar more and one dollar less of each income, as fractions."""
    return {kind: _marginal(income, rates, kind) for kind in Kind}


def _marginal(income: YearIncome, rates: YearRates, kind: Kind) -> Marginal:
    bounded = kind in {Kind.INTEREST, Kind.QUALIFIED} and getattr(income, kind.value) < DOLLAR
    return Marginal(
        next=difference(income, rates, kind).rate,
        last=None if bounded else difference(income, rates, kind, -DOLLAR).rate,
    )
