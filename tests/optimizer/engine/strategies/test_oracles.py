"""Every strategy on real prices against skfolio and PyPortfolioOpt (golden/strategies.json, by `make oracles`)."""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from optimizer.engine.risk.black_litterman import implied, posterior, uncertainty
from optimizer.engine.risk.measures import cvar
from optimizer.engine.solvers import Solver
from optimizer.engine.strategies import STRATEGIES, allocate, tail
from optimizer.engine.strategies.frontier import frontier
from optimizer.engine.strategies.universe import Universe
from tests.optimizer.engine.strategies.markets import DATA, Market, markets

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")
GOLDEN = json.loads((Path(__file__).parent / "golden" / "strategies.json").read_text())["markets"]
NAMES = list(GOLDEN)
SAME = 1e-5


@pytest.fixture(scope="module")
def real() -> dict[str, Market]:
    return markets()


def universe(market: Market, *, limited: bool = True, **params: float) -> Universe:
    n = market.size
    return Universe(
        covariance=market.covariance,
        expected=market.mean,
        scenarios=market.months,
        weeks=market.weeks,
        entered=market.benchmark,
        budget=1.0,
        lower=np.zeros(n),
        upper=np.full(n, market.most if limited else np.inf),
        masks=market.groups if limited else np.zeros((0, n)),
        low=np.array([-np.inf, 0.1])[: 2 * limited],
        high=np.array([0.4, np.inf])[: 2 * limited],
        params={name: Decimal(value) for name, value in params.items()},
    )


def variance(market: Market, w: np.ndarray) -> float:
    return float(w @ market.covariance @ w)


def cdar(market: Market, w: np.ndarray) -> float:
    path = np.concatenate(([0.0], np.cumsum(market.weeks @ w)))
    return cvar(np.ones(1), -(np.maximum.accumulate(path) - path)[1:, None])


def weights(name: str, market: Market, **params: float) -> np.ndarray:
    made = universe(market, **params)
    w = allocate(name, made, Solver())
    assert w.sum() == pytest.approx(1, abs=1e-6)
    assert w.min() >= -1e-6
    assert w.max() <= market.most + 1e-6
    assert market.groups[0] @ w <= 0.4 + 1e-6
    assert market.groups[1] @ w >= 0.1 - 1e-6
    return w


@pytest.mark.parametrize("name", NAMES)
def test_the_least_risk_is_that_of_both(name, real):
    market, golden = real[name], GOLDEN[name]
    for strategy, risk in (("minimum_variance", variance), ("minimum_cdar", cdar)):
        own = risk(market, weights(strategy, market))
        for oracle in ("PyPortfolioOpt", "skfolio"):
            assert own == pytest.approx(golden[oracle][strategy], rel=SAME)


@pytest.mark.parametrize("cuts", [0, tail.CUTS])
@pytest.mark.parametrize("name", NAMES)
def test_the_least_cvar_is_that_of_both_whole_and_by_cuts(name, cuts, real, monkeypatch):
    monkeypatch.setattr(tail, "CUTS", cuts)
    market = real[name]
    own = cvar(weights("minimum_cvar", market), market.months)
    for oracle in ("PyPortfolioOpt", "skfolio"):
        assert own == pytest.approx(GOLDEN[name][oracle]["minimum_cvar"], rel=SAME)


@pytest.mark.parametrize("name", NAMES)
def test_mean_variance_reaches_the_same_at_an_aversion_a_return_and_a_volatility(name, real):
    market, golden = real[name], GOLDEN[name]["PyPortfolioOpt"]
    w = weights("mean_variance", market)
    assert market.mean @ w - 1.5 * variance(market, w) == pytest.approx(golden["mean_variance"], rel=SAME)
    least = float(market.mean @ weights("minimum_variance", market))
    for share in (0.25, 0.5, 0.75):
        target = least + share * (golden["most_return"] - least)
        w = weights("mean_variance", market, target_return=target)
        assert market.mean @ w >= target - 1e-6
        assert variance(market, w) == pytest.approx(golden[f"target_return {share}"], rel=SAME)
    target = 1.2 * golden["minimum_variance"] ** 0.5
    w = weights("mean_variance", market, target_volatility=target)
    assert variance(market, w) ** 0.5 <= target + 1e-6
    assert market.mean @ w == pytest.approx(golden["target_volatility"], rel=SAME)


@pytest.mark.parametrize("name", NAMES)
def test_the_greatest_sharpe_ratio_is_skfolios(name, real):
    market = real[name]
    w = weights("maximum_sharpe", market)
    sharpe = market.mean @ w / variance(market, w) ** 0.5
    assert sharpe == pytest.approx(GOLDEN[name]["skfolio"]["maximum_sharpe"], rel=SAME)


@pytest.mark.parametrize("name", NAMES)
def test_the_closest_tracking_of_a_benchmark_is_pyportfolioopts(name, real):
    market = real[name]
    own = variance(market, weights("benchmark_tracking", market) - market.benchmark)
    assert own == pytest.approx(GOLDEN[name]["PyPortfolioOpt"]["benchmark_tracking"], rel=SAME)


@pytest.mark.parametrize("strategy", ["inverse_volatility", "hierarchical_risk_parity", "risk_parity", "risk_budgets"])
@pytest.mark.parametrize("name", NAMES)
def test_rules_without_an_objective_give_the_same_weights(name, strategy, real):
    market = real[name]
    shares = np.arange(1.0, market.size + 1)
    made = universe(market, limited=False)
    made = Universe(**{**vars(made), "entered": shares / shares.sum()})
    own = STRATEGIES[strategy](made, Solver())
    assert own == pytest.approx(np.array(GOLDEN[name]["weights"][strategy]), abs=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_posterior_of_views_is_that_of_both(name, real):
    market = real[name]
    picks, says, sure = market.views
    prior = implied(market.covariance, np.full(market.size, 1 / market.size))
    errors = uncertainty(market.covariance, picks, sure)
    own = posterior(prior, market.covariance, picks, says, errors)
    for oracle in GOLDEN[name]["expected"].values():
        assert own == pytest.approx(np.array(oracle), abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_the_frontier_runs_from_least_risk_to_most_return(name, real):
    market, golden = real[name], GOLDEN[name]["PyPortfolioOpt"]
    points = frontier(universe(market), Solver())
    assert len(points) == 40
    assert points[0].volatility ** 2 == pytest.approx(golden["minimum_variance"], rel=SAME)
    assert points[-1].expected == pytest.approx(golden["most_return"], rel=SAME)
    steps = np.diff([point.expected for point in points])
    assert steps[1:] == pytest.approx(np.full(38, steps[1:].mean()), rel=1e-3)  # least risk is flat in return
    slopes = np.diff([point.volatility**2 for point in points]) / steps
    assert (np.diff(slopes) > -1e-7).all()
