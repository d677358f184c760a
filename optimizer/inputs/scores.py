"""What became of decided proposals, from stored prices and fills. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from accounts.models import Household
from holdings.market.panel import ClosePanel, read_panel
from holdings.measures.risk import volatility
from holdings.measures.twr import twr
from holdings.valuations.history import days_of
from optimizer.engine.validate.scores import Done, score
from optimizer.models import Decision, Order, Proposal, ProposalScore, Side, Trade
from optimizer.services import scores as services

Verdict = ProposalScore.Verdict


def update(household: Household) -> int:
    """Score what was decided, once for the household's last session; the number of rows."""
    due = services.due(household)
    if due is None:
        return 0
    day, proposals = due
    return sum(_keep(proposal, day) for proposal in proposals)


def _keep(proposal: Proposal, day: dt.date) -> int:
    rows = proposal.trades.select_related("instrument", "decision", "order").prefetch_related("order__fills")
    trades = [trade for trade in rows if hasattr(trade, "decision")]
    panel, _ = read_panel(list({trade.instrument for trade in trades}), day, household=proposal.household)
    growth = {key: _growth(panel, at, proposal.as_of) for at, key in enumerate(panel.ids)}
    risk = _risk(proposal, day, traded=any(_filled(trade) for trade in trades))
    made = 0
    for verdict, done in (
        (Verdict.APPROVED, list(_approved(trades, growth))),
        (Verdict.REJECTED, list(_rejected(trades, growth))),
    ):
        if done:
            services.keep(proposal, verdict=verdict, as_of=day, figures=_figures(done) | risk)
            made += 1
    return made


def _growth(panel: ClosePanel, column: int, since: dt.date) -> float | None:
    """Total return from the last close on or before a day to the last there is; None where either is missing."""
    closes = panel.closes[:, column]
    before = [at for at, day in enumerate(panel.dates) if day <= since and np.isfinite(closes[at])]
    after = [at for at in np.flatnonzero(np.isfinite(closes)) if panel.dates[at] > since]
    if not before or not after:
        return None
    return float(closes[after[-1]] / closes[before[-1]] - 1)


def _rejected(trades: Iterable[Trade], growth: Mapping[str, float | None]) -> Iterator[Done]:
    for trade in trades:
        if trade.decision.verdict == Decision.Verdict.REJECTED:
            yield _done(trade, growth, Decimal(1), trade.cost)


def _approved(trades: Iterable[Trade], growth: Mapping[str, float | None]) -> Iterator[Done]:
    """What of each was filled, at the proposal's prices: what fills were worse than them is part of the cost."""
    for trade in trades:
        filled = _filled(trade)
        if filled:
            yield _done(trade, growth, filled / trade.quantity, _paid(trade, trade.order))


def _filled(trade: Trade) -> Decimal:
    order = getattr(trade, "order", None)
    return order.filled if order else Decimal(0)


def _paid(trade: Trade, order: Order) -> Decimal:
    sign = 1 if trade.side == Side.BUY else -1
    return sum(
        (sign * (fill.price - trade.price) * fill.quantity + fill.fees for fill in order.fills.all()), Decimal(0)
    )


def _done(trade: Trade, growth: Mapping[str, float | None], part: Decimal, cost: Decimal) -> Done:
    return Done(
        symbol=trade.instrument.symbol,
        side="buy" if trade.side == Side.BUY else "sell",
        value=trade.value * part,
        growth=growth.get(str(trade.instrument.uuid)),
        cost=cost,
        estimated=trade.cost * part,
        tax=trade.tax * part,
    )


def _figures(done: list[Done]) -> dict[str, Any]:
    found = score(done)
    return {
        "trades": found.trades,
        "moved": found.moved,
        "cost": found.cost,
        "estimated_cost": found.estimated,
        "tax": found.tax,
        "net": found.net,
        "missing": list(found.missing),
    }


def _risk(proposal: Proposal, day: dt.date, *, traded: bool) -> dict[str, float | None]:
    """What the proposal predicted of what was held afterwards, and what the household's returns came to since."""
    predicted = proposal.measures["after" if traded else "before"]["volatility"]
    since = [each for each in days_of(proposal.household, start=proposal.as_of) if each.day <= day]
    before = [each.value for each in since if each.day <= proposal.as_of]
    later = [each for each in since if each.day > proposal.as_of]
    returns = twr(later, before[-1]).returns if before else ()
    return {"predicted_volatility": float(predicted), "realised_volatility": volatility(returns)}
