"""One risk model for a plan, made once and used by every stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from optimizer.engine.risk.covariance import covariance
from optimizer.engine.risk.factors import factors, split
from optimizer.engine.risk.measures import monthly_scenarios
from optimizer.engine.risk.returns import Floats, closes
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput

MANY = 200


@dataclass(frozen=True, slots=True)
class RiskModel:
    """`covariance`: n x n, annual. `scenarios`: T x n, overlapping months. Assets in the order they were asked for.

    covariance = loadings loadings' + diag(own), own > 0: few factors from MANY assets on, below that an exact split.
    """

    covariance: Floats
    scenarios: Floats
    loadings: Floats
    own: Floats


def risk_model(panel: Panel, assets: Sequence[AssetInput], as_of: date, estimator: str = "nonlinear") -> RiskModel:
    """The model at the close of `as_of`. Raises NotEnoughHistory naming the assets without enough closes by then."""
    history = closes(panel.until(as_of), [asset.id for asset in assets], [asset.symbol for asset in assets])
    return of_covariance(covariance(history, estimator), monthly_scenarios(history))


def of_covariance(estimated: Floats, scenarios: Floats) -> RiskModel:
    """The model with this covariance, from MANY assets on with the nearest one of few factors."""
    if len(estimated) < MANY:
        return RiskModel(estimated, scenarios, *split(estimated))
    loadings, own = factors(estimated)
    return RiskModel(loadings @ loadings.T + np.diag(own), scenarios, loadings, own)
