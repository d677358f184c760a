"""Tax lots of a simulated portfolio as arrays: which are sold, what they gain, and which losses are washed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from holdings.tax.us import long_term_from
from optimizer.engine.rebalance.orders import WINDOW
from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.types import Taxes

DUST = 1e-12

Days = NDArray[np.int64]


@dataclass(slots=True)
class Loss:
    """Shares sold at a loss whose replacement may still be bought. `each`: loss a share, positive."""

    day: int
    shares: float
    each: float
    short: bool


@dataclass(slots=True)
class Gains:
    short: float = 0.0
    long: float = 0.0

    def add(self, amount: float, *, short: bool) -> None:
        if short:
            self.short += amount
        else:
            self.long += amount


class Lots:
    """Lots of n assets. Basis and proceeds contain the costs of the trade. Days are ordinals.

    A loss is washed by shares of the same asset bought within WINDOW of the sale (IRC 1091): it leaves the gains and
    enters the basis of those shares. Holding periods are not tacked.
    """

    def __init__(self, n: int, taxes: Taxes) -> None:
        self.taxes = taxes
        self.rates = float(taxes.short), float(taxes.long)
        self.asset: NDArray[np.intp] = np.zeros(0, np.intp)
        self.quantity: Floats = np.zeros(0)
        self.basis: Floats = np.zeros(0)
        self.acquired: Days = np.zeros(0, np.int64)
        self.long_from: Days = np.zeros(0, np.int64)
        self.replaces: Floats = np.zeros(0)  # shares that have taken up a loss already
        self.losses: list[list[Loss]] = [[] for _ in range(n)]

    def buy(self, shares: Floats, cost: Floats, day: date, gains: Gains) -> None:
        """New lots for what is bought of each asset (n): `cost` is money, spread included. Adds washed losses."""
        bought = np.flatnonzero(shares > 0)
        basis, replaces = cost[bought].copy(), np.zeros(len(bought))
        if self.taxes.wash_sales:
            for at, asset in enumerate(bought):
                if self.losses[asset]:
                    basis[at], replaces[at] = self._replace(int(asset), float(shares[asset]), basis[at], day, gains)
        today, later = day.toordinal(), long_term_from(day).toordinal()
        self.asset = np.concatenate((self.asset, bought))
        self.quantity = np.concatenate((self.quantity, shares[bought]))
        self.basis = np.concatenate((self.basis, basis))
        self.acquired = np.concatenate((self.acquired, np.full(len(bought), today)))
        self.long_from = np.concatenate((self.long_from, np.full(len(bought), later)))
        self.replaces = np.concatenate((self.replaces, replaces))

    def sell(self, shares: Floats, price: Floats, day: date, gains: Gains) -> None:
        """Take what is sold of each asset (n) from its lots; `price`: money a share after the spread (n)."""
        short = day.toordinal() < self.long_from
        self.sell_lots(self._taken(shares, self._each(price) * np.where(short, *self.rates)), price, day, gains)

    def sell_lots(self, taken: Floats, price: Floats, day: date, gains: Gains) -> None:
        """Take these shares of each lot; `price` as of `sell`."""
        today = day.toordinal()
        short, each = today < self.long_from, self._each(price)
        gained = taken * each
        gains.short += float(gained[short].sum())
        gains.long += float(gained[~short].sum())
        left = self.quantity - taken
        self.basis = self.basis * left / np.maximum(self.quantity, DUST)
        self.quantity = left
        if self.taxes.wash_sales:
            for lot in np.flatnonzero(gained < 0):
                self._lose(lot, Loss(today, float(taken[lot]), -float(each[lot]), bool(short[lot])), gains)
        self._drop(left > DUST * np.maximum(left + taken, 1.0))

    def _each(self, price: Floats) -> Floats:
        """Gain a share by lot."""
        each: Floats = price[self.asset] - self.basis / np.maximum(self.quantity, DUST)
        return each

    def _taken(self, shares: Floats, tax: Floats) -> Floats:
        """Shares taken of each lot: the oldest first, or those with the least tax a share first."""
        key = self.acquired if self.taxes.order == "fifo" else tax
        order = np.lexsort((np.arange(len(key)), key, self.asset))
        quantity, asset = self.quantity[order], self.asset[order]
        total = np.cumsum(quantity)
        start = np.searchsorted(asset, asset)
        before = total - quantity - np.where(start > 0, total[start - 1], 0.0)
        taken = np.empty(len(order))
        taken[order] = np.clip(shares[asset] - before, 0.0, quantity)
        return taken

    def _lose(self, sold: np.intp, loss: Loss, gains: Gains) -> None:
        """Defer what other shares bought in the days before replace; the rest may be replaced in the days to come."""
        asset = self.asset[sold]
        recent = (self.asset == asset) & (loss.day - self.acquired <= WINDOW.days) & (self.quantity > self.replaces)
        recent[sold] = False
        for lot in np.flatnonzero(recent):
            matched = min(loss.shares, float(self.quantity[lot] - self.replaces[lot]))
            self.basis[lot] += matched * loss.each
            self.replaces[lot] += matched
            loss.shares -= matched
            gains.add(matched * loss.each, short=loss.short)
        if loss.shares > DUST:
            self.losses[asset].append(loss)

    def _replace(self, asset: int, shares: float, basis: float, day: date, gains: Gains) -> tuple[float, float]:
        """Basis and matched shares of a purchase after the losses of the days before that it replaces."""
        open_ = [loss for loss in self.losses[asset] if day.toordinal() - loss.day <= WINDOW.days]
        matched = 0.0
        for loss in open_:
            part = min(loss.shares, shares - matched)
            loss.shares -= part
            matched += part
            basis += part * loss.each
            gains.add(part * loss.each, short=loss.short)
        self.losses[asset] = [loss for loss in open_ if loss.shares > DUST]
        return basis, matched

    def _drop(self, kept: NDArray[np.bool_]) -> None:
        for name in ("asset", "quantity", "basis", "acquired", "long_from", "replaces"):
            setattr(self, name, getattr(self, name)[kept])
