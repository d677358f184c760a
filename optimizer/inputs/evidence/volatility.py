"""Forecasts of volatility and their record: of the household's holdings together, and of the largest alone.

From closes, and where days are whole (open, high, low, close) from ranges too. What is shown first is what ranges say,
unless they did worse so far. The trigger's forecast and its record are those of closes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from accounts.models import Household, Run
from holdings.market.ranges import whole_days
from holdings.models import Instrument
from optimizer.engine.plan import Progress
from optimizer.engine.risk.covariance import YEAR
from optimizer.engine.risk.portfolio import LEAST, portfolio_returns
from optimizer.engine.risk.returns import Floats, simple_returns
from optimizer.engine.risk.schedule import BURNED
from optimizer.engine.risk.volatility.forecasts import HORIZONS, Forecasts, forecasts
from optimizer.engine.risk.volatility.record import JUDGED, Line, against, record, supported
from optimizer.engine.risk.volatility.score import Mean
from optimizer.engine.risk.volatility.series import (
    Series,
    following,
    garman_klass,
    is_complete,
    of_ranges,
    of_returns,
)
from optimizer.engine.risk.volatility.together import of_holdings
from optimizer.inputs.evidence import portfolio
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.inputs.evidence.portfolio import Portfolio, estimate, number

ALONE = 6
"""Holdings that are forecast by themselves, the largest; each takes seconds."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """`ranges` (days x n): Garman and Klass's estimate of each holding's day, NaN where a day is not whole."""

    portfolio: Portfolio
    ranges: Floats


def read(run: Run) -> Frozen:
    """Raises CannotFinish or CannotPropose."""
    frozen = portfolio.read(run)
    ranges = _ranges(run.household, frozen.inputs.assets, frozen.inputs.days)
    digest = hashlib.sha256(frozen.digest.encode() + ranges.tobytes()).hexdigest()
    return replace(frozen, digest=digest, inputs=Ranged(frozen.inputs, ranges))


def _ranges(household: Household, assets: Sequence[str], days: Sequence[dt.date]) -> Floats:
    row = {day: at for at, day in enumerate(days)}
    made = np.full((len(days), len(assets)), np.nan)
    instruments = {str(each.uuid): each for each in Instrument.objects.filter(uuid__in=assets)}
    for column, asset in enumerate(assets):
        known, prices = whole_days(household, instruments[asset])
        kept = [at for at, day in enumerate(known) if day in row]
        made[[row[known[at]] for at in kept], column] = garman_klass(*prices[kept].T)
    return made


def compute(inputs: Ranged, progress: Progress) -> dict[str, Any]:
    held = inputs.portfolio
    progress("All holdings", 0.05)
    first, returns = portfolio_returns(held.history, held.weights)
    found = _whole(inputs, first, returns) if len(returns) else {"sessions": 0}
    instruments = []
    for at, symbol in enumerate(held.symbols[:ALONE]):
        progress(symbol, 0.3 + 0.7 * at / min(ALONE, len(held.symbols)))
        since = held.history.first[at]
        own, ranges = simple_returns(held.history)[since:, at], inputs.ranges[since + 1 :, at]
        instruments.append({"symbol": symbol, "weight": number(held.weights[at]), **_one(own, ranges)})
    return found | {"instruments": instruments, "left_out": list(held.left_out)}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The forecasts that are shown, what their proxy was made of, and what ranges saved against closes by horizon.

    All are held against the EWMAs of closes.
    """

    made: Forecasts
    reads: str
    closes: Forecasts
    ranged: Forecasts | None = None
    saved: Mapping[int, Mean] = field(default_factory=dict)


def _chosen(closes: Forecasts, ranged: Series | None, squares: Floats) -> _Chosen:
    """By ranges where there are any and so far, at the judged horizon, they did not do worse than closes."""
    if ranged is None:
        return _Chosen(closes, "closes", closes)
    made = forecasts(ranged, same=closes)
    saved = {horizon: against(made, closes, squares, horizon) for horizon in HORIZONS}
    if saved[JUDGED].value < 0:
        return _Chosen(closes, "closes", closes, made, saved)
    return _Chosen(made, "ranges", closes, made, saved)


def _whole(inputs: Ranged, first: int, returns: Floats) -> dict[str, Any]:
    made, squares = forecasts(of_returns(returns)), returns**2
    lines = record(made, squares)
    days = [day.isoformat() for day in inputs.portfolio.days[first:]]
    part, ranged = _together(inputs, first)
    chosen = _chosen(made, ranged, squares)
    return {
        "sessions": len(returns),
        "since": days[0],
        "needed": BURNED,
        "now": _now(made),
        "alone_now": bool(made.alone[:, -1].any()),
        "alone": number(_failed(made)),
        "supported": supported(lines),
        "lines": [_said(line) for line in lines],
        "reads": chosen.reads,
        "ranges": {"part": number(part), **_ranged(chosen, squares)},
        "chart": _chart(chosen, returns, days),
    }


def _together(inputs: Ranged, first: int) -> tuple[float, Series | None]:
    """What part of the holdings, by weight, has ranges; and, where it is half or more, the whole out of them."""
    held, ranges = inputs.portfolio, inputs.ranges[first:]
    returns = simple_returns(held.history)[first - 1 :]
    known = [is_complete(np.nan_to_num(own), days) for own, days in zip(returns.T, ranges.T, strict=True)]
    part = float(held.weights[known].sum() / held.weights.sum())
    return part, of_holdings(returns, ranges, held.weights) if part >= LEAST else None


def _ranged(chosen: _Chosen, squares: Floats) -> dict[str, Any]:
    """The mean of five out of ranges: now, its record, and what it saved against closes by horizon."""
    if chosen.ranged is None:
        return {"lines": []}
    lines = record(chosen.ranged, squares, chosen.closes)
    return {
        "now": _now(chosen.ranged)["combination"],
        "lines": [_said(line) for line in lines if line.model == "combination"],
        "saved": {str(horizon): estimate(saved) for horizon, saved in chosen.saved.items()},
        "supported": supported(lines),
    }


def _now(made: Forecasts) -> dict[str, dict[str, float | None]]:
    return {name: {str(h): number(made.annual(name, h)[-1]) for h in HORIZONS} for name in made.variance}


def _one(returns: Floats, ranges: Floats) -> dict[str, Any]:
    squares = returns**2
    ranged = of_ranges(returns, ranges) if is_complete(returns, ranges) else None
    chosen = _chosen(forecasts(of_returns(returns)), ranged, squares)
    made, lines = chosen.made, record(chosen.made, squares, chosen.closes)
    judged = next(line for line in lines if (line.model, line.horizon) == ("combination", JUDGED))
    return {
        "sessions": len(returns),
        "now": number(made.annual("combination", JUDGED)[-1]),
        "ewma": number(chosen.closes.annual("ewma", JUDGED)[-1]),
        "loss": estimate(judged.loss),
        "saved": estimate(judged.saved["ewma"]),
        "supported": supported(lines),
        "alone_now": bool(made.alone[:, -1].any()),
        "reads": chosen.reads,
        "whole_days": int(np.isfinite(ranges).sum()),
        "by_ranges": estimate(chosen.saved[JUDGED]) if chosen.saved else None,
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


def _chart(chosen: _Chosen, returns: Floats, days: list[str]) -> dict[str, list[Any]]:
    """Every JUDGED sessions, counted back from the last: what was foretold for the next ones, and what came."""
    rows = np.arange(len(days) - 1, BURNED - 2, -JUDGED)[::-1]
    came = np.sqrt(following(returns**2, JUDGED) * YEAR / JUDGED)
    return {
        "days": [days[row] for row in rows],
        "combination": [number(chosen.made.annual("combination", JUDGED)[row]) for row in rows],
        "ewma": [number(chosen.closes.annual("ewma", JUDGED)[row]) for row in rows],
        "came": [number(came[row]) for row in rows],
    }
