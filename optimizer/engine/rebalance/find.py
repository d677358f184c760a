"""The rebalance from end to end: continuous plan, tickets, whole shares, exact judgement."""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.engine.diagnosis import diagnose
from optimizer.engine.errors import Infeasible
from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.fewer import fewer_orders, without_small_losses
from optimizer.engine.rebalance.judge import Judged, judge, picks_of
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.rounding import Filled, whole_shares
from optimizer.engine.rebalance.score import Score, score
from optimizer.engine.rebalance.search import Effort, Relaxed, search
from optimizer.engine.rebalance.tickets import drop_small, tickets
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable


@dataclass(frozen=True, slots=True)
class Found:
    """A plan before it is put in words. `now` is the book without approved trades, `book` the one with them done."""

    now: Book
    book: Book
    model: Model
    risk: RiskModel
    target: Floats
    relaxed: Relaxed
    effort: Effort
    judged: Judged
    trades: Floats  # of the model, without approved trades
    score: Score
    idle_score: Score  # of doing nothing at all


def rebalance(now: Book, book: Book, risk: RiskModel, target: Floats, solver: Solver) -> Found:
    """The plan, or no trade beyond the approved ones where none is worth it. Raises Infeasible."""
    model = Model(book, target, risk)
    try:
        relaxed, effort = search(model, solver)
    except Unsolvable:
        raise Infeasible(diagnose(model, solver)) from None
    trimmed = drop_small(model, relaxed, solver)
    trimmed = fewer_orders(model, without_small_losses(model, trimmed, solver), solver)
    filled = whole_shares(model, tickets(model, trimmed))
    if score(model, filled.trades(model)).total >= score(model, np.zeros(model.trades)).total:
        filled = Filled({})
    picks, trades = picks_of(book, filled), filled.trades(model)
    judged = judge(now, picks)
    approved = judge(now, book.standing.fixed)
    made, idle = score(model, trades), Model(now, target, risk)
    made = replace(made, cost=made.cost + float(approved.cost) / book.v)
    return Found(
        now, book, model, risk, target, relaxed, effort, judged, trades, made, score(idle, np.zeros(idle.trades))
    )
