"""An allocation, measured: weights by every label, risk, and what it cost to get there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import numpy as np

from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.judge import Judged
from optimizer.engine.rebalance.orders import money
from optimizer.engine.risk.measures import cdar, cvar, volatility
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import CASH, ZERO, AssetInput, Measures


def measure(book: Book, risk: RiskModel, target: Floats, judged: Judged) -> Measures:
    """The household of `book` after the judged trades; with none, as it stands."""
    weights = book.held.copy()
    flows: dict[str, Decimal] = defaultdict(Decimal)
    for trade in judged.trades:
        signed = trade.value if trade.side == "buy" else -trade.value
        weights[book.asset_index[trade.asset]] += (
            float(signed) / book.v * book.location[book.account_index[trade.account]]
        )
        flows[trade.account] += signed
    accounts = {}
    for account in book.accounts:
        shares = sum((q * book.assets[book.asset_index[i]].price for (a, i), q in _held(book) if a == account.id), ZERO)
        accounts[account.id] = float((shares + flows[account.id] + judged.cash[account.id]) * account.weight) / book.v
    traded = sum((trade.value for trade in judged.trades), ZERO)
    cash = sum((judged.cash[account.id] * account.weight for account in book.accounts), ZERO)
    cash = money(cash + Decimal(book.pending_cash) * book.value)
    return replace(
        _allocation(book, risk, target, weights, cash),
        value=money(book.value - judged.cost),
        account_cash=judged.cash,
        by_account=accounts,
        turnover=float(traded / book.value / 2),
        cost=judged.cost,
        tax=judged.tax,
        gains=judged.short + judged.long,
    )


def measure_target(book: Book, risk: RiskModel, target: Floats) -> Measures:
    """The target itself, as if it were held: no account, no cost."""
    cash = money(Decimal(max(0.0, book.invested - float(target[book.risky].sum()))) * book.value)
    tradable = np.array([asset.tradable for asset in book.assets], dtype=bool)
    return _allocation(book, risk, target, np.where(tradable, target, book.held), cash)


def _allocation(book: Book, risk: RiskModel, target: Floats, weights: Floats, cash: Decimal) -> Measures:
    risky, part = book.risky, float(cash) / book.v
    weights = np.where(weights < 1e-12, 0.0, weights)
    largest = int(np.argmax(weights)) if len(weights) else None
    return Measures(
        value=money(book.value),
        cash=cash,
        account_cash={},
        by_asset={asset.id: float(w) for asset, w in zip(book.assets, weights, strict=True) if w} | {CASH: part},
        by_class=_grouped(book, weights, lambda asset: asset.asset_class) | {CASH: part},
        by_sector=_grouped(book, weights, lambda asset: asset.sector),
        by_account={},
        volatility=volatility(weights[risky], risk.covariance),
        cvar_95=cvar(weights[risky], risk.scenarios),
        tracking_error=volatility((weights - target)[risky], risk.covariance),
        beta=None if risk.betas is None else float(risk.betas @ weights[risky]),
        drawdown=cdar(weights[risky], risk.weeks) if len(risk.weeks) else None,
        largest="" if largest is None else book.assets[largest].id,
        largest_weight=0.0 if largest is None else float(weights[largest]),
        turnover=0.0,
        cost=ZERO,
        tax=ZERO,
        expenses=_expenses(book, weights),
    )


def _expenses(book: Book, weights: Floats) -> Decimal:
    """What the funds take a year at these weights and today's value."""
    ratios = np.array([float(asset.expense_ratio) for asset in book.assets])
    return money(Decimal(float(ratios @ weights)) * book.value)


def _grouped(book: Book, weights: Floats, label: Callable[[AssetInput], str]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for asset, weight in zip(book.assets, weights, strict=True):
        if weight:
            sums[label(asset)] += float(weight)
    return dict(sums)


def _held(book: Book) -> list[tuple[tuple[str, str], Decimal]]:
    return list(book.standing.held.items())
