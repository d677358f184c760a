"""Walking forward beside what is possible and beside a named package: one interleaved run, ratios.

var/oracles/bin/python benchmarks/walk_forward.py    (after make oracles; without the peers, they are left out)

The sample's 20 stocks from 1990 to 2022, refitted every month on 504 sessions, long-only minimum variance of at most
10 % a stock, a half-spread of 5 bp. The limit is the direct solves, with nothing but drift and spread around them.
skfolio refits on the same windows every 21 sessions, without costs; bt holds the same weights and pays the same spread.
Times are medians of processor time. The value at the end says that all did the same work.
"""

import importlib.util
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks import limits
from benchmarks.portfolios import SAMPLE, table
from optimizer.engine.risk.covariance import WINDOW
from optimizer.engine.strategies.universe import Universe
from optimizer.engine.validate.bootstrap import intervals
from optimizer.engine.validate.rules import Policy
from optimizer.engine.validate.types import Market, Settings, Taxes
from optimizer.engine.validate.walk_forward import period_ends, walk

MOST, SPREAD, ROUNDS, N, MONTH = 0.1, 0.0005, 5, 20, 21
TAXES = Taxes(Decimal("0.35"), Decimal("0.15"), Decimal("0.35"))
SKFOLIO, BT = (importlib.util.find_spec(name) is not None for name in ("skfolio", "bt"))
Contender = Callable[[], float]


class Case:
    def __init__(self) -> None:
        _, rows = table(SAMPLE)
        days = sorted(rows)
        closes = np.array([rows[day][:N] for day in days])
        self.market = Market(tuple(date.fromisoformat(day) for day in days), closes, np.full(N, SPREAD))
        self.first, self.last = WINDOW + 1, len(days) - 1
        self.refits = [self.first, *period_ends(self.market.dates, "month", self.first, self.last)]

    def limit(self) -> float:
        return float(limits.walk_forward(self.market.closes, self.refits, WINDOW, MOST, SPREAD)[-1])

    def ours(self, estimator: str, taxes: Taxes | None = None) -> float:
        rule = Policy(self.market.closes, np.arange(N), self._universe(), "minimum_variance", estimator)
        return float(walk(self.market, rule, Settings(self.first, self.last, 1.0, taxes=taxes)).values[-1])

    def skfolio(self) -> float:
        from skfolio.model_selection import WalkForward, cross_val_predict
        from skfolio.optimization import MeanRisk

        returns = self.market.closes[1:] / self.market.closes[:-1] - 1
        walked = WalkForward(train_size=WINDOW, test_size=MONTH)
        found = cross_val_predict(MeanRisk(max_weights=MOST), returns, cv=walked)
        return float(np.prod(1 + np.asarray(found.returns)))

    def bt(self) -> float:
        import bt
        import pandas as pd

        frame = pd.DataFrame(self.market.closes, index=pd.to_datetime(list(self.market.dates)))
        frame.columns = [f"A{j}" for j in range(N)]
        rule = Policy(self.market.closes, np.arange(N), self._universe(), "minimum_variance", "sample")
        weights = pd.DataFrame({frame.index[at]: rule(at - 1) for at in self.refits}, index=frame.columns).T
        made = bt.Strategy("walk", [bt.algos.WeighTarget(weights), bt.algos.Rebalance()])
        test = bt.Backtest(
            made,
            frame[self.first :],
            commissions=lambda quantity, price: abs(quantity) * price * SPREAD,
            integer_positions=False,
            progress_bar=False,
        )
        return float(bt.run(test).prices.iloc[-1, 0] / 100)

    def _universe(self) -> Universe:
        none = np.zeros((0, N))
        return Universe(
            covariance=np.zeros((N, N)),
            expected=np.zeros(N),
            scenarios=none,
            weeks=none,
            entered=np.full(N, 1 / N),
            budget=1.0,
            lower=np.zeros(N),
            upper=np.full(N, MOST),
            masks=none,
            low=np.zeros(0),
            high=np.zeros(0),
            params={},
        )


def main() -> None:
    warnings.simplefilter("ignore")
    case = Case()
    contenders: dict[str, Contender] = {
        "limit": case.limit,
        "ours, costs": lambda: case.ours("sample"),
        "ours, lots and taxes": lambda: case.ours("sample", TAXES),
        "ours, costs, shrunk": lambda: case.ours("nonlinear"),
        "ours, taxes, shrunk": lambda: case.ours("nonlinear", TAXES),
    }
    contenders |= {"skfolio": case.skfolio} if SKFOLIO else {}
    contenders |= {"bt": case.bt} if BT else {}
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    ends = {name: run() for name, run in contenders.items()}
    for turn in range(ROUNDS):
        for name, run in contenders.items():
            if turn and name in ("skfolio", "bt"):
                continue
            started = time.process_time()
            run()
            spent[name].append(time.process_time() - started)
    base = statistics.median(spent["limit"])
    print(f"{len(case.refits)} refits of {N} stocks, {case.market.dates[case.first]} to {case.market.dates[-1]}")
    for name, seconds in spent.items():
        middle = statistics.median(seconds)
        print(f"{name:22s} {middle:7.3f} s  x{middle / base:6.1f}  grew to {ends[name]:.6f}", flush=True)
    returns = np.random.default_rng(0).normal(0.0003, 0.01, (5, case.last - case.first))
    started = time.process_time()
    intervals(returns, np.zeros(returns.shape[1]), 1)
    print(f"intervals of 5 series, 1,000 draws: {time.process_time() - started:.2f} s")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
