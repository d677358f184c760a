"""What a mix of classes earned after inflation, and what is expected of it: history moved toward the long run."""

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.goals.types import Estimate, Mix
from optimizer.engine.validate.history import CLASSES, History, assumptions

YEAR = 12


def log_returns(mix: Mix, known: History, costs: float = 0.0) -> Floats:
    """Monthly logarithms (T) of the mix's real return, brought back to its parts every month, less yearly costs."""
    weights = np.array([mix.parts.get(name, 0.0) for name in CLASSES])
    made: Floats = np.log1p(known.real @ weights) - costs / YEAR
    return made


def estimate(mix: Mix, known: History, costs: float = 0.0) -> Estimate:
    """The mean moves toward the assumption by how little history says of it: a normal prior (Bayes-Stein).

    weight = d² / (d² + s² / years), where d is the deviation of the assumption and s the volatility. Volatility is that
    of overlapping twelve months, since a month of averages moves too little.
    """
    monthly = log_returns(mix, known, costs)
    volatility = annual_volatility(monthly)
    historical = YEAR * float(monthly.mean())
    assumed = float(np.log1p(sum(part * assumptions()[name].real for name, part in mix.parts.items()))) - costs
    prior = sum(abs(part) * assumptions()[name].deviation for name, part in mix.parts.items()) ** 2
    sampling = volatility**2 * YEAR / len(monthly)
    weight = prior / (prior + sampling) if prior + sampling else 1.0
    return Estimate(
        historical=historical,
        assumed=assumed,
        mean=weight * historical + (1 - weight) * assumed,
        deviation=float(np.sqrt(weight * sampling)),
        weight=weight,
        volatility=volatility,
        first=known.months[0],
        last=known.months[-1],
    )


def annual_volatility(monthly: Floats) -> float:
    """Standard deviation of overlapping sums of twelve log returns (T)."""
    sums = np.convolve(monthly, np.ones(YEAR), "valid")
    return float(sums.std(ddof=1)) if len(sums) > 1 else 0.0
