"""What opens, highs and lows add to forecasts of volatility, by the household's own path, on real shares.

Apple, IBM and Microsoft, March 2000 to March 2013, and Google from August 2004: bokeh_sampledata, whose publisher put
them in the public domain; not a dependency (`pip install bokeh_sampledata==2026.1`). A household holds a quarter of
each; another one holds the first three. Returns are of adjusted closes, ranges of raw bars, as the database gives them.
Shown: QLIKE of the combination out of sample, and what ranges save against closes, each with its Newey-West error; last
what they save in the mean of the shares that were foretold on a day.
"""

import datetime as dt
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django
import numpy as np

django.setup()

from optimizer.engine.risk.returns import Closes, Floats
from optimizer.engine.risk.volatility.forecasts import HORIZONS, forecasts
from optimizer.engine.risk.volatility.score import mean, qlike
from optimizer.engine.risk.volatility.series import following, garman_klass, of_ranges, of_returns
from optimizer.inputs.evidence import volatility
from optimizer.inputs.evidence.portfolio import Portfolio

SHARES = ("AAPL", "IBM", "MSFT", "GOOG")


def bars() -> Mapping[str, Any] | None:
    try:
        from bokeh_sampledata import stocks
    except ImportError:
        return None
    return {name: getattr(stocks, name) for name in SHARES}


def holdings(tables: Mapping[str, Any], names: Sequence[str]) -> volatility.Ranged:
    """Equal weights of some shares, on all days of the longest series."""
    texts = sorted({day for name in names for day in tables[name]["date"]})
    row = {text: at for at, text in enumerate(texts)}
    closes, ranges = (np.full((len(texts), len(names)), np.nan) for _ in range(2))
    for column, name in enumerate(names):
        rows = [row[text] for text in tables[name]["date"]]
        parts = (np.array(tables[name][part], float) for part in ("open", "high", "low", "close"))
        closes[rows, column], ranges[rows, column] = tables[name]["adj_close"], garman_klass(*parts)
    first = np.argmax(np.isfinite(closes), axis=0)
    days = tuple(dt.date.fromisoformat(text) for text in texts)
    weights = np.full(len(names), 1 / len(names))
    return volatility.Ranged(Portfolio(tuple(names), weights, days, Closes(closes, first), (), ()), ranges)


def said(found: Mapping[str, Any]) -> str:
    return f"{found['value']:.3f} ± {found['error']:.3f}"


def show(held: volatility.Ranged) -> None:
    found = volatility.compute(held, lambda stage, fraction: None)
    print(f"\n{' + '.join(held.portfolio.symbols)}, {found['sessions']:,} sessions")
    closes = {line["horizon"]: line["loss"] for line in found["lines"] if line["model"] == "combination"}
    for line in found["ranges"]["lines"]:
        horizon, ranges = line["horizon"], found["ranges"]
        figures = f"closes {said(closes[horizon])}, ranges {said(line['loss'])}"
        print(f"  together, h = {horizon:2d}: {figures}, saved {said(ranges['saved'][str(horizon)])}")
    for each in found["instruments"]:
        figures = f"{each['reads']} {said(each['loss'])}, saved by ranges {said(each['by_ranges'])}"
        print(f"  {each['symbol']}, h = 21: {figures}, {each['loss']['count']:,} forecasts")


def saved(held: volatility.Ranged, column: int) -> Floats:
    """Of one share: loss by closes less loss by ranges (H x days), NaN where either has none."""
    first, values = held.portfolio.history.first[column], held.portfolio.history.values[:, column]
    returns, ranges = values[first + 1 :] / values[first:-1] - 1, held.ranges[first + 1 :, column]
    closes = forecasts(of_returns(returns))
    made = np.full((len(HORIZONS), len(values)), np.nan)
    ranged = forecasts(of_ranges(returns, ranges), same=closes)
    for place, horizon in enumerate(HORIZONS):
        came = following(returns**2, horizon)
        losses = (qlike(came, each.variance["combination"][place]) for each in (closes, ranged))
        made[place, first + 1 :] = np.subtract(*losses)
    return made


def main() -> None:
    tables = bars()
    if tables is None:
        print("skipped: bokeh_sampledata is not installed")
        return
    whole = holdings(tables, SHARES)
    show(whole)
    show(holdings(tables, SHARES[:3]))
    each = np.array([saved(whole, column) for column in range(len(SHARES))])
    known = np.isfinite(each)
    together = np.nansum(each, axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    print("\nthe mean of the shares")
    for place, horizon in enumerate(HORIZONS):
        found = mean(together[place], horizon)
        print(f"  h = {horizon:2d}: saved by ranges {found.value:.4f} ± {found.error:.4f} (t {found.t:.1f})")


if __name__ == "__main__":
    main()
