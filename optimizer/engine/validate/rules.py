"""Rules to walk forward: a policy's strategy made anew from the past alone, and the baselines it is measured by."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.risk.black_litterman import implied
from optimizer.engine.risk.calibration import BLOCK, BLOCKS, calibration
from optimizer.engine.risk.covariance import WINDOW, covariance
from optimizer.engine.risk.factors import factors
from optimizer.engine.risk.measures import MONTH, SCENARIOS, WEEK, WEEKS, monthly_scenarios, weekly_returns
from optimizer.engine.risk.model import MANY
from optimizer.engine.risk.returns import MINIMUM_SESSIONS, Closes, Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import allocate
from optimizer.engine.strategies.universe import Universe
from optimizer.engine.types import EstimatorName, StrategyName
from optimizer.engine.views import READ_BY

FIXED: frozenset[StrategyName] = frozenset({"fixed_weights", "equal_weight"})
"""Strategies that need no estimate."""
ABSOLUTE = ("target_return", "target_volatility")
"""Parameters that compare with a level of risk, which is then calibrated; others only weigh risks with each other."""


BEHIND = {"minimum_cvar": SCENARIOS + MONTH, "minimum_cdar": WEEKS * WEEK + 1}
"""Closes that a strategy looks back on, where it is more than the covariance and its calibration need."""


@dataclass
class Policy:
    """A strategy under its limits as a rule over `columns` of the market (m of n assets), which `universe` describes.

    The universe's estimates are made anew each time from the closes up to the session; an asset takes part once it has
    MINIMUM_SESSIONS of them. Views are left out: a person has them today.
    """

    closes: Floats
    columns: NDArray[np.intp]
    universe: Universe
    strategy: StrategyName
    estimator: EstimatorName = "nonlinear"
    solver: Solver = field(default_factory=Solver)

    def __post_init__(self) -> None:
        self._own = self.closes[:, self.columns]
        self._absolute = any(name in self.universe.params for name in ABSOLUTE)
        self._behind = BEHIND.get(self.strategy, WINDOW + 1 + BLOCK * BLOCKS * self._absolute)

    def __call__(self, known: int) -> Floats:
        """Weights (n)."""
        past = self._own[max(0, known + 1 - self._behind) : known + 1]
        weights, there = np.zeros(self.closes.shape[1]), _with_history(past)
        if there.any():
            universe = _part(self.universe, there)
            past = past if there.all() else past[:, there]
            weights[self.columns[there]] = allocate(self.strategy, self._estimated(universe, past), self.solver)
        self.solver.log.clear()
        return weights

    def _estimated(self, universe: Universe, past: Floats) -> Universe:
        if self.strategy in FIXED:
            return universe
        matrix = covariance(_last(past, WINDOW + 1), self.estimator)
        if any(name in universe.params for name in ABSOLUTE):
            matrix = matrix * calibration(_last(past, len(past)), self.estimator) ** 2
        if len(matrix) >= MANY:
            loadings, own = factors(matrix)
            universe = replace(universe, loadings=loadings, own=own)
            matrix = loadings @ loadings.T + np.diag(own)
        universe = replace(universe, covariance=matrix)
        if self.strategy in READ_BY:
            universe = replace(universe, expected=implied(matrix, _reference(universe)))
        if self.strategy == "minimum_cvar":
            universe = replace(universe, scenarios=monthly_scenarios(_last(past, SCENARIOS + MONTH)))
        if self.strategy == "minimum_cdar":
            universe = replace(universe, weeks=weekly_returns(_last(past, WEEKS * WEEK + 1)))
        return universe


@dataclass(frozen=True)
class Fixed:
    """The same weights (n) at each session; what has no history yet is left out, and the others take its place."""

    closes: Floats
    weights: Floats

    def __call__(self, known: int) -> Floats:
        """Weights (n)."""
        there = np.where(np.isfinite(self.closes[known]), self.weights, 0.0)
        return there * (self.weights.sum() / there.sum()) if there.sum() > 0 else there


def first_session(closes: Floats, embargo: int) -> int:
    """The first session at which half of the assets (T x n) have a whole window of returns behind the embargo."""
    starts = np.sort(np.argmax(np.isfinite(closes), axis=0))
    return int(starts[(len(starts) - 1) // 2]) + WINDOW + embargo


def _with_history(past: Floats) -> NDArray[np.bool_]:
    there: NDArray[np.bool_] = np.isfinite(past[-MINIMUM_SESSIONS:]).sum(axis=0) >= MINIMUM_SESSIONS
    return there


def _last(past: Floats, sessions: int) -> Closes:
    values = past[-sessions:]
    return Closes(values, np.argmax(np.isfinite(values), axis=0))


def _part(universe: Universe, there: NDArray[np.bool_]) -> Universe:
    """The universe of some of its assets: entered weights of the others go to these in proportion."""
    if there.all():
        return universe
    entered = universe.entered[there]
    scale = universe.entered.sum() / entered.sum() if entered.sum() > 0 else 1.0
    return replace(
        universe,
        covariance=np.zeros((len(entered), len(entered))),
        expected=universe.expected[there],
        entered=entered * scale,
        lower=universe.lower[there],
        upper=universe.upper[there],
        masks=universe.masks[:, there],
    )


def _reference(universe: Universe) -> Floats:
    """Equilibrium weights: what was entered, or equal ones."""
    entered = universe.entered
    parts = entered / entered.sum() if entered.sum() > 0 else np.full(universe.size, 1 / universe.size)
    return parts * universe.budget
