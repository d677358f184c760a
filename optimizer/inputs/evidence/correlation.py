"""How the household's holdings move together: now, in falls, and what that leaves of diversification."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from optimizer.engine.plan import Progress
from optimizer.engine.risk.correlation.diversification import diversification_ratio, ratios
from optimizer.engine.risk.correlation.shift import LONG, RECENT, foretelling, shift, standardised, windows
from optimizer.engine.risk.correlation.tails import tails
from optimizer.engine.risk.covariance import covariance
from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.returns import Closes, simple_returns
from optimizer.inputs.evidence.portfolio import Portfolio, estimate, number, read

__all__ = ["compute", "read"]

SHOWN = 12
"""Holdings whose falls are held against the rest, the largest; each takes a second."""


def compute(inputs: Portfolio, progress: Progress) -> dict[str, Any]:
    progress("Shift", 0.1)
    return {
        **_together(inputs),
        "holdings": _in_falls(inputs, progress),
        "ratio": number(_ratio_now(inputs)),
        "left_out": list(inputs.left_out),
    }


def _together(inputs: Portfolio) -> dict[str, Any]:
    """Of the holdings with prices for both windows, from when all of them had some."""
    kept = np.flatnonzero(len(inputs.days) - inputs.history.first > LONG + 2 * RECENT)
    found: dict[str, Any] = {"compared": [inputs.symbols[j] for j in kept]}
    if len(kept) < 2:
        return found | {"shift": None, "foretelling": None, "chart": None}
    first = int(inputs.history.first[kept].max())
    values, days = inputs.history.values[first:, kept], inputs.days[first:]
    history = Closes(values, np.zeros(len(kept), dtype=np.intp))
    returns = simple_returns(history)
    moved = shift(returns)
    recent, long, half = foretelling(returns)
    correlations = np.append(np.nan, windows(returns, RECENT))
    correlations[-1] = moved.recent if moved else np.nan
    ratio = ratios(history, inputs.weights[kept])
    return found | {
        "shift": asdict(moved) if moved else None,
        "foretelling": {"recent": estimate(recent), "long": estimate(long), "half": estimate(half)},
        "since": days[0].isoformat(),
        "chart": {"correlation": _points(correlations, days), "ratio": _points(ratio, days)},
    }


def _points(values: Any, days: Any) -> dict[str, list[Any]]:
    rows = np.flatnonzero(np.isfinite(values))
    return {"days": [days[row].isoformat() for row in rows], "values": [number(values[row], 4) for row in rows]}


def _in_falls(inputs: Portfolio, progress: Progress) -> list[dict[str, Any]]:
    """Each holding beside the rest of the portfolio, on the sessions that both have; alone it has no rest."""
    made: list[dict[str, Any]] = []
    if len(inputs.symbols) < 2:
        return made
    moves = simple_returns(inputs.history)
    for at, symbol in enumerate(inputs.symbols[:SHOWN]):
        progress(symbol, 0.2 + 0.8 * at / min(SHOWN, len(inputs.symbols)))
        others = np.where(np.arange(len(inputs.symbols)) == at, 0.0, inputs.weights)
        first, rest = portfolio_returns(inputs.history, others)
        start = max(first - 1, int(inputs.history.first[at]))
        found = tails(*standardised(np.column_stack([moves[start:, at], rest[start - first + 1 :]])).T)
        said: dict[str, Any] = {
            "symbol": symbol,
            "weight": float(inputs.weights[at]),
            "since": inputs.days[start].isoformat(),
        }
        figures = ("correlation", "falls", "rises", "normal", "dependence", "normal_dependence")
        if found:
            said |= {name: number(getattr(found, name), 4) for name in figures}
            said |= {
                "excess": estimate(found.excess),
                "asymmetry": estimate(found.asymmetry),
                "sessions": found.sessions,
                "calm": found.only_in_calm,
            }
        made.append(said)
    return made


def _ratio_now(inputs: Portfolio) -> float:
    if not inputs.symbols:
        return float("nan")
    return diversification_ratio(inputs.weights, covariance(inputs.history))
