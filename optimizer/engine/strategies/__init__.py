"""Target weights: one function a strategy, one signature, one registry."""

from collections.abc import Callable, Mapping

from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies.parity import risk_parity
from optimizer.engine.strategies.universe import Universe
from optimizer.engine.strategies.variance import mean_variance, minimum_variance
from optimizer.engine.strategies.weights import equal_weight, fixed_weights
from optimizer.engine.types import StrategyName

Strategy = Callable[[Universe, Solver], Floats]
STRATEGIES: Mapping[StrategyName, Strategy] = {
    "fixed_weights": fixed_weights,
    "equal_weight": equal_weight,
    "minimum_variance": minimum_variance,
    "mean_variance": mean_variance,
    "risk_parity": risk_parity,
}
