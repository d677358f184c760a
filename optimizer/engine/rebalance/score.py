"""What a set of trades is worth, by the objective itself: exact tax, no number of a solver."""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.rebalance.fees import flat_fees
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.risk_rows import outside as risk_outside
from optimizer.engine.rebalance.rows import SHORT_OF_RESERVE
from optimizer.engine.risk.returns import Floats

BROKEN = 1e3
"""Penalty per unit outside a hard limit: above any gain inside it."""


@dataclass(frozen=True, slots=True)
class Score:
    """Parts of the objective in fractions of V, lower is preferred; `broken` is the penalty for limits not kept."""

    risk: float
    cost: float
    tax: float  # that the trades add this year
    carried: float  # worth of losses carried forward that the trades use up; negative: add
    later: float
    running: float  # a year of fund costs that the trades add
    idle: float
    soft: float
    broken: float

    @property
    def total(self) -> float:
        extra = self.soft + self.broken
        return self.risk + self.cost + self.tax + self.carried + self.later + self.running + self.idle + extra


def score(model: Model, trades: Floats) -> Score:
    """The objective of trades (money by column, fractions of V)."""
    book, policy = model.book, model.book.snapshot.policy
    e = model.drift + model.effect @ trades
    short, long = gains_after(model, trades)
    idle = max(0.0, model.idle_start + float(model.cash_move @ trades))
    year = book.year_tax(short, long) - book.tax_before
    soft, broken = _outside(model, trades, e, short, long)
    return Score(
        risk=float(policy.risk_aversion) / 2 * float(e @ model.covariance @ e),
        cost=float(book.trade_cost @ trades) + flat_fees(book, trades) + model.impact.cost(trades),
        tax=year,
        carried=book.worth(short, long) - book.worth_before - year,
        later=float((model.linear - book.trade_cost - book.running) @ trades),
        running=float(book.running @ trades),
        idle=float(policy.idle_cash_rate) * idle,
        soft=soft,
        broken=BROKEN * broken,
    )


def gains_after(model: Model, trades: Floats) -> tuple[float, float]:
    """Net short and long gains of the year with these trades."""
    short, long = model.gains
    return model.book.short + float(short @ trades), model.book.long + float(long @ trades)


def _outside(model: Model, trades: Floats, e: Floats, short: float, long: float) -> tuple[float, float]:
    """Money that broken soft limits cost, and how far hard ones are broken in sum."""
    gap = model.outside(trades) * model.exact
    soft, broken = float(gap @ model.costs[0]), float(gap @ model.costs[1])
    if model.tax_limit is not None:
        _, allowed, cost = model.tax_limit
        over = max(0.0, model.book.year_tax(short, long) - allowed)
        soft, broken = (soft, broken + over) if cost is None else (soft + cost * over, broken)
    if model.reserve is not None:
        row = model.rows[model.reserve[0]]
        cash = float(row.coefficients @ trades) + row.start
        soft += SHORT_OF_RESERVE * float(model.not_reserved(np.array(cash), np.array(short), np.array(long)))
    if model.error_limit is not None:
        broken += max(0.0, float(np.sqrt(e @ model.covariance @ e)) - model.error_limit[1])
    for limit, over in risk_outside(model, trades).items():
        soft, broken = (soft, broken + over) if limit.cost is None else (soft + limit.cost * over, broken)
    return soft, broken
