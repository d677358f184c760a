"""A household of real stocks: 20 holdings, ten lots each, three accounts."""

import csv
import gzip
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from optimizer.engine.plan import plan
from optimizer.engine.snapshot import Panel, from_json, to_json
from tests.optimizer.engine.households import RATES, account, asset, cap, household, lot

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "us_largecap74_daily.csv.gz"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")


@pytest.fixture(scope="module")
def real_panel() -> Panel:
    with gzip.open(DATA, "rt") as file:
        rows = list(csv.reader(file))
    table = rows[-1500:]
    days = tuple(date.fromisoformat(row[0][:10]) for row in table)
    return Panel(days, tuple(rows[0][1:21]), np.array([[float(cell) for cell in row[1:21]] for row in table]))


@pytest.fixture(scope="module")
def snapshot(real_panel):
    rng, day = np.random.default_rng(0), real_panel.dates[-1]
    assets = [asset(name, f"{real_panel.closes[-1, j]:.4f}") for j, name in enumerate(real_panel.assets)]
    lots = []
    for j, held in enumerate(assets):
        size = rng.uniform(2000, 14000)
        for k in range(10):
            at = int(rng.integers(240, 1495))
            shares = max(1, int(rng.uniform(0.2, 1) * size / float(held.price)))
            basis = f"{shares * real_panel.closes[at, j]:.2f}"
            where = ("main", "ira", "roth")[int(rng.integers(3))]
            lots.append(lot(f"{held.id}-{k}", held.id, str(shares), basis, real_panel.dates[at], account=where))
    accounts = [account("main", "8000"), account("ira", "5000", "traditional_ira"), account("roth", "5000", "roth_ira")]
    made = household(assets, lots, {item.id: "0.0495" for item in assets}, accounts)
    return replace(made, as_of=day, trade_date=day + timedelta(1), tax=RATES)


def test_it_lowers_tracking_error_for_less_than_that_is_worth(snapshot, real_panel):
    made = plan(snapshot, real_panel, lambda stage, fraction: None)
    assert made.after.tracking_error < made.before.tracking_error / 2
    assert made.objective < made.do_nothing.objective
    assert made.rounding_cost < made.before.value / 10000
    assert made.certificate is not None
    assert 0 <= made.certificate.gap <= made.certificate.goal
    assert made.objective == pytest.approx(made.certificate.objective + made.rounding_cost, abs=Decimal("0.02"))
    assert all(trade.reason and len(trade.reason) <= 300 for trade in made.trades)
    assert {solve.solver for solve in made.trace.solves if not solve.purpose.startswith("bound")} == {"piqp"}


def test_stored_and_read_back_it_is_the_same(snapshot, real_panel):
    made = plan(from_json(to_json(snapshot)), real_panel, lambda stage, fraction: None)
    assert made == plan(snapshot, real_panel, lambda stage, fraction: None)


def test_more_tax_budget_is_more_tax_and_less_tracking_error(snapshot, real_panel):
    price = {item.id: item.price for item in snapshot.assets}
    gains = tuple(replace(item, basis=item.quantity * price[item.asset] / 2, account="main") for item in snapshot.lots)
    keen = replace(snapshot, lots=gains, policy=replace(snapshot.policy, risk_aversion=Decimal(500)))
    budgets = [cap("tax_budget", "", budget, unit="money") for budget in ("0", "500", "2000")]
    made = [plan(replace(keen, constraints=(row,)), real_panel, lambda stage, fraction: None) for row in budgets]
    taxes, errors = [p.after.tax for p in made], [p.after.tracking_error for p in made]
    assert 0 == taxes[0] < taxes[1] <= 500 < taxes[2] <= 2000
    assert errors[0] > errors[1] > errors[2]


@pytest.mark.parametrize("strategy", ["equal_weight", "minimum_variance", "mean_variance", "risk_parity"])
def test_every_strategy_has_a_plan_within_its_caps(snapshot, real_panel, strategy):
    limits = tuple(cap("instrument_weight", item.id, "0.12") for item in snapshot.assets)
    policy = replace(snapshot.policy, strategy=strategy)
    made = plan(replace(snapshot, policy=policy, constraints=limits), real_panel, lambda stage, fraction: None)
    assert max(w for key, w in made.target_weights.items() if key != "cash") <= 0.12 + 1e-6
    assert made.after.largest_weight <= 0.12 + 1e-6
