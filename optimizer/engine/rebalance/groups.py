"""Identity groups that need a side: they hold a loss that may be sold, and something of them may be bought.

Within 30 days of a loss sale nothing of its identity group may be bought, in any account, so a plan sells the group's
losses or buys the group, never both. Losses that recent purchases would wash keep their group from being bought too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.problem import Index

LossSide = Literal["sell losses", "buy"]


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of its losses, of its other sales (gains, or not taxed) and of its buys; its rows among the assets."""

    name: str
    losses: Index
    others: Index
    buys: Index
    assets: Index


def loss_groups(book: Book, upper: Floats) -> dict[str, Group]:
    """The groups with both a loss to sell and a purchase to make, by name. `upper`: the most of each trade."""
    count, risky = len(book.sells), {int(i): j for j, i in enumerate(book.risky)}
    loses = [item.term is not None and (item.gain < 0 or item.void) for item in book.sells]
    names = [asset.identity for asset in book.assets]
    sells, buys, assets = (dict[str, list[int]]() for _ in range(3))
    for k, i in enumerate(book.sell_asset):
        sells.setdefault(names[i], []).append(k)
    for j, i in enumerate(book.buy_asset):
        if upper[count + j] > 0:
            buys.setdefault(names[i], []).append(count + j)
    for i, place in risky.items():
        assets.setdefault(names[i], []).append(place)
    found = {}
    for name in sorted(sells.keys() & buys.keys()):
        losses = [k for k in sells[name] if loses[k]]
        if losses:
            others = [k for k in sells[name] if not loses[k]]
            found[name] = Group(name, _index(losses), _index(others), _index(buys[name]), _index(assets[name]))
    return found


def barred(upper: Floats, sides: Mapping[str, LossSide], groups: Mapping[str, Group]) -> Floats:
    """Upper bounds with the closed side of each group at zero."""
    bounds = upper.copy()
    for name, side in sides.items():
        bounds[groups[name].buys if side == "sell losses" else groups[name].losses] = 0.0
    return bounds


def _index(columns: Iterable[int]) -> Index:
    return np.array(list(columns), dtype=np.intp)
