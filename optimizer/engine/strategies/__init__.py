"""Target weights: one function a strategy, one signature, one registry."""

from collections.abc import Callable, Mapping

import numpy as np

from optimizer.engine.errors import SolverFailed
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.strategies.hierarchy import hierarchical_risk_parity
from optimizer.engine.strategies.parity import risk_budgets, risk_parity
from optimizer.engine.strategies.tail import minimum_cdar, minimum_cvar
from optimizer.engine.strategies.universe import Universe, eased
from optimizer.engine.strategies.variance import black_litterman, maximum_sharpe, mean_variance, minimum_variance
from optimizer.engine.strategies.weights import benchmark_tracking, equal_weight, fixed_weights, inverse_volatility
from optimizer.engine.types import StrategyName

Strategy = Callable[[Universe, Solver], Floats]
STRATEGIES: Mapping[StrategyName, Strategy] = {
    "fixed_weights": fixed_weights,
    "equal_weight": equal_weight,
    "inverse_volatility": inverse_volatility,
    "minimum_variance": minimum_variance,
    "mean_variance": mean_variance,
    "maximum_sharpe": maximum_sharpe,
    "risk_parity": risk_parity,
    "risk_budgets": risk_budgets,
    "hierarchical_risk_parity": hierarchical_risk_parity,
    "minimum_cvar": minimum_cvar,
    "minimum_cdar": minimum_cdar,
    "black_litterman": black_litterman,
    "benchmark_tracking": benchmark_tracking,
}
DUST = 1e-7


def allocate(name: StrategyName, universe: Universe, solver: Solver) -> Floats:
    """The strategy's weights (n); where limits contradict each other, under limits eased as little as possible."""
    try:
        weights = STRATEGIES[name](universe, solver)
    except (Unsolvable, SolverFailed):
        weights = STRATEGIES[name](eased(universe, solver), solver)
    return np.where(weights < DUST, 0.0, weights)
