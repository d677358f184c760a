"""Forecasts of volatility and their record: of the household's holdings together, and of the largest alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.engine.plan import Progress
from optimizer.engine.risk.covariance import YEAR
from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.returns import Floats, simple_returns
from optimizer.engine.risk.schedule import BURNED
from optimizer.engine.risk.volatility.forecasts import HORIZONS, Forecasts, forecasts
from optimizer.engine.risk.volatility.record import JUDGED, Line, record, supported
from optimizer.engine.risk.volatility.series import following, of_returns
from optimizer.inputs.evidence.portfolio import Portfolio, estimate, number, read

__all__ = ["compute", "read"]

ALONE = 6
"""Holdings that are forecast by themselves, the largest; each takes seconds."""


def compute(inputs: Portfolio, progress: Progress) -> dict[str, Any]:
    shown = inputs.symbols[:ALONE]
    progress("All holdings", 0.05)
    first, returns = portfolio_returns(inputs.history, inputs.weights)
    found = _whole(inputs, first, returns) if len(returns) else {"sessions": 0}
    instruments = []
    for at, symbol in enumerate(shown):
        progress(symbol, 0.3 + 0.7 * at / len(shown))
        own = simple_returns(inputs.history)[inputs.history.first[at] :, at]
        instruments.append({"symbol": symbol, "weight": number(inputs.weights[at]), **_one(own)})
    return found | {"instruments": instruments, "left_out": list(inputs.left_out)}


def _whole(inputs: Portfolio, first: int, returns: Floats) -> dict[str, Any]:
    made = forecasts(of_returns(returns))
    lines = record(made, returns**2)
    days = [day.isoformat() for day in inputs.days[first:]]
    return {
        "sessions": len(returns),
        "since": days[0],
        "needed": BURNED,
        "now": {name: {str(h): number(made.annual(name, h)[-1]) for h in HORIZONS} for name in made.variance},
        "alone_now": bool(made.alone[:, -1].any()),
        "alone": number(_failed(made)),
        "supported": supported(lines),
        "lines": [_said(line) for line in lines],
        "chart": _chart(made, returns, days),
    }


def _one(returns: Floats) -> dict[str, Any]:
    made = forecasts(of_returns(returns))
    lines = record(made, returns**2)
    judged = next(line for line in lines if (line.model, line.horizon) == ("combination", JUDGED))
    return {
        "sessions": len(returns),
        "now": number(made.annual("combination", JUDGED)[-1]),
        "ewma": number(made.annual("ewma", JUDGED)[-1]),
        "loss": estimate(judged.loss),
        "saved": estimate(judged.saved["ewma"]),
        "supported": supported(lines),
        "alone_now": bool(made.alone[:, -1].any()),
    }


def _failed(made: Forecasts) -> float:
    """Part of the sessions with a record at which the combination was the EWMA alone."""
    judged = made.alone[HORIZONS.index(JUDGED), BURNED - 1 :]
    return float(judged.mean()) if judged.size else float("nan")


def _said(line: Line) -> dict[str, Any]:
    return {
        "model": line.model,
        "horizon": line.horizon,
        "loss": estimate(line.loss),
        "saved": {name: estimate(saved) for name, saved in line.saved.items()},
        "ratio": number(line.ratio, 4),
    }


def _chart(made: Forecasts, returns: Floats, days: list[str]) -> dict[str, list[Any]]:
    """Every JUDGED sessions, counted back from the last: what was foretold for the next ones, and what came."""
    rows = np.arange(len(days) - 1, BURNED - 2, -JUDGED)[::-1]
    came = np.sqrt(following(returns**2, JUDGED) * YEAR / JUDGED)
    return {
        "days": [days[row] for row in rows],
        **{name: [number(made.annual(name, JUDGED)[row]) for row in rows] for name in ("combination", "ewma")},
        "came": [number(came[row]) for row in rows],
    }
