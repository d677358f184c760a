"""A bound and sides from the multipliers of one quadratic program, without a cone program.

With the rows that couple assets (cash, gains, tax, limits, factors) priced by their multipliers, the objective falls
apart by asset: min r'x + rho e + gamma/2 D e^2 over its trades x, where e = drift + what they add. Its best value on
the selling and on the buying side of a group is found exactly, so each group may take the better of the two, and the
sum is a bound for every choice of sides (Lagrangian duality; Geoffrion 1974). It is as good as the multipliers are:
those of the plan's own program mostly leave little to do for the relaxation.

With m the multiplier of an asset's own equation, its value is the largest over m of

    m drift + sum_k most_k min(0, r_k + m sign_k) - (m - rho)^2 / (2 gamma D)

and every m gives a bound, so m needs no exact root.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.engine.rebalance.groups import LossSide, barred
from optimizer.engine.rebalance.model import Model
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers.duality import column_bounds, lagrangian
from optimizer.engine.solvers.problem import Answer, Problem

HALVINGS = 20
SIDES: tuple[LossSide, LossSide] = ("sell losses", "buy")


@dataclass(frozen=True, slots=True)
class Priced:
    """`bound` of the program's objective for every choice of sides; `selling`: 1 by group where it sells, else 0."""

    bound: float
    selling: Mapping[str, float]


def priced(model: Model, problem: Problem, answer: Answer) -> Priced:
    """The bound of a piece's program at these multipliers, which may be those of other bounds on its trades."""
    trades, n = model.trades, len(model.drift)
    rows = answer.rows.copy()
    rows[:n] = 0.0  # each asset's own equation
    factors, _, gains = problem.defined
    slope, constant = lagrangian(replace(problem, defined=(factors, gains)), replace(answer, rows=rows))
    e = slice(trades, trades + n)
    curve = float(model.book.snapshot.policy.risk_aversion) * model.risk.own
    rest = column_bounds(problem, slope)
    rest[: e.stop] = 0.0
    constant += float(rest.sum() + (curve * answer.x[e] ** 2).sum() / 2)
    asset = _Assets(model, slope[:trades], slope[e] - curve * answer.x[e], curve)
    upper = problem.upper[:trades]
    selling, buying = (asset.values(barred(upper, dict.fromkeys(model.groups, side), model.groups)) for side in SIDES)
    gain = buying - selling
    better = {name: float(gain[group.assets].sum()) for name, group in model.groups.items()}
    least = constant + float(buying.sum()) - sum(max(0.0, each) for each in better.values())
    return Priced(least, {name: float(each > 0) for name, each in better.items()})


@dataclass(frozen=True, slots=True)
class _Assets:
    """The problems of single assets: `reduced` cost by trade, `pull` and `curve` by asset."""

    model: Model
    reduced: Floats
    pull: Floats
    curve: Floats

    def values(self, most: Floats) -> Floats:
        """The bound of each asset's problem with so much of each trade at most."""
        model, n = self.model, len(self.model.drift)
        effect = model.signed * most

        def added(chosen: Floats) -> Floats:
            return np.bincount(model.place, chosen, minlength=n).astype(float)

        low = self.pull + self.curve * (model.drift + added(effect.clip(max=0)))
        high = self.pull + self.curve * (model.drift + added(effect.clip(min=0)))
        for _ in range(HALVINGS):
            m = (low + high) / 2
            taken = self.reduced + model.signed * m[model.place] < 0
            rising = model.drift + added(np.where(taken, effect, 0.0)) > (m - self.pull) / self.curve
            low, high = np.where(rising, m, low), np.where(rising, high, m)
        m = (low + high) / 2
        linear = added(most * np.minimum(0.0, self.reduced + model.signed * m[model.place]))
        value: Floats = m * model.drift + linear - (m - self.pull) ** 2 / (2 * self.curve)
        return value
