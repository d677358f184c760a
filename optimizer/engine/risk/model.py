"""One risk model for a plan, made once and used by every stage."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from optimizer.engine.risk.calibration import calibration
from optimizer.engine.risk.covariance import covariance
from optimizer.engine.risk.factors import factors, split
from optimizer.engine.risk.measures import monthly_scenarios, weekly_returns
from optimizer.engine.risk.returns import Floats, closes
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput, EstimatorName

MANY = 40
"""Assets from which on the exact split leaves too little in D: the rebalance then cannot tell wash sides apart."""


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Assets in the order they were asked for.

    `covariance`: n x n, annual, calibrated. `scenarios`: T x n, overlapping months. `weeks`: T x n, one after another.
    `calibration`: what every volatility was multiplied by. `betas`: n, against the benchmark; None: not known. `tilt`:
    n, what signals add to annual returns; None: nothing.
    covariance = loadings loadings' + diag(own), own > 0: few factors from MANY assets on, below that an exact split.
    """

    covariance: Floats
    scenarios: Floats
    loadings: Floats
    own: Floats
    weeks: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    calibration: float = 1.0
    betas: Floats | None = None
    tilt: Floats | None = None


def risk_model(
    panel: Panel,
    assets: Sequence[AssetInput],
    as_of: date,
    estimator: EstimatorName = "nonlinear",
    weights: Floats | None = None,
) -> RiskModel:
    """The model at the close of `as_of`, calibrated on `weights` (n), or on minimum variance without them.

    Raises NotEnoughHistory naming the assets without enough closes by then.
    """
    history = closes(panel.until(as_of), [asset.id for asset in assets], [asset.symbol for asset in assets])
    ratio = calibration(history, estimator, weights)
    made = of_covariance(covariance(history, estimator) * ratio**2, monthly_scenarios(history))
    return replace(made, weeks=weekly_returns(history), calibration=ratio)


def of_covariance(estimated: Floats, scenarios: Floats) -> RiskModel:
    """The model with this covariance, from MANY assets on with the nearest one of few factors."""
    if len(estimated) < MANY:
        return RiskModel(estimated, scenarios, *split(estimated))
    loadings, own = factors(estimated)
    return RiskModel(loadings @ loadings.T + np.diag(own), scenarios, loadings, own)
