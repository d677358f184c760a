"""How the certified rebalance grows: holdings, lots a holding, accounts. Two households a row,
the slower one shown; times of the processor, gaps in basis points.

.venv/bin/python benchmarks/growth.py            (5 to 500 holdings, 10 and 100 lots, 1 to 10 accounts)
.venv/bin/python benchmarks/growth.py 100        (up to 100 holdings)
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.portfolios import portfolio
from benchmarks.rebalance import measure
from optimizer.engine.rebalance.search import BP

HOLDINGS, LOTS, ACCOUNTS = (5, 20, 50, 100, 200, 500), (10, 100), (1, 3, 10)
HOUSEHOLDS, GOAL = 2, 1.0


def main(most: int) -> None:
    print(
        f"{'holdings':>8} {'lots':>6} {'accounts':>8} {'one ms':>8} {'ms':>9} {'times':>6} {'gap bp':>7} {'nodes':>6}"
    )
    for holdings in (n for n in HOLDINGS if n <= most):
        for lots in LOTS:
            for accounts in ACCOUNTS:
                runs = [
                    measure(portfolio(holdings, seed, "both", accounts, lots), GOAL * BP, repeats=1)
                    for seed in range(HOUSEHOLDS)
                ]
                slow = max(runs, key=lambda run: run.times)
                whole = slow.one * (slow.times + slow.rounding_times)
                print(
                    f"{holdings:8} {holdings * lots:6} {accounts:8} {1e3 * slow.one:8.2f} {1e3 * whole:9.1f}"
                    f" {slow.times + slow.rounding_times:6.1f} {max(run.gap for run in runs):7.3f}"
                    f" {max(run.nodes for run in runs):6}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else max(HOLDINGS))
