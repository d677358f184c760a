"""A policy walked forward: it knows the past alone, trades at later closes, and pays for its trades and its gains.

Weights drift between trades. Shares are traded in fractions. The tax on what a year realises is owed from the trade on
and paid with the first trade of the next year; a wash sale moves a loss into the shares that replace it.
"""

from datetime import date

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.books import books_of
from optimizer.engine.validate.lots import Gains
from optimizer.engine.validate.types import Every, Market, Rebalance, Rule, Settings, Walk

SETTLED, ROUNDS = 1e-13, 20
"""The cost of trades lowers what is invested, which changes the trades: each round is closer by the spread."""
YEAR_DAYS = 365


def walk(market: Market, rule: Rule, settings: Settings) -> Walk:
    """The portfolio that follows `rule` from cash at the first session on. Nothing after a session changes what is
    decided or worth on it.
    """
    return Walker(market, rule, settings).run()


def period_ends(dates: tuple[date, ...], every: Every, first: int, last: int) -> list[int]:
    """Sessions after `first` and before `last` that are the last of their month, quarter or year."""
    if every == "never":
        return []
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    period = [(day.year * 12 + day.month - 1) // months for day in dates[first : last + 1]]
    return [first + at for at in range(1, last - first) if period[at] != period[at + 1]]


class Walker:
    """A portfolio on its way; `rule`: the target at a session."""

    def __init__(self, market: Market, rule: Rule, settings: Settings) -> None:
        self.market, self.rule, self.settings = market, rule, settings
        self.closes = np.nan_to_num(market.closes)  # what has no price yet is not held
        n = self.closes.shape[1]
        self.shares = np.zeros(n)
        self.cash = settings.capital
        self.target = np.zeros(n)
        self.values = np.full(settings.last - settings.first + 1, np.nan)
        self.rebalances: list[Rebalance] = []
        self.books = None if settings.taxes is None else books_of(n, settings.taxes)
        self.tax: dict[int, float] = {}
        days = np.array([day.toordinal() for day in market.dates])
        self.growth: Floats = (1 + market.cash_rate) ** ((days - days[settings.first]) / YEAR_DAYS)

    def run(self) -> Walk:
        first, last, embargo = self.settings.first, self.settings.last, self.settings.embargo
        refits = set(period_ends(self.market.dates, self.settings.every, first, last))
        years = {at for at in range(first + 1, last) if self._year(at) != self._year(at + 1)}
        stops = sorted(refits | years | {last})
        self.target = self.rule(first - embargo)
        self.trade(first)
        at = first
        for stop in stops:
            at = self.hold_in_band(at, stop)
            self._hold(at, stop)
            if stop in refits:
                self.look(at, stop)
            if self.books and stop < last and self._year(stop) != self._year(stop + 1):
                self.tax[self._year(stop)] = self.books.close(self._year(stop))
            at = stop
        if self.books:
            self.tax |= {**self.books.amended, self._year(last): self.books.accrued}
        return Walk(self.values, tuple(self.rebalances), self.tax, self.liquidated())

    def look(self, at: int, stop: int) -> None:
        """Make the target anew and trade to it where the band says so; `at`: the session last traded on."""
        self.target = self.rule(stop - self.settings.embargo)
        if self.settings.band is None or self._drift(max(at, stop - self.settings.embargo)) > self.settings.band:
            self.trade(stop)

    def liquidated(self) -> float:
        """Everything sold at the last close; the tax is what the sale adds to the last year's."""
        last = self.settings.last
        prices = self.closes[last]
        cost = float((self.shares * prices) @ self.market.half_spread)
        tax = 0.0
        if self.books:
            tax = self.books.tax_of_all(self.shares, prices * (1 - self.market.half_spread), self.market.dates[last])
        return float(self.values[-1]) - cost - tax

    def _year(self, session: int) -> int:
        """The tax year, by the calendar year in which it begins."""
        day = self.market.dates[session]
        return self.books.year_of(day) if self.books else day.year

    def _hold(self, at: int, stop: int) -> None:
        """Values up to the close of `stop`, and cash with its interest."""
        growth = self.growth[at : stop + 1] / self.growth[at]
        first = self.settings.first
        owed = self.books.owed if self.books else 0.0
        self.values[at - first : stop + 1 - first] = self._stocks(at, stop) + self.cash * growth - owed
        self.cash *= float(growth[-1])

    def _stocks(self, at: int, stop: int) -> Floats:
        """Summed row by row, so that a value does not depend on how many later ones are asked for."""
        held = np.flatnonzero(self.shares)
        worth: Floats = (self.closes[at : stop + 1, held] * self.shares[held]).sum(axis=1)
        return worth

    def hold_in_band(self, at: int, stop: int) -> int:
        """Trade whenever a weight has left its band before `stop`; the session of the last such trade."""
        band, embargo = self.settings.band, self.settings.embargo
        while band is not None and at + embargo < stop:
            out = np.flatnonzero(self._drifts(at, stop - embargo) > band)
            if not out.size or at + int(out[0]) + embargo >= stop:
                break
            traded = at + int(out[0]) + embargo
            self._hold(at, traded)
            self.trade(traded)
            at = traded
        return at

    def _drifts(self, at: int, stop: int) -> Floats:
        """Largest distance of a weight from its target at each close from `at` to `stop`."""
        growth = self.growth[at : stop + 1] / self.growth[at]
        held = self.closes[at : stop + 1] * self.shares
        worth = held.sum(axis=1) + self.cash * growth
        far: Floats = np.abs(held / worth[:, None] - self.target).max(axis=1)
        return far

    def _drift(self, session: int) -> float:
        held = self.closes[session] * self.shares
        return float(np.abs(held / (held.sum() + self.cash) - self.target).max())

    def trade(self, session: int) -> None:
        """To the target at this close: what was due is paid first, then spreads, then the rest invested."""
        spread = self.market.half_spread
        prices = self.closes[session]
        if self.books:
            self.cash -= self.books.pay()
        held = self.shares * prices
        worth = float(held.sum()) + self.cash
        cost = 0.0
        for _ in range(ROUNDS):
            aimed, before = self.target * (worth - cost), cost
            cost = float(np.abs(aimed - held) @ spread)
            if abs(cost - before) <= SETTLED * worth:
                break
        moved = aimed - held
        known = self.target > 0
        shares = np.zeros(len(held))
        shares[known] = aimed[known] / prices[known]
        gains = Gains()
        if self.books:
            self.books.trade(self.shares, shares, prices, spread, self.market.dates[session], gains)
        self.shares, self.cash = shares, worth - cost - float(aimed.sum())
        bought, sold = float(np.maximum(moved, 0).sum()), float(np.maximum(-moved, 0).sum())
        self.rebalances.append(Rebalance(session, self.target, bought, sold, cost, gains.short, gains.long))
        owed = self.books.owed if self.books else 0.0
        self.values[session - self.settings.first] = float(aimed.sum()) + self.cash - owed
