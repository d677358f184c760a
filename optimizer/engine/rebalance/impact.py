"""What orders move prices against themselves: the square-root law, exact and as straight lines below it.

All that a plan trades of one asset on one side, in whatever account, is one push on its price. It costs

    f(q) = c q^1.5,  c = IMPACT x daily volatility x sqrt(V / value of a day's volume)

in fractions of V, q with the approved trades of that side. Plans are scored with f itself. A program has the largest of
four tangents of f and of zero in its place: nowhere above f, so that its bound holds for f too; between two tangents f
is at most a sixth more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.engine.rebalance.book import Book, Index
from optimizer.engine.risk.returns import Floats

TANGENTS = np.array([1 / 64, 1 / 16, 1 / 4, 1.0])
"""Where f is touched, in parts of the asset's weight or target: fourfold steps, since a plan trades part of either."""

LEAST_WEIGHT = 0.001


@dataclass(frozen=True)
class Impact:
    """Pushes: an asset on one side. `push`: by trade, -1 where volume or volatility is not known.

    rate: c. scale: the weight that the tangents are placed by. done: money of approved trades, accounts x pushes.
    """

    push: Index
    rate: Floats
    scale: Floats
    done: Floats

    @property
    def count(self) -> int:
        return len(self.rate)

    @cached_property
    def start(self) -> Floats:
        """What approved trades push already."""
        total: Floats = self.done.sum(axis=0)
        return total

    def traded(self, trades: Floats) -> Floats:
        """Money by push, approved trades apart."""
        known = self.push >= 0
        return np.bincount(self.push[known], trades[known], minlength=self.count).astype(float)

    def cost(self, trades: Floats) -> float:
        """What trades add to the cost of the approved ones, a fraction of V."""
        if not self.count:
            return 0.0
        return float(self.rate @ ((self.start + self.traded(trades)) ** 1.5 - self.start**1.5))

    @cached_property
    def lines(self) -> tuple[Floats, Floats]:
        """Slopes and heights at no trade of the tangents, pushes x tangents."""
        at = self.start[:, None] + self.scale[:, None] * TANGENTS
        slope = 1.5 * self.rate[:, None] * np.sqrt(at)
        height = self.rate[:, None] * (at**1.5 - self.start[:, None] ** 1.5) - slope * self.scale[:, None] * TANGENTS
        return slope, height


def impact_of(book: Book, target: Floats) -> Impact:
    """`target`: weight by asset."""
    rates = [float(asset.impact(book.value)) for asset in book.assets]
    places = [(int(i), "sell") for i in book.sell_asset] + [(int(i), "buy") for i in book.buy_asset]
    names = list(dict.fromkeys(place for place in places if rates[place[0]] > 0))
    number = {place: g for g, place in enumerate(names)}
    asset = [i for i, _ in names]
    return Impact(
        push=np.array([number.get(place, -1) for place in places], dtype=np.intp),
        rate=np.array([rates[i] for i in asset], dtype=float),
        scale=np.maximum(np.maximum(book.held[asset], target[asset]), LEAST_WEIGHT) if names else np.zeros(0),
        done=_done(book, number, len(names)),
    )


def _done(book: Book, number: dict[tuple[int, str], int], count: int) -> Floats:
    done = np.zeros((len(book.accounts), count))
    for pick in book.standing.fixed:
        i = book.asset_index[pick.asset]
        push = number.get((i, "buy" if pick.lot is None else "sell"))
        if push is not None:
            done[book.account_index[pick.account], push] += float(pick.quantity * book.assets[i].price / book.value)
    return done


class Flow:
    """What orders push as their sizes move, and what that takes from the cash of each account."""

    def __init__(self, impact: Impact, accounts: Sequence[int], pushes: Sequence[int]) -> None:
        """`accounts`, `pushes`: of each order; one with a push of -1 moves no price and is not asked for."""
        self.impact, self.accounts, self.pushes = impact, accounts, pushes
        self.money = impact.done.copy()

    def add(self, order: int, money: float) -> None:
        self.money[self.accounts[order], self.pushes[order]] += money

    def change(self, order: int, money: float) -> Floats:
        """What each account pays more once so much more of an order is traded: all in a push pay the same part."""
        push = self.pushes[order]
        now = self.money[:, push]
        then = now.copy()
        then[self.accounts[order]] += money
        rate = self.impact.rate[push]
        paid: Floats = rate * (then * np.sqrt(max(0.0, then.sum())) - now * np.sqrt(max(0.0, now.sum())))
        return paid

    def with_(self, order: int) -> list[int]:
        """The orders that pay for the same push, this one among them."""
        push = self.pushes[order]
        return [order] if push < 0 else [j for j, other in enumerate(self.pushes) if other == push]
