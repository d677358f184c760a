"""How well each forecast of variance did, out of sample, beside the published values.

Two series: arch's S&P 500 with open, high, low and close, 1999 to 2018, whose proxy is Garman and Klass's estimate; and
the sample's S&P 500, closes alone, 1990 to 2022, whose proxy is the squared return. Estimated anew every 63 sessions,
the first 1,500 burned. What happened is the sum of squared daily log returns of the next h sessions. Shown: QLIKE, its
Newey-West error, what a model saves against EWMA(.94) in standard errors, and realised over forecast variance.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import arch.data.sp500
import numpy as np

from holdings.sample.prices import read_closes
from optimizer.engine.risk.volatility.ewma import ewma
from optimizer.engine.risk.volatility.forecasts import HORIZONS, forecasts
from optimizer.engine.risk.volatility.record import record, supported
from optimizer.engine.risk.volatility.score import mean, qlike
from optimizer.engine.risk.volatility.series import Series, following, of_bars, of_returns

PUBLISHED = {"bars": (0.387, 0.295, 0.300), "closes": (0.398, 0.324, 0.325)}
"""At h = 21: EWMA(.94) of squared returns, the combination, and the most that is allowed."""


def bars() -> Series:
    table = arch.data.sp500.load()
    return of_bars(*(table[name].to_numpy() for name in ("Open", "High", "Low", "Close")))


def closes() -> Series:
    return of_returns(np.diff(np.log([float(price) for _, price in read_closes()["SP500"]])))


def main() -> None:
    for name, series in {"bars": bars(), "closes": closes()}.items():
        made, squares = forecasts(series), series.returns**2
        first = np.flatnonzero(np.isfinite(made.variance["combination"][0]))[0]
        print(f"\n{name}: {len(squares):,} sessions, {len(squares) - first:,} forecasts of each horizon")
        print("model            h    QLIKE   error   saves (t)   realised / forecast")
        for horizon in HORIZONS:
            loss = qlike(following(squares, horizon)[first:], horizon * ewma(squares)[first:])
            plain = mean(loss, horizon)
            print(f"{'EWMA(.94), r^2':14s} {horizon:3d}  {plain.value:7.4f}  {plain.error:6.4f}")
        lines = record(made, squares)
        for line in lines:
            saved = line.saved["ewma"]
            figures = f"{line.loss.value:7.4f}  {line.loss.error:6.4f}  {saved.value:7.4f} ({saved.t:4.1f})"
            print(f"{line.model:14s} {line.horizon:3d}  {figures}   {line.ratio:6.3f}")
        found = next(line.loss.value for line in lines if (line.model, line.horizon) == ("combination", 21))
        before, published, most = PUBLISHED[name]
        print(f"h = 21: combination {found:.3f}; published {published} against EWMA(.94) {before}; at most {most}")
        print("its record supports the combination" if supported(lines) else "its record does not support it")
        assert found <= most


if __name__ == "__main__":
    main()
