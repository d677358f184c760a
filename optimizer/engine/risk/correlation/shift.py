"""Whether assets move together more, or less, than they used to."""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.covariance import HALF_LIFE, sample_correlation
from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.volatility.ewma import decay_of, ewma
from optimizer.engine.risk.volatility.score import Mean, mean

RECENT, LONG = 63, 756
BLOCK, DRAWS = 21, 999


@dataclass(frozen=True, slots=True)
class Shift:
    """Mean correlation of pairs in the last RECENT sessions and in the LONG ones before.

    `low`, `high`: between which it would lie in 95 of 100 windows of RECENT sessions if nothing had changed; `chance`:
    how often it would lie as far from `usual`, the middle of those, as it does.
    """

    recent: float
    long: float
    usual: float
    low: float
    high: float
    chance: float


def shift(returns: Floats, seed: int = 0) -> Shift | None:
    """Of complete daily returns (T x n); None with fewer than two assets or 2 RECENT + LONG sessions.

    Returns are divided by the volatility known the evening before: correlations of raw returns rise with volatility
    alone (Forbes and Rigobon, Journal of Finance 57(5), 2002). The test draws windows of RECENT sessions out of the
    long one in circular blocks of BLOCK (Politis and Romano, 1992), so that fat tails and clusters are in it.
    """
    scores = standardised(returns)
    if returns.shape[1] < 2 or len(scores) < RECENT + LONG:
        return None
    long, now = scores[-RECENT - LONG : -RECENT], mean_correlation(scores[-RECENT:])
    rng = np.random.default_rng(seed)
    starts = rng.integers(LONG, size=(DRAWS, RECENT // BLOCK))
    rows = (starts[:, :, None] + np.arange(BLOCK)).reshape(DRAWS, -1) % LONG
    drawn = np.array([mean_correlation(long[each]) for each in rows])
    usual = float(np.median(drawn))
    far = int((np.abs(drawn - usual) >= abs(now - usual)).sum())
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Shift(now, mean_correlation(long), usual, float(low), float(high), (far + 1) / (DRAWS + 1))


def standardised(returns: Floats) -> Floats:
    """Returns (T - RECENT x n) over the EWMA volatility of the evening before, the first RECENT sessions left out."""
    decay = decay_of(HALF_LIFE)
    variance = np.column_stack([ewma(column, decay) for column in (returns**2).T])
    volatility = np.sqrt(variance[RECENT - 1 : -1])
    scores: Floats = np.divide(returns[RECENT:], volatility, out=np.zeros_like(volatility), where=volatility > 0)
    return scores


def mean_correlation(scores: Floats) -> float:
    """Over all pairs of n assets, at least two."""
    n = scores.shape[1]
    return float((sample_correlation(scores).sum() - n) / (n * (n - 1)))


def windows(returns: Floats, sessions: int) -> Floats:
    """Mean correlation of the `sessions` up to each row of `returns` (T), every RECENT rows; NaN elsewhere."""
    scores = standardised(returns)
    made = np.full(len(returns), np.nan)
    for end in range(sessions, len(scores) + 1, RECENT):
        made[RECENT + end - 1] = mean_correlation(scores[end - sessions : end])
    return made


def foretelling(returns: Floats) -> tuple[Mean, Mean, Mean]:
    """Squared error with which the recent, the long window, and the mean of both foretold the next RECENT sessions.

    The last two less the first: positive where the recent window did better.
    """
    recent, long, half = [], [], []
    scores = standardised(returns)
    for now in range(LONG, len(scores) - RECENT + 1, RECENT):
        after = mean_correlation(scores[now : now + RECENT])
        short, wide = mean_correlation(scores[now - RECENT : now]), mean_correlation(scores[now - LONG : now])
        recent.append((short - after) ** 2)
        long.append((wide - after) ** 2)
        half.append(((short + wide) / 2 - after) ** 2)
    first = np.array(recent)
    return mean(first, 1), mean(np.array(long) - first, 1), mean(np.array(half) - first, 1)
