"""Days of trades at a known spread: 390 a day, each at half the spread above or below a random walk."""

import datetime as dt
from decimal import Decimal

import numpy as np

from holdings.measures.liquidity import Bar

FIRST = dt.date(2022, 1, 3)


def traded(spread: float, *, days: int = 252, volatility: float = 0.01, seed: int = 0, volume: int = 1000) -> list[Bar]:
    """Bars of weekdays from 3 Jan 2022 on; a third of each day's variance comes overnight."""
    random, middle, bars = np.random.default_rng(seed), 0.0, []
    day = FIRST
    while len(bars) < days:
        if day.weekday() < 5:
            path = middle + random.normal() * volatility / 3**0.5
            path = path + np.cumsum(random.normal(size=390)) * volatility * (2 / 3 / 390) ** 0.5
            middle = path[-1]
            paid = 100 * np.exp(path + spread / 2 * random.choice([-1, 1], size=390))
            close, high, low = (Decimal(repr(round(float(price), 4))) for price in (paid[-1], paid.max(), paid.min()))
            bars.append(Bar(day, close, high, low, Decimal(volume + len(bars) % 7)))
        day += dt.timedelta(days=1)
    return bars
