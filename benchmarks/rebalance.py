"""The certified rebalance in multiples of "one", a continuous QP of the same household (limits.rebalance_qp).

    .venv/bin/python benchmarks/rebalance.py            (20, 100 and 500 holdings; 20, 20 and 6 households)
    .venv/bin/python benchmarks/rebalance.py 100 200    (200 households of 100 holdings)
    .venv/bin/python benchmarks/rebalance.py 20 20 0.25 (a gap of a quarter of a basis point)

Households have ten lots a holding at real prices, three accounts, and one of five states of the year in turn. Times are
of the processor, each run beside the QP that it is divided by; the continuous plan is certified before whole shares.
"""

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.limits import Lots, rebalance_qp
from benchmarks.portfolios import YEARS, Portfolio, portfolio
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.fewer import drop_small
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.rounding import whole_shares
from optimizer.engine.rebalance.score import score
from optimizer.engine.rebalance.search import BP, search
from optimizer.engine.rebalance.tickets import tickets
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.solvers import Solver

SIZES = {20: 20, 100: 20, 500: 6}
REPEATS = 3


@dataclass(frozen=True)
class Measured:
    one: float  # seconds
    times: float
    gap: float  # bp
    nodes: int
    capped: bool
    relaxations: int
    groups: int
    rounding: float  # bp
    rounding_times: float


def measure(made: Portfolio, goal: float, repeats: int = REPEATS) -> Measured:
    book = make_book(made.snapshot)
    n = len(book.assets)
    covariance = made.loadings @ made.loadings.T + np.diag(made.own)
    risk = RiskModel(covariance, np.zeros((0, n)), made.loadings, made.own)
    target = np.array([float(made.snapshot.policy.target[asset.id]) for asset in book.assets])
    one = min(rebalance_qp(_lots(made, book, target))[0] for _ in range(repeats))
    search_times, rounding_times = [], []
    for _ in range(repeats):
        solver, model = Solver(), Model(make_book(made.snapshot), target, risk)
        started = time.process_time()
        plan, effort = search(model, solver, goal)
        found = time.process_time()
        filled = whole_shares(model, tickets(model, drop_small(model, plan, solver)))
        search_times.append(found - started)
        rounding_times.append(time.process_time() - found)
    final = score(model, filled.trades(model))
    return Measured(
        one,
        min(search_times) / one,
        (plan.value - effort.bound) / BP,
        effort.nodes,
        effort.capped,
        effort.relaxations,
        len(model.groups),
        (final.total - final.broken - plan.value) / BP,
        min(rounding_times) / one,
    )


def _lots(made: Portfolio, book: Book, target: np.ndarray) -> Lots:
    tax, policy = made.snapshot.tax, made.snapshot.policy
    rate = book.is_short * float(tax.short_rate) + book.is_long * float(tax.long_rate)
    return Lots(
        value=book.sell_value,
        gain=book.sell_gain,
        rate=rate - float(tax.deferral) * (rate > 0),
        asset=book.sell_asset,
        account=book.sell_account,
        cash=book.cash,
        target=target,
        loadings=made.loadings,
        own=made.own,
        spread=float(book.trade_cost[0]),
        aversion=float(policy.risk_aversion),
    )


def main(sizes: dict[int, int], goal: float) -> None:
    print(f"Certified gap to reach: {goal:g} bp. Median / worst. Times are multiples of one QP.")
    print(f"{'holdings':>8} {'runs':>5} {'one ms':>7} {'search':>13} {'gap bp':>15} {'nodes':>7} {'capped':>7}"
          f" {'relaxed':>8} {'groups':>8} {'whole shares':>14} {'cost bp':>13}")  # fmt: skip
    for n, households in sizes.items():
        measure(portfolio(n, 0), goal * BP)  # imports and caches
        years = list(YEARS)
        runs = [measure(portfolio(n, seed, years[seed % len(years)]), goal * BP) for seed in range(households)]
        one = 1e3 * statistics.median(run.one for run in runs)
        print(
            f"{n:8} {households:5} {one:7.2f} {_pair(runs, 'times', 1):>13}"
            f" {_pair(runs, 'gap', 3):>15} {_pair(runs, 'nodes', 0):>7} {sum(run.capped for run in runs):7}"
            f" {_pair(runs, 'relaxations', 0):>8} {_pair(runs, 'groups', 0):>8} {_pair(runs, 'rounding_times', 1):>14}"
            f" {_pair(runs, 'rounding', 3):>13}",
            flush=True,
        )


def _pair(runs: list[Measured], name: str, digits: int) -> str:
    values = [getattr(run, name) for run in runs]
    return f"{statistics.median(values):.{digits}f} / {max(values):.{digits}f}"


if __name__ == "__main__":
    chosen = sys.argv[1:]
    sizes = {int(chosen[0]): int(chosen[1])} if len(chosen) > 1 else SIZES
    main(sizes, float(chosen[2]) if len(chosen) > 2 else 1.0)
