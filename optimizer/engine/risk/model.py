"""One risk model for a plan, made once and used by every stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.engine.risk.covariance import covariance
from optimizer.engine.risk.measures import monthly_scenarios
from optimizer.engine.risk.returns import Floats, closes
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput


@dataclass(frozen=True, slots=True)
class RiskModel:
    """`covariance`: n x n, annual. `scenarios`: T x n, overlapping months. Assets in the order they were asked for."""

    covariance: Floats
    scenarios: Floats


def risk_model(panel: Panel, assets: Sequence[AssetInput], as_of: date, estimator: str = "nonlinear") -> RiskModel:
    """The model at the close of `as_of`. Raises NotEnoughHistory naming the assets without enough closes by then."""
    history = closes(panel.until(as_of), [asset.id for asset in assets], [asset.symbol for asset in assets])
    return RiskModel(covariance(history, estimator), monthly_scenarios(history))
