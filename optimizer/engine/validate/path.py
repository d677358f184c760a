"""One path to walk, as it is stored and hashed: the policy or a baseline, its market by name, and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np

from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.returns import Floats
from optimizer.engine.snapshot import Panel
from optimizer.engine.strategies.universe import Universe
from optimizer.engine.types import EstimatorName, StrategyName
from optimizer.engine.validate.proposals import Plans
from optimizer.engine.validate.rules import Fixed, Policy
from optimizer.engine.validate.types import Every, Market, Rule, Settings, Taxes

Role = Literal["proposals", "policy", "hold", "calendar", "equal", "benchmark"]
"""proposals: the trades that the engine proposes at each look. policy: all the way to the target at each. hold: the
policy's first weights, never traded. calendar: the policy once a year. equal: equal weights of the same assets each
month. benchmark: fixed weights, restored each month."""
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """A universe without its estimates (n assets), in fractions of what the policy may trade."""

    budget: float
    entered: Row
    lower: Row
    upper: Row
    masks: tuple[Row, ...]
    low: Row
    high: Row
    params: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Path:
    """Equal paths give equal results. assets: ids of the n candidates. benchmark: weights by id, the rest is cash.

    plans: what proposals are planned with, where the path is theirs.
    chunks: names of the price chunks that hold its prices, up to and on `last`.
    """

    role: Role
    strategy: StrategyName
    estimator: EstimatorName
    assets: tuple[str, ...]
    limits: Limits
    benchmark: Mapping[str, float]
    half_spread: Mapping[str, float]
    cash_rate: float
    first: date
    last: date
    every: Every
    embargo: int
    capital: float
    chunks: tuple[str, ...]
    band: float | None = None
    taxes: Taxes | None = None
    plans: Plans | None = None
    version: int = 1

    @property
    def ids(self) -> tuple[str, ...]:
        """Everything with a price in it."""
        return (*self.assets, *(key for key in self.benchmark if key not in self.assets))


def limits_of(book: Book, universe: Universe) -> Limits:
    """The universe of a household as that of what it may trade: a home or a private fund is left out, and each limit
    counts as a fraction of the rest.
    """
    part = book.invested
    return Limits(
        budget=universe.budget / part,
        entered=_row(universe.entered / part),
        lower=_row(universe.lower / part),
        upper=_row(universe.upper / part),
        masks=tuple(_row(mask) for mask in universe.masks),
        low=_row(universe.low / part),
        high=_row(universe.high / part),
        params=universe.params,
    )


def market_of(path: Path, panel: Panel) -> Market:
    """The path's market out of a panel with its assets; a gap repeats the last close."""
    place = {asset: at for at, asset in enumerate(panel.assets)}
    values = panel.closes[:, [place[key] for key in path.ids]]
    last = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values))[:, None], -1), axis=0)
    filled = np.where(last >= 0, np.take_along_axis(values, np.maximum(last, 0), axis=0), np.nan)
    spreads = np.array([path.half_spread[key] for key in path.ids])
    return Market(panel.dates, filled, spreads, path.cash_rate)


def settings_of(path: Path, market: Market) -> Settings:
    first = next(at for at, day in enumerate(market.dates) if day >= path.first)
    every: Every = {"hold": "never", "calendar": "year", "equal": "month", "benchmark": "month"}.get(
        path.role, path.every
    )  # type: ignore[assignment]
    band = path.band if path.role in ("proposals", "policy") else None
    return Settings(first, len(market.dates) - 1, path.capital, every, band, path.embargo, path.taxes)


def rule_of(path: Path, market: Market, settings: Settings) -> Rule:
    """What the path holds at each session."""
    columns, n = np.arange(len(path.assets)), len(path.ids)
    policy = Policy(market.closes, columns, _universe(path.limits), path.strategy, path.estimator)
    if path.role == "hold":
        return Fixed(market.closes, policy(settings.first - settings.embargo))
    if path.role == "equal":
        free = replace(path.limits, lower=(0.0,) * len(columns), upper=(1.0,) * len(columns), masks=(), low=(), high=())
        return Policy(market.closes, columns, _universe(free), "equal_weight")
    if path.role == "benchmark":
        return Fixed(market.closes, np.array([path.benchmark.get(key, 0.0) for key in path.ids]).reshape(n))
    return policy


def _universe(limits: Limits) -> Universe:
    n = len(limits.entered)
    return Universe(
        covariance=np.zeros((n, n)),
        expected=np.zeros(n),
        scenarios=np.zeros((0, n)),
        weeks=np.zeros((0, n)),
        entered=np.array(limits.entered),
        budget=limits.budget,
        lower=np.array(limits.lower),
        upper=np.array(limits.upper),
        masks=np.array(limits.masks).reshape(len(limits.masks), n),
        low=np.array(limits.low),
        high=np.array(limits.high),
        params=limits.params,
    )


def _row(values: Floats) -> Row:
    return tuple(float(value) for value in values)
