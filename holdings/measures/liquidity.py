"""What trading an instrument costs and how much of it is traded, out of its daily highs, lows, closes and volumes.

The spread is that of Abdi and Ranaldo, "A Simple Estimation of Bid-Ask Spreads from Daily Close, High, and Low Prices",
Review of Financial Studies 30 (2017). With c the log close and m the mean of log high and log low of a day,

    spread^2 = 4 E[(c_t - m_t)(c_t - m_t+1)]

It needs no opens, which are not stored, and unlike that of Corwin and Schultz (2012) no correction of moves overnight.
Over a short time noise makes the mean negative as often as not where spreads are narrow. Cutting those months at zero
would leave only errors upwards, so months enter with their sign, and the spread is given only where their mean is
clearly above zero (Ardia, Guidotti and Kroencke, Journal of Financial Economics 161, 2024, on that bias).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, median, stdev
from typing import NamedTuple

FOLLOWING = 7
"""Calendar days within which the next bar still follows a day."""

LEAST_PAIRS, LEAST_MONTHS = 12, 6
"""Pairs of days that make a month, and months that make an estimate."""

SIGNAL, MARGIN = 3.0, 2.0
"""Standard errors by which the squared spread must stand above zero, and that are added to what it is at most."""

VOLUME_SESSIONS, LEAST_VOLUMES = 63, 21


class Bar(NamedTuple):
    """One day in the shares of the last one; None where it is not known."""

    day: date
    close: Decimal
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None


class Spread(NamedTuple):
    """`half`: half of the spread, a fraction of the price; None where it cannot be told from noise.

    `most`: what it is at most, two standard errors above the mean. `months`: how many entered.
    """

    half: float | None
    most: float
    months: int


class Volume(NamedTuple):
    """The median day: shares, and shares x close in the currency of the closes. `days`: how many were known."""

    shares: Decimal
    value: Decimal
    days: int


def half_spread(bars: Sequence[Bar]) -> Spread | None:
    """The half-spread out of ascending bars; None where fewer than six months have twelve pairs of days."""
    months: dict[tuple[int, int], list[float]] = defaultdict(list)
    ranged = [bar for bar in bars if bar.high is not None and bar.low is not None]
    for today, following in pairwise(ranged):
        if today.high != today.low and (following.day - today.day).days <= FOLLOWING:
            months[today.day.year, today.day.month].append(_product(today, following))
    means = [fmean(products) for products in months.values() if len(products) >= LEAST_PAIRS]
    if len(means) < LEAST_MONTHS:
        return None
    squared, error = 4 * fmean(means), 4 * stdev(means) / sqrt(len(means))
    most = sqrt(max(squared, 0.0) + MARGIN * error) / 2
    return Spread(sqrt(squared) / 2 if squared > SIGNAL * error else None, most, len(means))


def _product(today: Bar, following: Bar) -> float:
    close = log(today.close)
    return (close - _middle(today)) * (close - _middle(following))


def _middle(bar: Bar) -> float:
    return (log(bar.high or bar.close) + log(bar.low or bar.close)) / 2


def daily_volume(bars: Sequence[Bar]) -> Volume | None:
    """The median of what is traded in a day; None where fewer than 21 days are known, or most days see no trade.

    The median, so that a day of earnings or of an index change does not count as usual.
    """
    known = [bar for bar in bars if bar.volume is not None]
    if len(known) < LEAST_VOLUMES:
        return None
    shares = median(bar.volume or Decimal(0) for bar in known)
    value = median((bar.volume or Decimal(0)) * bar.close for bar in known)
    return Volume(shares, value, len(known)) if shares > 0 else None
