"""What every country's rules give back: disposals piece by piece, what is still held, replacements, and a year's tax.

Amounts are exact and in the currency of the history; they are rounded when they are shown or reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.history import FundShare


class GainClass(StrEnum):
    """Pots in which gains and losses are netted. A country uses those it has."""

    SHORT = "short"
    LONG = "long"
    COLLECTIBLE = "collectible"
    GENERAL = "general"
    SHARES = "shares"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What becomes of a loss whose shares were replaced."""

    DEFERRED = "deferred"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class TaxYear:
    """A tax year: 2025, or 2024-25 from 6 April to 5 April."""

    label: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Slice(NamedTuple):
    """Shares of a disposal that were matched with one lot, one pool or one acquisition.

    sale, lot: ids of the ledger; sale is "" for income that nobody paid, lot is None for a pool and for shares that
    nobody held. piece: the label of a part of a lot that a wash sale adjusted. proceeds: net of costs. basis: adjusted
    by earlier replacements; None is unknown.
    acquired: None is unknown, or a pool. disallowed: the part of the loss that does not count, positive.
    exempt: the part of the gain (of a loss, with its minus sign) that the law leaves free.
    rule: how it was matched, in the words of the country. final_after: until the end of that day a purchase may still
    change the slice; None is final. reported: whether the broker is likely to have reported the basis, which it is not
    for shares that came from elsewhere. notes: what a reader must know (unsure rules, flags), as sentences.
    holder: where the country taxes persons one by one, whose disposal it is; "" is the taxpayer's own.
    turned: of another term than the time held says, by what was paid on the shares.
    """

    sale: str
    account: str
    instrument: str
    quantity: Decimal
    sold: date
    proceeds: Decimal
    basis: Decimal | None
    gain_class: GainClass
    lot: str | None = None
    piece: str = ""
    acquired: date | None = None
    disallowed: Decimal = ZERO
    exempt: Decimal = ZERO
    rule: str = ""
    final_after: date | None = None
    reported: bool = True
    notes: tuple[str, ...] = ()
    holder: str = ""
    turned: bool = False

    @property
    def gain(self) -> Decimal | None:
        """Proceeds less basis, before what is disallowed; None where the basis is unknown."""
        return None if self.basis is None else exact.subtract(self.proceeds, self.basis)

    @property
    def recognised(self) -> Decimal | None:
        """The gain or loss that counts in the year."""
        return None if self.gain is None else exact.subtract(exact.add(self.gain, self.disallowed), self.exempt)


class TaxLot(NamedTuple):
    """Open shares with the basis that counts for tax: the ledger's economic basis and what replacements added.

    piece: "" or the label of the part of lot `lot` that an adjustment touched; pieces of a lot add up to it.
    basis: total, `deferred` losses included; None is unknown. tacked_days: added to the holding period.
    long_from: the first day on which a sale is long-term, None where there is no such thing or the date is unknown.
    replaces_until: the last day on which a loss sale of the identity group would be replaced by these shares; None
    where they replace none (any more).
    """

    lot: str
    account: str
    instrument: str
    quantity: Decimal
    basis: Decimal | None
    acquired: date | None
    piece: str = ""
    deferred: Decimal = ZERO
    tacked_days: int = 0
    long_from: date | None = None
    replaces_until: date | None = None

    @property
    def key(self) -> str:
        """Unique among open pieces."""
        return f"{self.lot}~{self.piece}" if self.piece else self.lot


@dataclass(frozen=True, slots=True)
class Pool:
    """Shares of one class that are averaged, of one holder (UK section 104, Canadian adjusted cost base).

    cost: total; None is unknown.
    """

    holder: str
    instrument: str
    quantity: Decimal
    cost: Decimal | None


class Replacement(NamedTuple):
    """Shares bought that replace shares sold at a loss.

    sale, sold_lot: whose loss it is. bought: the entry that brought the new shares. lot: the lot they are in now, None
    where they are gone. quantity: matched shares, as counted on the day of the sale. amount: the loss, positive.
    """

    sale: str
    sold: date
    bought: str
    acquired: date
    account: str
    instrument: str
    quantity: Decimal
    amount: Decimal
    effect: Effect
    sold_lot: str | None = None
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A disposal or event that the rules leave out of every figure, and why, as a sentence. Proceeds stand aside."""

    entry: str
    account: str
    instrument: str | None
    day: date
    proceeds: Decimal
    reason: str


@dataclass(frozen=True)
class Matching:
    """A history under a country's rules. Lots or pools are what is open on the last day."""

    slices: tuple[Slice, ...] = ()
    lots: tuple[TaxLot, ...] = ()
    pools: tuple[Pool, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    left_out: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a computation as a reader follows it. amount: in the currency, or a rate where `is_rate`."""

    code: str
    label: str
    amount: Decimal
    is_rate: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A rate up to a threshold; None is the last one, without an end."""

    rate: Decimal
    upto: Decimal | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of rates and where the year stands in it.

    base: what is compared with the thresholds. next_rate: of the next unit; room: units until the next threshold, None
    beyond the last.
    """

    code: str
    label: str
    base: Decimal
    bands: tuple[Band, ...]
    next_rate: Decimal
    room: Decimal | None


@dataclass(frozen=True)
class Assessment:
    """The tax of a year, and how it came about.

    net: by pot, carried losses used. carried: losses that go on to the next year by pot, positive.
    tax: of the year in all; parts: what it is made of; without_gains: the tax had nothing been sold.
    marginal: by pot, the tax of one more unit of gain, by finite difference. rates_of: the year whose rates were used.
    """

    year: TaxYear
    currency: str
    net: Mapping[GainClass, Decimal]
    carried: Mapping[GainClass, Decimal]
    tax: Decimal
    without_gains: Decimal
    parts: tuple[Line, ...]
    marginal: Mapping[GainClass, Decimal]
    schedules: tuple[Schedule, ...] = ()
    rates_of: str = ""
    notes: tuple[str, ...] = ()

    @property
    def tax_on_gains(self) -> Decimal:
        """What the year's disposals add to the tax; negative where a loss saves some."""
        return exact.subtract(self.tax, self.without_gains)


@dataclass(frozen=True, slots=True)
class Income:
    """What the accounts brought in a tax year besides gains, in taxed accounts, in the currency of the history.

    Three sums that do not overlap say what was paid on holdings: dividends; capital_gain_distributions, long-term ones
    of funds; exempt, interest and dividends that are free of federal tax in the United States. The last two are told
    apart where the broker or a person says so, and only there. qualified: of the dividends.
    fund_dividends: of the three, what funds paid, by what the fund mostly holds, where somebody says it.
    """

    dividends: Decimal = ZERO
    qualified: Decimal = ZERO
    interest: Decimal = ZERO
    withheld: Decimal = ZERO
    capital_gain_distributions: Decimal = ZERO
    exempt: Decimal = ZERO
    unknown: tuple[str, ...] = ()
    fund_dividends: Mapping[FundShare, Decimal] = field(default_factory=dict)

    @property
    def distributions(self) -> Decimal:
        """All that was paid on holdings, for countries that do not tell it apart."""
        return sum((self.capital_gain_distributions, self.exempt), self.dividends)
