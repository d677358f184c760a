"""The risk figures of a report: each with how many returns it rests on, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdings.measures import ratios, tails
from holdings.measures.risk import LEAST_OBSERVATIONS, Drawdown, volatility

Returns = Sequence[float]
MOST_FALLS = 10


def measured(returns: Returns, others: Returns | None, annual_free: float, periods: int) -> dict[str, Any]:
    """Every figure, None where it is refused. `others` are the benchmark's returns of the same periods."""
    free = [ratios.per_period(annual_free, periods)] * len(returns)
    return {
        "count": len(returns),
        "periods": periods,
        "volatility": volatility(returns, periods),
        "sharpe": ratios.sharpe(returns, free, periods),
        "sortino": ratios.sortino(returns, free, periods),
        **{f"{name}_{round(100 * level)}": _tail(returns, level, name) for level in tails.LEAST for name in TAILS},
        **(_beside(returns, others, free, periods) if others is not None else dict.fromkeys(BESIDE)),
    }


BESIDE = ("beta", "tracking_error", "information_ratio", "alpha")
TAILS = {"historical": tails.historical, "parametric": tails.normal_tail}
LEAST = {"volatility": LEAST_OBSERVATIONS, "tail_95": tails.LEAST[0.95], "tail_99": tails.LEAST[0.99]}


def _tail(returns: Returns, level: float, name: str) -> dict[str, float] | None:
    tail = TAILS[name](returns, level)
    return {"var": tail.var, "cvar": tail.cvar} if tail else None


def _beside(returns: Returns, others: Returns, free: Returns, periods: int) -> dict[str, Any]:
    return {
        "beta": ratios.beta(returns, others, free),
        "tracking_error": ratios.tracking_error(returns, others, periods),
        "information_ratio": ratios.information_ratio(returns, others, periods),
        "alpha": ratios.jensen_alpha(returns, others, free, periods),
    }


def falls(found: Sequence[Drawdown]) -> list[dict[str, Any]]:
    """The deepest falls, deepest first."""
    deepest = sorted(found, key=lambda fall: fall.depth)[:MOST_FALLS]
    return [
        {
            "depth": fall.depth,
            "peak": fall.peak.isoformat(),
            "trough": fall.trough.isoformat(),
            "recovered": fall.recovered and fall.recovered.isoformat(),
        }
        for fall in deepest
    ]
