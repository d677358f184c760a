"""All forecasts of one series, session by session, each from what was known at its close."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.engine.risk.covariance import HALF_LIFE
from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.risk.schedule import BURNED
from optimizer.engine.risk.volatility.ewma import DECAY, decay_of, ewma
from optimizer.engine.risk.volatility.garch import garch
from optimizer.engine.risk.volatility.har import har, log_har
from optimizer.engine.risk.volatility.series import Series

HORIZONS = (1, 5, 21)

Model = Literal["ewma", "slow_ewma", "garch", "gjr_t", "har", "log_har", "combination"]
PARTS: tuple[Model, ...] = ("ewma", "garch", "gjr_t", "har", "log_har")
BASELINES: tuple[Model, ...] = ("ewma", "slow_ewma")


@dataclass(frozen=True, slots=True)
class Forecasts:
    """`variance` by model (H x T): of the next h sessions together, as of each close; NaN where there is none.

    `alone` (H x T): where a part had no estimate, so that the combination is the EWMA alone.
    """

    variance: Mapping[Model, Floats]
    alone: Mask

    def annual(self, model: Model, horizon: int, year: int = 252) -> Floats:
        """Volatility a year (T)."""
        volatility: Floats = np.sqrt(self.variance[model][HORIZONS.index(horizon)] * year / horizon)
        return volatility


def forecasts(series: Series, since: int = 0, same: Forecasts | None = None) -> Forecasts:
    """Of `series` at each close from session BURNED on; with fewer sessions the last close has the EWMA alone.

    Rows before `since` may be left out, which saves their estimates and changes no other row. `same`: forecasts of the
    same returns with another proxy, whose GARCH and GJR-t are these too.
    """
    returns = series.returns
    made: dict[Model, Floats] = {
        "ewma": _flat(ewma(series.proxy, DECAY) * series.level),
        "slow_ewma": _flat(ewma(returns**2, decay_of(HALF_LIFE))),
        "garch": same.variance["garch"] if same else garch(returns, HORIZONS, since=since),
        "gjr_t": same.variance["gjr_t"] if same else garch(returns, HORIZONS, leverage=True, since=since),
        "har": har(series, HORIZONS, since),
        "log_har": log_har(series, HORIZONS, since),
    }
    parts = np.array([made[name] for name in PARTS])
    usable = np.isfinite(parts) & (parts > 0)
    alone = ~usable.all(axis=0)
    mean = np.exp(np.log(np.where(usable, parts, 1.0)).mean(axis=0))
    made["combination"] = np.where(alone, made["ewma"], mean)
    return Forecasts(made, alone)


def _flat(variance: Floats) -> Floats:
    """The same variance for every session ahead, from BURNED sessions on, or the last where there are fewer."""
    known = np.where(np.arange(len(variance)) >= min(BURNED, len(variance)) - 1, variance, np.nan)
    return np.array(HORIZONS, float)[:, None] * known
