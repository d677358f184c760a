"""Monthly growth of a portfolio: blocks of its history, or a distribution. Logarithms, months x paths."""

import numpy as np

from optimizer.engine.risk.returns import Floats

BLOCK = 24
"""Months. Averages of days make neighbouring months alike; two years keep that, and the swings of a cycle."""
DEGREES = 5.0
"""Of freedom of Student's t: the tails that monthly equity returns have had."""


def bootstrap(history: Floats, months: int, paths: int, rng: np.random.Generator, block: int = BLOCK) -> Floats:
    """Circular blocks (Politis and Romano, 1992) of log returns (T): every month is drawn as often as any other."""
    blocks = -(-months // block)
    starts = rng.integers(len(history), size=(blocks, 1, paths))
    at = (starts + np.arange(block)[None, :, None]) % len(history)
    drawn: Floats = history[at.reshape(blocks * block, paths)[:months]]
    return drawn


def lognormal(mean: float, volatility: float, months: int, paths: int, rng: np.random.Generator) -> Floats:
    """Independent months; `mean` and `volatility` of a year's log return."""
    drawn: Floats = rng.standard_normal((months, paths))
    drawn *= volatility / np.sqrt(12)
    drawn += mean / 12
    return drawn


def student(mean: float, volatility: float, months: int, paths: int, rng: np.random.Generator) -> Floats:
    """As `lognormal` with Student's t of DEGREES, scaled to the same volatility."""
    drawn: Floats = rng.standard_t(DEGREES, (months, paths))
    drawn *= volatility / np.sqrt(12) * np.sqrt((DEGREES - 2) / DEGREES)
    drawn += mean / 12
    return drawn
