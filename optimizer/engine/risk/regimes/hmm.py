"""A hidden Markov model of two states with normal returns: estimate, filter, forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from optimizer.engine.risk.returns import Floats

ITERATIONS, ENOUGH = 200, 1e-6
"""Steps of an estimate at most; it ends when a step adds less than that to the log likelihood of a session."""

LEAST = 1e-3
"""Of the whole variance: a state of fewer or equal returns must not shrink to a point."""

CALM, TURBULENT = 0, 1


@dataclass(frozen=True, slots=True)
class Hmm:
    """Two states, the calmer first: the chance to stay from one session to the next, mean and variance of returns."""

    stay: tuple[float, float]
    mean: tuple[float, float]
    variance: tuple[float, float]

    @property
    def often(self) -> float:
        """Share of sessions that are turbulent in the long run."""
        leave, come = 1 - self.stay[TURBULENT], 1 - self.stay[CALM]
        return come / (come + leave) if come + leave > 0 else 0.5

    def next(self, turbulent: Floats) -> Floats:
        """Probability of turbulence one session after each."""
        after: Floats = turbulent * self.stay[TURBULENT] + (1 - turbulent) * (1 - self.stay[CALM])
        return after

    def ahead(self, turbulent: Floats, horizons: Sequence[int]) -> Floats:
        """Expected sum of squared returns over each horizon (H x T) from the filtered probability (T)."""
        calm, wild = (variance + mean**2 for variance, mean in zip(self.variance, self.mean, strict=True))
        total, sums = np.zeros_like(turbulent), {}
        for session in range(1, max(horizons) + 1):
            turbulent = self.next(turbulent)
            total = total + calm + turbulent * (wild - calm)
            sums[session] = total
        return np.array([sums[horizon] for horizon in horizons])


def filtered(returns: Floats, model: Hmm) -> Floats:
    """Probability at each close (T) that the session was turbulent, given the returns up to it. Hamilton, 1989."""
    return np.array([after for _, after, _ in _forward(returns, model)])


def estimate(returns: Floats, start: Hmm | None = None) -> Hmm | None:
    """By expectation and maximisation (Baum et al., 1970) from `start`; None where returns never differ."""
    variance = float(returns.var())
    if variance <= 0:
        return None
    model = start or _guess(returns)
    likelihood = -np.inf
    for _ in range(ITERATIONS):
        steps = list(_forward(returns, model))
        now = sum(log(chance) for _, _, chance in steps)
        if now - likelihood < ENOUGH * len(returns):
            break
        likelihood = now
        model = _better(returns, model, steps, LEAST * variance)
    return model


Step = tuple[float, float, float]


def _guess(returns: Floats) -> Hmm:
    mean, variance = float(returns.mean()), float(returns.var())
    return Hmm((0.98, 0.95), (mean, mean), (0.4 * variance, 3 * variance))


def _forward(returns: Floats, model: Hmm) -> Iterator[Step]:
    """By session: the probability of turbulence before its return, after it, and the density of the return."""
    calm, wild = (
        (np.exp(-0.5 * (returns - mean) ** 2 / variance) / np.sqrt(variance)).tolist()
        for mean, variance in zip(model.mean, model.variance, strict=True)
    )
    stay, come = model.stay[TURBULENT], 1 - model.stay[CALM]
    before = model.often
    for one, other in zip(calm, wild, strict=True):
        quiet, loud = (1 - before) * one, before * other
        chance = quiet + loud
        # A return that neither state can explain in floating point belongs to the wider one.
        after = loud / chance if chance > 0 else 1.0
        yield before, after, max(chance, 1e-300)
        before = after * stay + (1 - after) * come


def _better(returns: Floats, model: Hmm, steps: Sequence[Step], least: float) -> Hmm:
    """One step of expectation (Kim's smoother, of the estimate's own past alone) and maximisation."""
    smoothed, stayed = _smoothed(model, steps)
    wild = np.array(smoothed)
    means, variances, stays = [], [], []
    for state, weight in enumerate((1 - wild, wild)):
        total = max(float(weight.sum()), 1e-12)
        mean = float(weight @ returns) / total
        means.append(mean)
        variances.append(max(float(weight @ (returns - mean) ** 2) / total, least))
        stays.append(min(stayed[state] / max(float(weight[:-1].sum()), 1e-12), 1 - 1e-6))
    calm, turbulent = (0, 1) if variances[0] <= variances[1] else (1, 0)
    return Hmm(
        stay=(stays[calm], stays[turbulent]),
        mean=(means[calm], means[turbulent]),
        variance=(variances[calm], variances[turbulent]),
    )


def _smoothed(model: Hmm, steps: Sequence[Step]) -> tuple[list[float], tuple[float, float]]:
    """Probability of turbulence given all returns, and the expected number of times that each state stayed."""
    stay, come = model.stay[TURBULENT], 1 - model.stay[CALM]
    later = steps[-1][1]
    backwards, quiet, loud = [later], 0.0, 0.0
    for at in range(len(steps) - 2, -1, -1):
        after, before = steps[at][1], steps[at + 1][0]
        wild = later / before if before > 0 else 0.0
        calm = (1 - later) / (1 - before) if before < 1 else 0.0
        both = after * stay * wild
        loud += both
        quiet += (1 - after) * (1 - come) * calm
        later = min(both + after * (1 - stay) * calm, 1.0)
        backwards.append(later)
    return backwards[::-1], (quiet, loud)
