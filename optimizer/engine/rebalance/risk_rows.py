"""Limits on risk. Beta is one linear row. The others are convex and grow in proportion to what they measure, so each is
the largest of many linear functions: where a plan breaks one, the function that says so becomes a row (a cut).

Volatility and tracking error stand in the programs as cones, the tails (CVaR, and drawdown as CDaR) as cuts alone: of
Rockafellar and Uryasev's program only the scenarios that bind are ever needed (Kunzi-Bay and Mayer, 2006).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.engine.constraints import soft_cost
from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.rows import TradeRow, by_side, weight_effect
from optimizer.engine.risk.measures import cdar_slope, cvar_slope
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats

if TYPE_CHECKING:
    from optimizer.engine.rebalance.model import Model

CURVED, TAILS = frozenset({"volatility", "tracking_error"}), frozenset({"cvar", "drawdown"})
KEPT = 1e-7
"""How far over its limit a tail may be; cuts are tighter by as much."""


@dataclass(frozen=True, slots=True)
class RiskLimit:
    """`cost`: of a unit above `high`, None when hard."""

    id: str
    kind: str
    high: float
    cost: float | None

    @property
    def is_cone(self) -> bool:
        return self.kind in CURVED


def risk_limits(book: Book, ignored: frozenset[str]) -> tuple[RiskLimit, ...]:
    """The limits on volatility, tracking error and tails, in the order of the policy."""
    rows = [row for row in book.snapshot.constraints if row.kind in CURVED | TAILS and row.id not in ignored]
    return tuple(RiskLimit(row.id, row.kind, float(row.high or 0), soft_cost(row)) for row in rows)


def beta_rows(book: Book, risk: RiskModel) -> tuple[TradeRow, ...]:
    """Beta of the household against the benchmark; none where the benchmark is not known."""
    found: list[TradeRow] = []
    if risk.betas is None:
        return ()
    effect = weight_effect(book)[book.risky]
    for row in book.snapshot.constraints:
        if row.kind == "beta":
            low = -np.inf if row.low is None else float(row.low)
            high = np.inf if row.high is None else float(row.high)
            start = float(risk.betas @ book.held[book.risky])
            found += by_side(TradeRow(row.id, row.kind, risk.betas @ effect, start, low, high, soft_cost(row)))
    return tuple(found)


def measured(limit: RiskLimit, model: "Model", trades: Floats) -> float:
    """What a limit limits, after these trades."""
    return float(slope(limit, model, trades) @ _of(limit, model, trades))


def outside(model: "Model", trades: Floats) -> dict[RiskLimit, float]:
    """How far each limit is broken."""
    return {limit: max(0.0, measured(limit, model, trades) - limit.high) for limit in model.risk_limits}


def slope(limit: RiskLimit, model: "Model", trades: Floats) -> Floats:
    """The linear function (n) of the risky weights, or of their deviations, that is the measure at these trades."""
    at, risk = _of(limit, model, trades), model.risk
    if limit.is_cone:
        curve: Floats = risk.covariance @ at
        curve /= np.sqrt(max(float(at @ curve), 1e-18))
        return curve
    return cvar_slope(at, risk.scenarios) if limit.kind == "cvar" else cdar_slope(at, risk.weeks)


def cut(limit: RiskLimit, model: "Model", trades: Floats) -> TradeRow:
    """The row that the measure at these trades makes: it holds wherever the limit does."""
    function = slope(limit, model, trades)
    start = float(function @ (model.drift if limit.kind == "tracking_error" else model.book.held[model.book.risky]))
    return TradeRow(limit.id, limit.kind, function @ model.effect, start, -np.inf, limit.high - KEPT, limit.cost)


def first_cuts(model: "Model") -> tuple[TradeRow, ...]:
    """Cuts of the tails where nothing is traded."""
    nothing = np.zeros(model.trades)
    return tuple(cut(limit, model, nothing) for limit in model.risk_limits if not limit.is_cone)


def new_cuts(model: "Model", trades: Floats, slack: Mapping[str, float]) -> tuple[TradeRow, ...]:
    """Cuts of the tails that these trades break by more than the slack that they were given."""
    over = outside(model, trades)
    return tuple(
        cut(limit, model, trades)
        for limit, gap in over.items()
        if not limit.is_cone and gap > slack.get(limit.id, 0.0) + KEPT
    )


def tangents(model: "Model", trades: Floats) -> tuple[TradeRow, ...]:
    """A cut of every limit at these trades, for steps as small as a share."""
    hard = tuple(row for row in model.cuts if row.cost is None)
    return (*hard, *(cut(limit, model, trades) for limit in model.risk_limits))


def _of(limit: RiskLimit, model: "Model", trades: Floats) -> Floats:
    """Deviations from the target for tracking error, else weights, of the risky assets."""
    deviation: Floats = model.drift + model.effect @ trades
    return deviation if limit.kind == "tracking_error" else deviation + model.target[model.book.risky]
