"""GARCH(1,1) and GJR with Student's t, estimated by arch and carried forward between estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from arch import arch_model
from scipy.signal import lfilter

from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.schedule import spans

STARTED = 75  # sessions whose mean square stands for the variance before the first


@dataclass(frozen=True, slots=True)
class Recursion:
    """s'(t+1) = omega + (alpha + gamma [r(t) < 0]) r(t)^2 + beta s'(t), the variance of the next session."""

    omega: float
    alpha: float
    gamma: float
    beta: float

    def next_variance(self, returns: Floats) -> Floats:
        """At each close (T), of the session after it."""
        squares = returns**2
        news = self.omega + (self.alpha + self.gamma * (returns < 0)) * squares
        start = self.beta * squares[:STARTED].mean()
        variance: Floats = lfilter([1], [1, -self.beta], news, zi=[start])[0]
        return variance

    def ahead(self, variance: Floats, horizons: Sequence[int]) -> Floats:
        """Expected sum over each horizon (H x T) from the next session's variance (T), returns being symmetric."""
        persistence = self.alpha + self.gamma / 2 + self.beta
        total, step, sums = np.zeros_like(variance), variance, {}
        for session in range(1, max(horizons) + 1):
            total = total + step
            sums[session] = total
            step = self.omega + persistence * step
        return np.array([sums[horizon] for horizon in horizons])


def garch(returns: Floats, horizons: Sequence[int], leverage: bool = False, since: int = 0) -> Floats:
    """Forecast variance of the next h sessions together at each close (H x T), NaN where there is no estimate.

    Mean zero. `leverage`: a fall counts for more than a rise (Glosten, Jagannathan and Runkle, 1993) and errors are
    Student's t; without it, Bollerslev's GARCH(1,1) of 1986 with normal errors.
    """
    made = np.full((len(horizons), len(returns)), np.nan)
    for known, rows in spans(len(returns), since):
        if found := _estimate(returns[:known], leverage):
            made[:, rows] = found.ahead(found.next_variance(returns[: rows.stop])[rows], horizons)
    return made


def _estimate(returns: Floats, leverage: bool) -> Recursion | None:
    """By maximum likelihood, on returns of unit variance; None where it fails."""
    scale = float(returns.std())
    if scale == 0:
        return None
    dist: Literal["t", "normal"] = "t" if leverage else "normal"
    model = arch_model(returns / scale, mean="Zero", vol="GARCH", o=int(leverage), dist=dist, rescale=False)
    try:
        fit = model.fit(disp="off", show_warning=False)
    except (ValueError, np.linalg.LinAlgError):
        return None
    values = fit.params.to_numpy()
    if fit.convergence_flag != 0 or not np.isfinite(values).all():
        return None
    by_name = dict(fit.params)
    gamma = by_name.get("gamma[1]", 0.0)
    return Recursion(by_name["omega"] * scale**2, by_name["alpha[1]"], gamma, by_name["beta[1]"])
