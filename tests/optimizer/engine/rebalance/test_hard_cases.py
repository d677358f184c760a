"""Published cases that broke other tools, by the numbers of the list they come from."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.plan import plan
from optimizer.engine.types import Plan, Snapshot
from tests.optimizer.engine.households import account, asset, household, lot, panel, policy


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def test_b_01_new_cash_goes_to_what_is_under_its_target_and_weights_add_up():
    """Wealthfolio 1248: 33,333.00 with 8,863.50 of cash, purchases only. Pro rata to the gaps within 2 % of each."""
    values = {"bonds": "13491.80", "b": "3696.00", "c": "3435.60", "d": "1919.20", "e": "1926.90"}
    target = {"bonds": "0.4", "b": "0.2", "c": "0.2", "d": "0.1", "e": "0.1"}
    assets = [replace(asset(name, "10", whole_shares=False), half_spread=Decimal(0)) for name in values]
    lots = [lot(name, name, str(Decimal(value) / 10), value, locked=True) for name, value in values.items()]
    made = make(household(assets, lots, target, [account("main", "8863.50", "roth_ira")]))
    bought = {name: sum(t.value for t in made.trades if t.asset == name) for name in values}
    assert made.before.value == Decimal("33333.00")
    assert bought["bonds"] == 0
    expected = {"b": 2918.38, "c": 3174.20, "d": 1389.24, "e": 1381.68}
    assert {name: float(bought[name]) for name in expected} == pytest.approx(expected, rel=0.02)
    assert Decimal("8863.25") <= sum(bought.values()) <= Decimal("8863.50")
    assert sum(made.after.by_asset.values()) == pytest.approx(1)


def test_b_03_cash_is_counted_once():
    """Wealthfolio 1173: cash is a class of its own, whatever else is fixed income."""
    assets = [asset("bond", asset_class="bond"), asset("stock")]
    lots = [lot("1", "bond", "100", "10000"), lot("2", "stock", "100", "10000")]
    made = make(household(assets, lots, {"bond": "0.4", "stock": "0.4"}, [account("main", "10000")]))
    assert made.before.by_class == pytest.approx({"bond": 1 / 3, "stock": 1 / 3, "cash": 1 / 3})


def test_b_04_new_cash_is_invested_though_every_weight_is_inside_its_band():
    """Wealthfolio 1444: both are on target but for the cash, far inside the band of ten points."""
    assets = [asset("a"), asset("b")]
    lots = [lot("1", "a", "500", "1"), lot("2", "b", "500", "1")]
    target = policy({"a": "0.5", "b": "0.5"}, drift_band=Decimal("0.1"))
    made = make(household(assets, lots, target, [account("main", "5000", "roth_ira")]))
    assert [(trade.side, trade.asset) for trade in made.trades] == [("buy", "a"), ("buy", "b")]
    assert made.after.cash < 200
