"""The target: what the policy's strategy would hold under the weight limits, were there no taxes and no costs."""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.engine.constraints import excluded, sells_down, weight_rows
from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.model import MANY, RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import allocate
from optimizer.engine.strategies.frontier import frontier, point
from optimizer.engine.strategies.universe import Universe, eased
from optimizer.engine.types import FrontierPoint, ViewEffect
from optimizer.engine.views import READ_BY, Market, effect, expected_returns

NOTICED = 1e-5


@dataclass(frozen=True, slots=True)
class Target:
    """Weight by asset, what each view moved of it, and the efficient frontier where the strategy is a point of one."""

    weights: Floats
    views: tuple[ViewEffect, ...]
    frontier: tuple[FrontierPoint, ...] = ()
    chosen: FrontierPoint | None = None


def make_target(book: Book, risk: RiskModel, solver: Solver) -> Target:
    """The target of the book's policy."""
    policy = book.snapshot.policy
    weights = target_weights(book, risk, solver)
    if policy.strategy not in READ_BY or not candidates(book):
        return Target(weights, tuple(ViewEffect(view.id, used=False) for view in policy.views))
    universe = eased(universe_of(book, risk), solver)
    return Target(
        weights,
        _view_effects(book, risk, solver, weights),
        frontier(universe, solver),
        point(universe, weights[candidates(book)]),
    )


def target_weights(book: Book, risk: RiskModel, solver: Solver) -> Floats:
    """Weight by asset, fractions of the household; what is never traded keeps its weight.

    Candidates are the assets that the policy names. What an exclusion holds stays at its present weight, and cash keeps
    at least its target and what accounts must hold.
    """
    weights, chosen = _outside(book), candidates(book)
    if chosen:
        weights[chosen] = allocate(book.snapshot.policy.strategy, universe_of(book, risk), solver)
    return weights


def _view_effects(book: Book, risk: RiskModel, solver: Solver, weights: Floats) -> tuple[ViewEffect, ...]:
    """Each view by the target with it against the target without it, all others kept."""
    policy, market = book.snapshot.policy, _market(book, risk)
    expected = expected_returns(policy.views, market)
    effects = []
    for view in policy.views:
        others = replace(policy, views=tuple(other for other in policy.views if other is not view))
        without = target_weights(replace(book, snapshot=replace(book.snapshot, policy=others)), risk, solver)
        moves = zip(book.assets, weights - without, strict=True)
        moved = {asset.id: float(move) for asset, move in moves if abs(move) > NOTICED}
        effects.append(effect(view, market, expected, moved))
    return tuple(effects)


def entered_weights(book: Book) -> Floats | None:
    """Weights of the risky assets to calibrate risk on, where a person sets them; None where the strategy chooses."""
    policy, risky = book.snapshot.policy, [book.assets[i].id for i in book.risky]
    if policy.strategy == "fixed_weights":
        return np.array([float(policy.target.get(key, 0)) for key in risky])
    if policy.strategy == "equal_weight":
        return np.array([float(key in policy.target) for key in risky])
    return None


def _kept(book: Book) -> set[str]:
    """Excluded assets that are held as they are."""
    return {key for key, row in excluded(book.snapshot.constraints, book.assets).items() if not sells_down(row)}


def candidates(book: Book) -> list[int]:
    """Assets that the target may hold: those that the policy names, and what an exclusion keeps as it is."""
    named = _kept(book) | set(book.snapshot.policy.target)
    return [int(i) for i in book.risky if book.assets[i].id in named]


def _outside(book: Book) -> Floats:
    """What is not tradable, at its present weight."""
    tradable = np.array([asset.tradable for asset in book.assets], dtype=bool)
    return np.where(tradable, 0.0, book.held)


def _entered(book: Book) -> Floats:
    target = book.snapshot.policy.target
    return np.array([float(target.get(book.assets[i].id, 0)) * book.invested for i in candidates(book)])


def _market(book: Book, risk: RiskModel) -> Market:
    """The reference is what a person entered, or equal weights where nothing is entered."""
    chosen, entered = candidates(book), _entered(book)
    parts = entered / entered.sum() if entered.sum() > 0 else np.full(len(chosen), 1 / len(chosen))
    place = np.searchsorted(book.risky, chosen)
    return Market(
        assets=[book.assets[i] for i in chosen],
        covariance=risk.covariance[np.ix_(place, place)],
        scenarios=risk.scenarios[:, place],
        reference=parts * _budget(book),
        value=book.value,
        tilt=None if risk.tilt is None else risk.tilt[place],
    )


def _budget(book: Book) -> float:
    return max(0.0, book.invested - book.cash_target)


def universe_of(book: Book, risk: RiskModel) -> Universe:
    """What the policy's strategy chooses from, in the order of the candidates."""
    chosen, kept, market = candidates(book), _kept(book), _market(book, risk)
    place = np.searchsorted(book.risky, chosen)
    held = np.array([book.assets[i].id in kept for i in chosen])
    rows = [row for row in weight_rows(book.snapshot.constraints, book.assets) if row.constraint.hard]
    taken = np.array([float(row.mask @ _outside(book)) for row in rows])
    now = book.held[chosen]
    return Universe(
        covariance=market.covariance,
        expected=expected_returns(book.snapshot.policy.views, market),
        scenarios=market.scenarios,
        weeks=risk.weeks[:, place],
        entered=_entered(book),
        budget=_budget(book),
        lower=np.where(held, now, 0.0),
        upper=np.where(held, now, np.inf),
        masks=np.array([row.mask[chosen] for row in rows]).reshape(len(rows), len(chosen)),
        low=np.array([row.low for row in rows]) - taken,
        high=np.array([row.high for row in rows]) - taken,
        params=book.snapshot.policy.params,
        loadings=risk.loadings[place] if len(risk.own) >= MANY else None,
        own=risk.own[place] if len(risk.own) >= MANY else None,
    )
