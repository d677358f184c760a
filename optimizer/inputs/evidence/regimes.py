"""Calm and turbulent states of the household's holdings together, as they could be told at the time."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.engine.plan import Progress
from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.regimes.jump import jumps
from optimizer.engine.risk.regimes.online import Regimes, hidden_states
from optimizer.engine.risk.regimes.record import After, covariance_record, record
from optimizer.engine.risk.returns import Closes, Floats
from optimizer.engine.risk.schedule import BURNED
from optimizer.inputs.evidence.portfolio import Portfolio, estimate, number, read

__all__ = ["compute", "read"]

POINTS = 600


def compute(inputs: Portfolio, progress: Progress) -> dict[str, Any]:
    first, returns = portfolio_returns(inputs.history, inputs.weights)
    if not len(returns):
        return {"sessions": 0, "left_out": list(inputs.left_out)}
    progress("Hidden states", 0.1)
    hidden = hidden_states(returns)
    progress("Jump model", 0.5)
    jump = jumps(returns)
    progress("Covariance by state", 0.7)
    days = [day.isoformat() for day in inputs.days[first:]]
    return {
        "sessions": len(returns),
        "left_out": list(inputs.left_out),
        "since": days[0],
        "needed": BURNED,
        "hidden": _said(hidden, returns),
        "jump": _said(jump, returns),
        "covariance": _covariance(inputs, first, returns, hidden),
        "chart": _chart(hidden, jump, days),
    }


def _said(made: Regimes, returns: Floats) -> dict[str, Any] | None:
    found = record(made, returns)
    if found is None:
        return None
    return {
        "now": number(made.turbulent[-1], 4),
        "calm": _after(found.calm),
        "turbulent": _after(found.turbulent),
        "leaving": estimate(found.leaving),
        "loss": estimate(found.loss),
        "saved": estimate(found.saved),
        "changes": found.changes,
    }


def _after(found: After) -> dict[str, Any]:
    return {"sessions": found.sessions, "volatility": number(found.volatility), "mean": estimate(found.mean)}


def _covariance(inputs: Portfolio, first: int, returns: Floats, hidden: Regimes) -> dict[str, Any] | None:
    """Of the holdings that had prices all along; None where fewer than two did."""
    values = inputs.history.values[first - 1 :]
    complete = np.isfinite(values[0])
    if complete.sum() < 2 or not hidden.models:
        return None
    history = Closes(values[:, complete], np.zeros(int(complete.sum()), dtype=np.intp))
    return estimate(covariance_record(history, returns, hidden.models)) | {"assets": int(complete.sum())}


def _chart(hidden: Regimes, jump: Regimes, days: list[str]) -> dict[str, list[Any]]:
    known = np.flatnonzero(np.isfinite(hidden.turbulent))
    rows = known[:: -max(1, -(-len(known) // POINTS))][::-1]
    return {
        "days": [days[row] for row in rows],
        "hidden": [number(hidden.turbulent[row], 3) for row in rows],
        "jump": [number(jump.turbulent[row], 0) for row in rows],
    }
