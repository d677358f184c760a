"""Golden strategies by skfolio and PyPortfolioOpt on real prices: what each reaches under the same limits.

make oracles    (or: pip install -r benchmarks/requirements.txt && python benchmarks/oracle_strategies.py)

Limits: long-only, fully invested, at most 20 % of one asset (35 % of one fund, 10 % of one of 74 stocks), at most 40 %
of one third of the assets, at least 10 % of another. Nothing here is random.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from pypfopt import BlackLittermanModel, EfficientCDaR, EfficientCVaR, EfficientFrontier, HRPOpt, objective_functions
from skfolio import RiskMeasure
from skfolio.moments import EquilibriumMu
from skfolio.optimization import InverseVolatility, MeanRisk, ObjectiveFunction, RiskBudgeting
from skfolio.prior import BlackLitterman, EmpiricalPrior

from tests.optimizer.engine.strategies.markets import Market, markets

TARGET = Path(__file__).resolve().parents[1] / "tests/optimizer/engine/strategies/golden/strategies.json"
PACKAGES = ("skfolio", "PyPortfolioOpt", "cvxpy", "clarabel", "numpy")
TIGHT = {"tol_gap_abs": 1e-12, "tol_gap_rel": 1e-12, "tol_feas": 1e-12}
YEAR, AVERSION = 252, 3.0


def bounded(cls: type, *given: object, market: Market, **kwargs: object) -> object:
    """A PyPortfolioOpt optimiser under the market's limits."""
    made = cls(*given, weight_bounds=(0, market.most), solver="CLARABEL", solver_options=TIGHT, **kwargs)
    made.add_constraint(lambda w: market.groups[0] @ w <= 0.4)
    made.add_constraint(lambda w: market.groups[1] @ w >= 0.1)
    return made


def frontier(market: Market) -> EfficientFrontier:
    return bounded(EfficientFrontier, market.mean, market.covariance, market=market)


def limits(market: Market) -> dict[str, object]:
    """The same for skfolio."""
    return {
        "max_weights": market.most,
        "left_inequality": np.vstack((market.groups[0], -market.groups[1])),
        "right_inequality": np.array([0.4, -0.1]),
        "solver_params": TIGHT,
    }


def weights_of(made: EfficientFrontier) -> np.ndarray:
    return np.array(list(made.weights))


def skfolio_weights(returns: np.ndarray, **settings: object) -> np.ndarray:
    return MeanRisk(**settings).fit(pd.DataFrame(returns)).weights_


def variance(market: Market, w: np.ndarray) -> float:
    return float(w @ market.covariance @ w)


def cvar(market: Market, w: np.ndarray) -> float:
    losses = np.sort(-(market.months @ w))[::-1]
    return float(losses[: len(losses) // 20].mean())


def cdar(market: Market, w: np.ndarray) -> float:
    path = np.concatenate(([0.0], np.cumsum(market.weeks @ w)))
    falls = np.sort((np.maximum.accumulate(path) - path)[1:])[::-1]
    tail = 0.05 * len(falls)
    whole = int(tail)
    return float((falls[:whole].sum() + (tail - whole) * falls[whole]) / tail)


def by_pypfopt(market: Market) -> dict[str, float]:
    """Objectives by name."""
    found = {}
    made = frontier(market)
    made.min_volatility()
    found["minimum_variance"] = variance(market, weights_of(made))
    least, most = float(market.mean @ weights_of(made)), frontier(market)._max_return()
    made = frontier(market)
    made.max_quadratic_utility(risk_aversion=AVERSION)
    w = weights_of(made)
    found["mean_variance"] = float(market.mean @ w) - AVERSION / 2 * variance(market, w)
    for share in (0.25, 0.5, 0.75):
        made = frontier(market)
        made.efficient_return(least + share * (most - least))
        found[f"target_return {share}"] = variance(market, weights_of(made))
    made = frontier(market)
    made.efficient_risk(1.2 * found["minimum_variance"] ** 0.5)
    found["target_volatility"] = float(market.mean @ weights_of(made))
    made = bounded(EfficientCVaR, market.mean, market.months, market=market, beta=0.95)
    made.min_cvar()
    found["minimum_cvar"] = cvar(market, weights_of(made))
    made = bounded(EfficientCDaR, market.mean, market.weeks, market=market, beta=0.95)
    made.min_cdar()
    found["minimum_cdar"] = cdar(market, weights_of(made))
    made = frontier(market)
    tracking = objective_functions.ex_ante_tracking_error
    made.convex_objective(tracking, cov_matrix=market.covariance, benchmark_weights=market.benchmark)
    found["benchmark_tracking"] = variance(market, weights_of(made) - market.benchmark)
    return found | {"most_return": most}


def by_skfolio(market: Market) -> dict[str, float]:
    """Objectives by name, in annual terms."""
    found, under = {}, limits(market)
    w = skfolio_weights(market.days, **under)
    found["minimum_variance"] = variance(market, w)
    ratio = {"objective_function": ObjectiveFunction.MAXIMIZE_RATIO}
    w = skfolio_weights(market.days, **under, **ratio)
    found["maximum_sharpe"] = float(market.mean @ w) / variance(market, w) ** 0.5
    w = skfolio_weights(market.months, **under, risk_measure=RiskMeasure.CVAR)
    found["minimum_cvar"] = cvar(market, w)
    w = skfolio_weights(market.weeks, **under, risk_measure=RiskMeasure.CDAR)
    found["minimum_cdar"] = cdar(market, w)
    return found


def weights_by_name(market: Market) -> dict[str, list[float]]:
    """Weights of the strategies that have no objective of their own, without limits."""
    frame = pd.DataFrame(market.days)
    shares = np.arange(1.0, market.size + 1)
    parity = RiskBudgeting(solver_params=TIGHT).fit(frame).weights_
    budgets = RiskBudgeting(risk_budget=shares / shares.sum(), solver_params=TIGHT).fit(frame).weights_
    hierarchical = HRPOpt(returns=frame, cov_matrix=pd.DataFrame(market.covariance)).optimize(linkage_method="single")
    return {
        "inverse_volatility": InverseVolatility().fit(frame).weights_.tolist(),
        "risk_parity": parity.tolist(),
        "risk_budgets": budgets.tolist(),
        "hierarchical_risk_parity": [hierarchical[at] for at in range(market.size)],
    }


def expected_by_name(market: Market) -> dict[str, list[float]]:
    """Black-Litterman posteriors, annual: prior 3 Sigma w of equal weights, and the market's views."""
    picks, says, sure = market.views
    prior = AVERSION * market.covariance @ np.full(market.size, 1 / market.size)
    model = BlackLittermanModel(
        market.covariance, pi=prior, Q=says, P=picks, omega="idzorek", view_confidences=sure, tau=0.05
    )
    names = [f"a{at}" for at in range(market.size)]
    stated = [f"a1 == {says[0] / YEAR}", f"a2 - a3 == {says[1] / YEAR}"]
    equilibrium = EmpiricalPrior(mu_estimator=EquilibriumMu(risk_aversion=AVERSION))
    other = BlackLitterman(views=stated, prior_estimator=equilibrium, view_confidences=sure, tau=0.05)
    other.fit(pd.DataFrame(market.days, columns=names))
    return {
        "PyPortfolioOpt": np.asarray(model.bl_returns()).ravel().tolist(),
        "skfolio": (other.return_distribution_.mu * YEAR).tolist(),
    }


def main() -> None:
    warnings.simplefilter("ignore")
    golden = {
        market.name: {
            "file": market.file,
            "PyPortfolioOpt": by_pypfopt(market),
            "skfolio": by_skfolio(market),
            "weights": weights_by_name(market),
            "expected": expected_by_name(market),
        }
        for market in markets().values()
    }
    by = {name: version(name) for name in PACKAGES}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({"by": by, "seed": None, "markets": golden}, indent=1) + "\n")


if __name__ == "__main__":
    main()
