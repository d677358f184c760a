"""The target: what the policy's strategy would hold under the weight limits, were there no taxes and no costs."""

import numpy as np

from optimizer.engine.constraints import excluded, sells_down, weight_rows
from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import STRATEGIES
from optimizer.engine.strategies.universe import Universe


def target_weights(book: Book, risk: RiskModel, solver: Solver) -> Floats:
    """Weight by asset, fractions of the household; what is never traded keeps its weight.

    Candidates are the assets that the policy names. What an exclusion holds stays at its present weight, and cash keeps
    at least its target and what accounts must hold.
    """
    policy = book.snapshot.policy
    kept = {key for key, row in excluded(book.snapshot.constraints, book.assets).items() if not sells_down(row)}
    place = {int(i): j for j, i in enumerate(book.risky)}
    chosen = [i for i in place if book.assets[i].id in policy.target or book.assets[i].id in kept]
    weights = np.zeros(len(book.assets))
    outside = [i for i, asset in enumerate(book.assets) if not asset.tradable]
    weights[outside] = book.held[outside]
    if chosen:
        weights[chosen] = STRATEGIES[policy.strategy](_universe(book, risk, chosen, kept, weights), solver)
    return weights


def _universe(book: Book, risk: RiskModel, chosen: list[int], kept: set[str], outside: Floats) -> Universe:
    policy = book.snapshot.policy
    place = [int(np.searchsorted(book.risky, i)) for i in chosen]
    held = np.array([book.assets[i].id in kept for i in chosen])
    entered = np.array([float(policy.target.get(book.assets[i].id, 0)) * book.invested for i in chosen])
    rows = [row for row in weight_rows(book.snapshot.constraints, book.assets) if row.constraint.hard]
    taken = np.array([float(row.mask @ outside) for row in rows])
    now = book.held[chosen]
    return Universe(
        covariance=risk.covariance[np.ix_(place, place)],
        entered=np.where(held, now, entered),
        budget=max(0.0, book.invested - book.cash_target),
        lower=np.where(held, now, 0.0),
        upper=np.where(held, now, np.inf),
        masks=np.array([row.mask[chosen] for row in rows]).reshape(len(rows), len(chosen)),
        low=np.array([row.low for row in rows]) - taken,
        high=np.array([row.high for row in rows]) - taken,
        params=policy.params,
    )
