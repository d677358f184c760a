"""The rebalance from end to end: continuous plan, tickets, whole shares, exact judgement."""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.engine.diagnosis import diagnose
from optimizer.engine.errors import Infeasible
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.fewer import drop_small, fewer_orders, without_small_losses, worth_their_fees
from optimizer.engine.rebalance.judge import Judged, judge, picks_of
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.risk_rows import first_cuts, new_cuts, tangents
from optimizer.engine.rebalance.rounding import Filled, whole_shares
from optimizer.engine.rebalance.score import Score, score
from optimizer.engine.rebalance.search import Effort, Relaxed, search
from optimizer.engine.rebalance.tickets import tickets
from optimizer.engine.rebalance.washed import counting
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


ROUNDS = 20
"""Times that limits on tails may ask for another cut."""


def rebalance(now: Book, book: Book, risk: RiskModel, target: Floats, solver: Solver) -> Found:
    """The plan, or no trade beyond the approved ones where none is worth it. Raises Infeasible."""
    model, relaxed, effort = _any_searched(Model(book, target, risk), solver)
    model, filled = _whole(model, relaxed, solver)
    book, model = model.book, replace(model, counting=None)
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


def _any_searched(model: Model, solver: Solver) -> tuple[Model, Relaxed, Effort]:
    """The continuous plan; where none sells the oldest losses first, one that counts no loss beside a recent purchase.

    Raises Infeasible.
    """
    try:
        return _searched(model, solver)
    except Unsolvable:
        plain = replace(model, book=make_book(model.book.snapshot, beyond=False)) if model.book.washes else model
    try:
        return _searched(plain, solver)
    except Unsolvable:
        raise Infeasible(diagnose(replace(plain, cuts=first_cuts(plain)), solver)) from None


def _searched(model: Model, solver: Solver) -> tuple[Model, Relaxed, Effort]:
    """With the cuts that the limits on risk need. Raises Unsolvable."""
    model = replace(model, cuts=first_cuts(model))
    for _ in range(ROUNDS):
        relaxed, effort = search(model, solver)
        more = new_cuts(model, relaxed.trades, {})
        if not more:
            break
        model = replace(model, cuts=(*model.cuts, *more))
    return replace(model, counting=counting(model, relaxed.trades)), relaxed, effort


def _whole(model: Model, relaxed: Relaxed, solver: Solver) -> tuple[Model, Filled]:
    """Fewer and larger orders in whole shares, with the cuts that this needs in turn."""
    for _ in range(ROUNDS):
        trimmed = worth_their_fees(model, drop_small(model, relaxed, solver), solver)
        trimmed = fewer_orders(model, without_small_losses(model, trimmed, solver), solver)
        near = replace(model, cuts=tangents(model, trimmed.plan.trades)) if model.risk_limits else model
        filled = whole_shares(near, tickets(near, trimmed))
        more = new_cuts(model, filled.trades(model), {})
        if not more:
            break
        model = replace(model, cuts=(*model.cuts, *more))
    return model, filled
