"""Pools of a simulated portfolio under the rules of a country that averages what its shares cost.

Matching and assessment are holdings.tax's own. Trades of an asset more than 30 days apart cannot meet under them, so
each asset keeps its pool and the trades since the last such gap, and only those are matched again when it is traded.
"""

from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Kind
from holdings.tax.history import History, TaxAccount
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Assessment, GainClass, Matching, Slice
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import YearInput
from optimizer.engine.year import rules_of

WINDOW = timedelta(days=30)
LONG_AGO = timedelta(days=62)
"""Before the first trade that is matched anew: too far for any rule to reach."""
OWN = "own"
SHARE, MONEY = Decimal("0.00000001"), Decimal("0.0001")

Sums = Mapping[int, Decimal]
"""Net gains by tax year, named by the calendar year in which it begins."""


@dataclass(frozen=True, slots=True)
class Traded:
    """shares: signed. money: with the costs of the trade, positive."""

    day: date
    shares: Decimal
    money: Decimal


@dataclass
class Pooled:
    """One asset: its pool before the trades that a later one may still change, and those trades."""

    rules: Jurisdiction
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    trades: list[Traded] = field(default_factory=list)
    settled: Sums = field(default_factory=dict)
    open: Sums = field(default_factory=dict)
    held: Decimal = ZERO
    cost_now: Decimal = ZERO
    losses: tuple[date, ...] = ()

    def trade(self, done: Traded) -> None:
        """Match it with what is near."""
        if self.trades and done.day - self.trades[-1].day > WINDOW:
            found = self._matched(self.trades[-1].day + WINDOW)
            self.settled = _added(self.settled, self._gains(found))
            self.quantity, self.cost = _pool(found)
            self.trades = []
        self.trades = [*self.trades, done]
        found = self._matched(done.day)
        self.open = self._gains(found)
        self.held, self.cost_now = _pool(found)
        self.losses = tuple(sorted({each.sold for each in found.slices if (each.gain or ZERO) < 0}))

    @property
    def last_bought(self) -> date | None:
        """The day of the newest purchase among the last trades."""
        return max((each.day for each in self.trades if each.shares > 0), default=None)

    def bought_since(self, day: date) -> Decimal:
        """Shares that are still held, as far as they may be those bought from this day on."""
        return min(self.held, sum((each.shares for each in self.trades if each.shares > 0 and each.day >= day), ZERO))

    def gains(self) -> Sums:
        """Gains less losses that count, by tax year, as far as is known on the day of the last trade."""
        return _added(self.settled, self.open)

    def _matched(self, as_of: date) -> Matching:
        entries = [_entry(n, each) for n, each in enumerate(self.trades)]
        if self.quantity:
            entries = [_entry(-1, Traded(self.trades[0].day - LONG_AGO, self.quantity, self.cost)), *entries]
        accounts = {OWN: TaxAccount(OWN, OWN)}
        return self.rules.match(History(tuple(entries), replay(entries), accounts, {}, as_of, self.rules.currency))

    def _gains(self, found: Matching) -> Sums:
        sums = defaultdict[int, Decimal](Decimal)
        for each in found.slices:
            sums[self.rules.tax_year(each.sold).first.year] += each.recognised or ZERO
        return sums


class Pools:
    """All assets' pools, and the tax of each year at the rates and on the income of `year`, which is today's."""

    def __init__(self, n: int, year: YearInput) -> None:
        self.law, self.rules = year, rules_of(year)
        self.assets = [Pooled(self.rules) for _ in range(n)]

    def year_of(self, day: date) -> int:
        return self.rules.tax_year(day).first.year

    def trade(self, before: Floats, after: Floats, prices: Floats, spread: Floats, day: date) -> None:
        for at in np.flatnonzero(before != after):
            self.assets[at].trade(self._traded(int(at), after[at], prices[at], spread[at], day))

    def gains(self) -> Sums:
        """Of all assets, by tax year."""
        sums: Sums = {}
        for asset in self.assets:
            sums = _added(sums, asset.gains())
        return sums

    def with_all_sold(self, prices: Floats, spread: Floats, day: date) -> "Pools":
        """The same after a sale of everything; this one stays as it is."""
        sold = copy(self)
        sold.assets = [copy(asset) for asset in self.assets]
        held = np.array([float(asset.held) for asset in sold.assets])
        sold.trade(held, np.zeros(len(held)), prices, spread, day)
        return sold

    def assess(self, gain: Decimal, carried: Mapping[GainClass, Decimal]) -> Assessment:
        """The tax of a year with this net gain."""
        law = self.law
        slices = [Slice("", "", "", Decimal(1), law.year.last, gain, ZERO, GainClass.GENERAL)] if gain else []
        return self.rules.assess(slices, law.income, law.facts, law.year, carried)

    def _traded(self, at: int, after: float, price: float, spread: float, day: date) -> Traded:
        shares = Decimal(float(after)).quantize(SHARE) - self.assets[at].held
        paid = price * (1 + spread if shares > 0 else 1 - spread)
        return Traded(day, shares, (abs(shares) * Decimal(float(paid))).quantize(MONEY))


def _entry(number: int, done: Traded) -> Entry:
    kind, cash = (Kind.BUY, -done.money) if done.shares > 0 else (Kind.SELL, done.money)
    return Entry(str(number), OWN, kind, done.day, "asset", done.shares, cash)


def _pool(found: Matching) -> tuple[Decimal, Decimal]:
    return next(((each.quantity, each.cost or ZERO) for each in found.pools), (ZERO, ZERO))


def _added(one: Sums, other: Sums) -> Sums:
    return {year: one.get(year, ZERO) + other.get(year, ZERO) for year in one.keys() | other.keys()}
