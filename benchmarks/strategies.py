"""Strategies beside what is possible and beside named packages: milliseconds, ratios and differences of the objective.

var/oracles/bin/python benchmarks/strategies.py    (after make oracles; without the peers, they are left out)

Each row runs all contenders in turn; times are medians of processor time, so that a busy machine says little. Prices
are real, beyond 94 stocks made of them (portfolios.py). Limits: long-only, box and ten sector caps.
"""

import importlib.util
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks import limits
from benchmarks.portfolios import market
from optimizer.engine.risk.factors import factors
from optimizer.engine.risk.measures import cvar
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import allocate
from optimizer.engine.strategies.frontier import frontier
from optimizer.engine.strategies.universe import Universe

PEERS = all(importlib.util.find_spec(name) for name in ("pypfopt", "skfolio"))
if PEERS:
    import pandas as pd
    from pypfopt import EfficientCVaR, EfficientFrontier, HRPOpt
    from skfolio import RiskMeasure
    from skfolio.optimization import HierarchicalRiskParity, MeanRisk, RiskBudgeting

GROUPS, MANY, SCENARIOS, MONTH = 10, 200, 1000, 21
Contender = Callable[[], object]


class Case:
    """n stocks with a box of 10 % (5 / n beyond 50) and caps of 15 % on each of ten groups."""

    def __init__(self, n: int) -> None:
        closes = market(n).closes
        self.n, self.most, self.group = n, max(0.1 if n <= 50 else 0.0, 5 / n), 0.15
        self.days = (closes[1:] / closes[:-1] - 1)[-504:]
        self.months = (closes[MONTH:] / closes[:-MONTH] - 1)[-SCENARIOS:]
        self.covariance, self.loadings, self.own = np.cov(self.days.T) * 252, None, None
        if n >= MANY:
            self.loadings, self.own = factors(self.covariance)
            self.covariance = self.loadings @ self.loadings.T + np.diag(self.own)
        self.mean = 3 * self.covariance @ np.full(n, 1 / n)
        self.groups = np.array([(np.arange(n) % GROUPS == group).astype(float) for group in range(GROUPS)])

    def universe(self, *, grouped: bool = True, boxed: bool = True) -> Universe:
        n, rows = self.n, GROUPS if grouped else 0
        return Universe(
            covariance=self.covariance,
            expected=self.mean,
            scenarios=self.months,
            weeks=np.zeros((0, n)),
            entered=np.ones(n) / n,
            budget=1.0,
            lower=np.zeros(n),
            upper=np.full(n, self.most if boxed else np.inf),
            masks=self.groups[:rows],
            low=np.full(rows, -np.inf),
            high=np.full(rows, self.group),
            params={},
            loadings=self.loadings,
            own=self.own,
        )

    def variance(self, w: np.ndarray) -> float:
        return float(w @ self.covariance @ w)


def times(contenders: dict[str, Contender], rounds: int) -> dict[str, float]:
    """Median milliseconds of processor time by contender, run in turn."""
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.process_time()
            run()
            spent[name].append(1000 * (time.process_time() - started))
    return {name: statistics.median(values) for name, values in spent.items()}


def row(
    what: str, contenders: dict[str, Contender], objective: Callable[[object], float], goal: str, rounds: int
) -> None:
    """One line: the fastest direct call, ours and the peers with their ratios to it, and differences of objective."""
    results = {name: objective(run()) for name, run in contenders.items()}
    spent = times(contenders, rounds)
    limit = min((name for name in spent if name.startswith("limit")), key=spent.__getitem__)
    base, best = spent[limit], results[limit]
    shown = [f"{what:34s} {limit:12s} {base:8.2f} ms"]
    for name in (name for name in spent if not name.startswith("limit")):
        off = (results[name] - best) / abs(best)
        shown.append(f"{name} {spent[name]:.2f} ms x{spent[name] / base:.1f} ({off:+.0e})")
    if "skfolio" in spent:
        shown.append(f"skfolio / ours {spent['skfolio'] / spent['ours']:.0f}")
    print(" | ".join(shown), "| goal", goal, flush=True)


def minimum_variance(n: int, rounds: int) -> None:
    case = Case(n)
    bounds = case.groups, case.most, case.group
    contenders: dict[str, Contender] = {"limit dense": lambda: limits.minimum_variance(case.covariance, *bounds)}
    if case.loadings is not None:
        contenders["limit factor"] = lambda: limits.minimum_variance_of_factors(case.loadings, case.own, *bounds)
    contenders["ours"] = lambda: allocate("minimum_variance", case.universe(), Solver())
    if PEERS:
        contenders |= {"PyPortfolioOpt": lambda: pypfopt_variance(case), "skfolio": lambda: skfolio_variance(case)}
    row(f"min variance, n = {n}", contenders, case.variance, "<= 2 x limit", rounds)


def pypfopt_variance(case: Case) -> np.ndarray:
    made = EfficientFrontier(None, case.covariance, weight_bounds=(0, case.most), solver="CLARABEL")
    made.add_constraint(lambda w: case.groups @ w <= case.group)
    made.min_volatility()
    return made.weights


def skfolio_variance(case: Case) -> np.ndarray:
    """skfolio estimates the covariance itself: where that is a factor model here, its objective is another."""
    rows = {"left_inequality": case.groups, "right_inequality": np.full(GROUPS, case.group)}
    return MeanRisk(max_weights=case.most, **rows).fit(pd.DataFrame(case.days)).weights_


def whole_frontier(n: int, rounds: int) -> None:
    case = Case(n)
    universe = case.universe(grouped=False)
    returns = np.array([point.expected for point in frontier(universe, Solver())])
    contenders: dict[str, Contender] = {
        "limit": lambda: limits.frontier(case.covariance, case.mean, case.most, returns),
        "ours": lambda: frontier(universe, Solver()),
    }
    if PEERS:
        peer = MeanRisk(efficient_frontier_size=40, max_weights=case.most)
        contenders["skfolio"] = lambda: peer.fit(pd.DataFrame(case.days)).weights_

    def middle(found: object) -> float:
        """Volatility of the point in the middle; skfolio's expected returns are its own."""
        point = found[20]
        return point.volatility if hasattr(point, "volatility") else case.variance(point) ** 0.5

    row(f"frontier of 40, n = {n}", contenders, middle, "<= skfolio / 35", rounds)


def minimum_cvar(n: int, rounds: int) -> None:
    case = Case(n)
    contenders: dict[str, Contender] = {
        "limit whole": lambda: limits.minimum_cvar(case.months, case.most),
        "limit cuts": lambda: limits.minimum_cvar_by_cuts(case.months, case.most),
        "ours": lambda: allocate("minimum_cvar", case.universe(grouped=False), Solver()),
    }
    if PEERS:
        peer = MeanRisk(risk_measure=RiskMeasure.CVAR, max_weights=case.most)
        contenders["skfolio"] = lambda: peer.fit(pd.DataFrame(case.months)).weights_
        contenders["PyPortfolioOpt"] = lambda: pypfopt_cvar(case)
    row(f"CVaR 95, 1,000 scenarios, n = {n}", contenders, lambda w: cvar(w, case.months), "<= 2 x limit", rounds)


def pypfopt_cvar(case: Case) -> np.ndarray:
    made = EfficientCVaR(None, case.months, weight_bounds=(0, case.most), solver="CLARABEL")
    made.min_cvar()
    return made.weights


def rules(n: int, rounds: int) -> None:
    case, shares = Case(n), np.ones(n) / n
    free = case.universe(grouped=False, boxed=False)
    contenders: dict[str, Contender] = {
        "limit": lambda: limits.hierarchical_risk_parity(case.covariance),
        "ours": lambda: allocate("hierarchical_risk_parity", free, Solver()),
    }
    if PEERS:
        frame = pd.DataFrame(case.days)
        contenders["PyPortfolioOpt"] = lambda: pypfopt_hierarchy(case)
        contenders["skfolio"] = lambda: HierarchicalRiskParity().fit(frame).weights_
    row(f"HRP, n = {n}", contenders, case.variance, "<= 2 x limit", rounds)
    contenders = {
        "limit": lambda: limits.risk_budgets(case.covariance, shares),
        "ours": lambda: allocate("risk_budgets", free, Solver()),
    }
    if PEERS:
        contenders["skfolio"] = lambda: RiskBudgeting().fit(frame).weights_
    row(f"risk budgets, n = {n}", contenders, case.variance, "<= 2 x limit", rounds)


def pypfopt_hierarchy(case: Case) -> np.ndarray:
    found = HRPOpt(returns=pd.DataFrame(case.days), cov_matrix=pd.DataFrame(case.covariance)).optimize()
    return np.array([found[at] for at in range(case.n)])


def main() -> None:
    warnings.simplefilter("ignore")
    for n, rounds in ((20, 21), (100, 11), (500, 3)):
        minimum_variance(n, rounds)
    whole_frontier(20, 5)
    rules(100, 11)
    for n, rounds in ((20, 9), (100, 5)):
        minimum_cvar(n, rounds)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
