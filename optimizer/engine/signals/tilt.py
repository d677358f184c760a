"""What signals that their record supports add to expected returns."""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from optimizer.engine.risk.returns import Floats, closes
from optimizer.engine.signals.scores import SIGNALS, scores, standard
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput, Snapshot


def tilt(
    signals: Mapping[str, float], closes: Floats, volatility: Floats, given: Mapping[str, Floats] | None = None
) -> Floats:
    """Annual returns (n) above what is implied: ic x volatility x score for each signal, added up.

    signals: shrunk monthly information coefficient by name. closes: T x n up to the plan's day. volatility: n, annual.
    given: standard scores (n, NaN where there is none) of the signals that no price history makes.
    A year has twelve such months, each with its volatility over sqrt(12). An asset without a score stays as it is.
    Grinold, "Alpha is volatility times IC times score", Journal of Portfolio Management 20(4), 1994.
    """
    added = np.zeros(closes.shape[1])
    for name, ic in sorted(signals.items()):
        score = (given or {})[name] if name not in SIGNALS else standard(scores(name, closes))
        added += sqrt(12) * ic * volatility * np.nan_to_num(score)
    return added


def tilt_now(panel: Panel, assets: Sequence[AssetInput], snapshot: Snapshot, covariance: Floats) -> Floats | None:
    """The tilt (n) at the close of the snapshot's day by the policy's signals; None where it has none."""
    signals = snapshot.policy.signals
    if not signals:
        return None
    history = closes(panel.until(snapshot.as_of), [asset.id for asset in assets], [asset.symbol for asset in assets])
    shrunk = {name: float(ic) for name, ic in signals.items()}
    given = {
        name: np.array([float(of.get(asset.id, "nan")) for asset in assets])
        for name, of in snapshot.policy.given.items()
    }
    return tilt(shrunk, history.values, np.sqrt(np.diag(covariance)), given)
