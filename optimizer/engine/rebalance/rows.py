"""Every limit on trades as one linear row: the same rows bind the program, name conflicts and check the plan."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.engine.constraints import soft_cost
from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.returns import Floats

LAW = ""
OUT_OF_BAND = 1.0
"""Money that a dollar traded out of its tolerance band costs: more than any lower risk or tax is worth."""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """low <= coefficients @ trades + start <= high, in fractions of V; trades are sells then buys.

    `id`: of the policy row, of the account's cash floor, or LAW. `cost`: of a unit outside, None when hard.
    """

    id: str
    kind: str
    coefficients: Floats
    start: float
    low: float
    high: float
    cost: float | None = None


def trade_rows(book: Book) -> tuple[TradeRow, ...]:
    """All linear limits but those on tax: weights, cash, turnover, and the law that no account borrows."""
    return (*_laws(book), *_cash(book), *_weights(book), *_turnover(book))


def band_rows(book: Book, target: Floats) -> tuple[TradeRow, ...]:
    """That no trade takes an instrument or a sector out of the tolerance band around its target, or further out of it.

    Soft, so that a hard limit may still do so. A plan without them could leave drift that asks for the next plan.
    """
    band = book.snapshot.policy.drift_band
    if band is None:
        return ()
    groups = {asset.id: np.array([other is asset for other in book.assets]) for asset in book.assets}
    for sector in sorted({asset.sector for asset in book.assets if asset.sector}):
        groups[sector] = np.array([asset.sector == sector for asset in book.assets])
    effect = weight_effect(book)
    rows = []
    for name, mask in groups.items():
        held, wanted = float(mask @ book.held), float(mask @ target)
        low, high = min(held, wanted - float(band)), max(held, wanted + float(band))
        rows.append(TradeRow(f"band:{name}", "band", mask @ effect, held, low, high, OUT_OF_BAND))
    return tuple(rows)


def weight_effect(book: Book) -> sparse.csr_matrix:
    """Change of each asset's weight (assets x trades) by money sold or bought."""
    signed = np.concatenate((-book.location[book.sell_account], book.location[book.buy_account]))
    place = np.concatenate((book.sell_asset, book.buy_asset)), np.arange(len(signed))
    return sparse.csr_matrix((signed, place), shape=(len(book.assets), len(signed)))


def cash_effect(book: Book) -> Floats:
    """Change of each account's cash (accounts x trades), spread included."""
    effect = np.zeros((len(book.accounts), len(book.sells) + len(book.buys)))
    columns = np.arange(effect.shape[1])
    signed = np.concatenate((1 - book.spread[book.sell_asset], -1 - book.spread[book.buy_asset]))
    effect[np.concatenate((book.sell_account, book.buy_account)), columns] = signed
    return effect


def _laws(book: Book) -> Iterator[TradeRow]:
    effect = cash_effect(book)
    for a in range(len(book.accounts)):
        raised = float(effect[a].clip(min=0)[: len(book.sells)] @ book.sell_value)
        floor = min(0.0, float(book.cash[a]) + raised)
        yield TradeRow(LAW, "cash", effect[a], float(book.cash[a]), floor, np.inf)


def _cash(book: Book) -> Iterator[TradeRow]:
    effect = cash_effect(book)
    for row in book.cash_rows:
        here = np.array([row.account in (None, account.id) for account in book.accounts])
        start = float(book.cash[here].sum())
        cost = None if row.constraint is None else soft_cost(row.constraint)
        yield TradeRow(row.id, "minimum_cash", effect[here].sum(axis=0), start, row.low, np.inf, cost)


def _weights(book: Book) -> Iterator[TradeRow]:
    effect = weight_effect(book)
    for row in book.rows:
        start, constraint = float(row.mask @ book.held), row.constraint
        cost = soft_cost(constraint)
        yield TradeRow(constraint.id, constraint.kind, row.mask @ effect, start, row.low, row.high, cost)


def _turnover(book: Book) -> Iterator[TradeRow]:
    half = np.full(len(book.sells) + len(book.buys), 0.5)
    price = {asset.id: asset.price for asset in book.assets}
    done = sum(float(pick.quantity * price[pick.asset]) for pick in book.standing.fixed) / book.v / 2
    for row in book.snapshot.constraints:
        if row.kind == "turnover" and row.high is not None:
            yield TradeRow(row.id, row.kind, half, done, -np.inf, max(float(row.high), done), soft_cost(row))
