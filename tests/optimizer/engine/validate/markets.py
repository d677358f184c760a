"""Small markets to walk through."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from optimizer.engine.strategies.universe import Universe
from optimizer.engine.validate.types import Market, Taxes

FIFO = Taxes(Decimal("0.35"), Decimal("0.15"), Decimal("0.35"), order="fifo", wash_sales=False)
LEAST = Taxes(Decimal("0.35"), Decimal("0.15"), Decimal("0.35"))


def weekdays(count: int, start: date = date(2015, 1, 1)) -> tuple[date, ...]:
    days = (start + timedelta(days=at) for at in range(2 * count))
    return tuple([day for day in days if day.weekday() < 5][:count])


def random_market(sessions: int, assets: int, seed: int = 0, spread: float = 0.001, cash_rate: float = 0.0) -> Market:
    """One common factor and assets of rising volatility."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0.0003, 0.006, (sessions - 1, 1))
    own = rng.normal(0, 1, (sessions - 1, assets)) * np.linspace(0.004, 0.02, assets)
    closes = 100 * np.cumprod(np.vstack((np.ones(assets), 1 + common + own)), axis=0)
    return Market(weekdays(sessions), closes, np.full(assets, spread), cash_rate)


def until(market: Market, session: int) -> Market:
    """What was known at the close of a session."""
    end = session + 1
    return Market(market.dates[:end], market.closes[:end], market.half_spread, market.cash_rate)


def universe(n: int, most: float = 1.0, **limits: object) -> Universe:
    given = {
        "covariance": np.zeros((n, n)),
        "expected": np.zeros(n),
        "scenarios": np.zeros((0, n)),
        "weeks": np.zeros((0, n)),
        "entered": np.full(n, 1 / n),
        "budget": 1.0,
        "lower": np.zeros(n),
        "upper": np.full(n, most),
        "masks": np.zeros((0, n)),
        "low": np.zeros(0),
        "high": np.zeros(0),
        "params": {},
    }
    return Universe(**(given | limits))
