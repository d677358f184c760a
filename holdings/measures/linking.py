"""Carino's linking: parts of many periods' returns that add up to the compounded return."""

from collections.abc import Sequence
from math import log1p

CLOSE = 1e-9
"""Returns nearer than this count as equal: their quotient of logarithms is then its limit."""


def carino(one: float, other: float = 0.0) -> float:
    """[ln(1 + R) - ln(1 + Rb)] / (R - Rb), and 1 / (1 + R) where both are equal. Both above -1."""
    if abs(one - other) < CLOSE:
        return 1 / (1 + one)
    return (log1p(one) - log1p(other)) / (one - other)


def compounded(returns: Sequence[float]) -> float:
    """prod(1 + R) - 1; 0 for no period at all."""
    growth = 1.0
    for change in returns:
        growth *= 1 + change
    return growth - 1


def linking_weights(returns: Sequence[float], others: Sequence[float]) -> list[float]:
    """k_t / k for each period: parts of R_t - Rb_t times these add up to the compounded R - Rb. All above -1.

    Source: D. Carino, Combining attribution effects over time, Journal of Performance Measurement, 1999.
    """
    whole = carino(compounded(returns), compounded(others))
    return [carino(one, other) / whole for one, other in zip(returns, others, strict=True)]
