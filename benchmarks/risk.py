"""How well each covariance foretells, out of sample: 74 US stocks of ../shared/data, 2000 to 2023.

Every 21 sessions the covariance of the last 504 returns is estimated, the long-only minimum variance portfolio is made
of it and held for the next 21. Shown: its realised volatility; how much more that is than was foretold, as the mean
ratio of a block and, in brackets, over all days together, before and after calibration; and the Gaussian loss a day and
asset, (log det S + r'S^-1 r) / 2n less its constant: lower is better.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.portfolios import SHARED, table
from optimizer.engine.risk.calibration import calibration, long_only_minimum_variance
from optimizer.engine.risk.covariance import ESTIMATORS, WINDOW, YEAR, covariance
from optimizer.engine.risk.returns import Closes
from optimizer.engine.types import EstimatorName

HELD = 21


def prices() -> np.ndarray:
    _, rows = table(SHARED)
    return np.array([rows[day] for day in sorted(rows)])


def history(values: np.ndarray) -> Closes:
    return Closes(values, np.zeros(values.shape[1], dtype=np.intp))


def foretold(values: np.ndarray, name: EstimatorName, calibrated: int) -> dict[str, float]:
    """Figures of one estimator. The ratio is taken anew every `calibrated` refits."""
    n = values.shape[1]
    moves, realised, predicted, ratios, loss, ratio = [], [], [], [], [], 1.0
    for at, end in enumerate(range(WINDOW, len(values) - HELD, HELD)):
        past = values[: end + 1]
        matrix = covariance(history(past[-WINDOW - 1 :]), name)
        if at % calibrated == 0:
            ratio = calibration(history(past), name)
        w = long_only_minimum_variance(matrix)
        after = values[end + 1 : end + 1 + HELD] / values[end : end + HELD] - 1
        moves.extend(after @ w)
        realised.append(np.mean((after @ w) ** 2) * YEAR)
        predicted.append(w @ matrix @ w)
        ratios.append(ratio)
        daily = matrix / YEAR
        fit = np.einsum("ti,ti->t", after, np.linalg.solve(daily, after.T).T)
        loss.extend((np.linalg.slogdet(daily)[1] + fit) / (2 * n))
    return {
        "volatility": 100 * float(np.std(moves) * np.sqrt(YEAR)),
        **_missed("raw", np.array(realised), np.array(predicted)),
        **_missed("calibrated", np.array(realised), np.array(predicted) * np.square(ratios)),
        "loss": float(np.mean(loss)),
    }


def _missed(name: str, realised: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    block = float(np.mean(np.sqrt(realised / predicted)))
    return {name: 100 * (block - 1), f"{name} all": 100 * float(np.sqrt(realised.mean() / predicted.mean()) - 1)}


def main() -> None:
    values = prices()
    print("estimator              volatility %   above foretold %   after calibration %    loss")
    for name in ESTIMATORS:
        found = foretold(values, name, calibrated=3)
        print(
            f"{name:22s} {found['volatility']:12.2f}   {found['raw']:6.1f} ({found['raw all']:5.1f})"
            f"   {found['calibrated']:10.1f} ({found['calibrated all']:5.1f}) {found['loss']:11.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
