"""Seconds of one proposal by size: random walks, ten lots a holding, three accounts."""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from optimizer.engine.plan import plan
from optimizer.engine.types import Snapshot
from tests.optimizer.engine.households import NEW, OLD, account, asset, household, lot, panel

ACCOUNTS = (("main", "taxable"), ("ira", "traditional_ira"), ("roth", "roth_ira"))


def snapshot(holdings: int, lots: int, seed: int) -> Snapshot:
    rng = np.random.default_rng(seed)
    assets = [asset(f"a{i}", f"{rng.uniform(20, 300):.2f}") for i in range(holdings)]
    owned = [
        lot(
            f"{item.id}-{k}",
            item.id,
            str(shares := int(rng.integers(10, 200))),
            f"{float(item.price) * shares * rng.uniform(0.5, 1.4):.2f}",
            OLD if rng.random() < 0.5 else NEW,
            account=ACCOUNTS[rng.integers(3)][0],
        )
        for item in assets
        for k in range(lots)
    ]
    places = [account(name, "20000", kind) for name, kind in ACCOUNTS]
    return household(assets, owned, {item.id: f"{0.98 / holdings:.6f}" for item in assets}, places)


def main() -> None:
    print(f"{'holdings':>8} {'lots':>6} {'median s':>9} {'worst s':>8} {'solves':>7} {'trades':>7} {'rounding bp':>12}")
    for holdings in (5, 20, 50, 100):
        runs = []
        for seed in range(5):
            made = snapshot(holdings, 10, seed)
            prices = panel(made.assets, 600, seed)
            started = time.perf_counter()
            found = plan(made, prices, lambda stage, fraction: None)
            rounding = float(found.rounding_cost / found.before.value) * 1e4
            runs.append((time.perf_counter() - started, len(found.trace.solves), len(found.trades), rounding))
        seconds, solves, trades, rounding = zip(*runs, strict=True)
        print(
            f"{holdings:8} {holdings * 10:6} {statistics.median(seconds):9.3f} {max(seconds):8.3f} "
            f"{statistics.median(solves):7.0f} {statistics.median(trades):7.0f} {max(rounding):12.3f}"
        )


if __name__ == "__main__":
    main()
