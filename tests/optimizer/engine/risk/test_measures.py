"""Risk figures with answers known by hand."""

import numpy as np
import pytest

from optimizer.engine.risk.measures import cvar, monthly_scenarios, volatility
from optimizer.engine.risk.returns import closes
from tests.optimizer.engine.households import asset, panel


def test_volatility_of_two_uncorrelated_assets():
    assert volatility(np.array([0.6, 0.8]), np.diag([0.01, 0.01])) == pytest.approx(0.1)


def test_cvar_is_the_mean_of_the_worst_five_percent():
    scenarios = np.arange(-50, 50)[:, None] / 100
    assert cvar(np.ones(1), scenarios) == pytest.approx((0.50 + 0.49 + 0.48 + 0.47 + 0.46) / 5)


def test_cvar_counts_the_last_scenario_in_part():
    scenarios = np.array([[-0.3], [-0.1]] + [[0.0]] * 28)
    assert cvar(np.ones(1), scenarios) == pytest.approx((0.3 + 0.5 * 0.1) / 1.5)


def test_monthly_scenarios_overlap():
    made = panel([asset("a")], 100)
    scenarios = monthly_scenarios(closes(made, ("a",), ("A",)))
    assert scenarios.shape == (79, 1)
    assert scenarios[0, 0] == pytest.approx(made.closes[21, 0] / made.closes[0, 0] - 1)


def test_before_its_first_close_an_asset_moves_with_its_beta():
    assets = [asset("a"), asset("b")]
    made = panel(assets, 400)
    made.closes[:, 1] = made.closes[:, 0] ** 2
    made.closes[:200, 1] = np.nan
    scenarios = monthly_scenarios(closes(made, ("a", "b"), ("A", "B")))
    ratio = scenarios[:200, 1] / scenarios[:200, 0]
    assert np.isfinite(scenarios).all()
    assert ratio == pytest.approx(np.full(200, ratio[0]))
    assert ratio[0] == pytest.approx(2, abs=0.4)
