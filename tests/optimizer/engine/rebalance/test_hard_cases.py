"""Published cases that broke other tools, by the numbers of the list they come from."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from optimizer.engine.types import ConstraintInput, Plan, Snapshot
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


def sums(mixes: dict[str, tuple[str, str]], needs: tuple[str, str], hard: bool = True) -> Snapshot:
    """3,000 of cash beside 7,000 of c; what part of each instrument is of classes one and two, and what those need."""
    assets = [replace(asset(name, "1"), half_spread=Decimal(0)) for name in (*mixes, "c")]
    rows = [
        ConstraintInput(
            id=name,
            kind="custom",
            subject=name,
            low=Decimal(need) / 10000,
            high=Decimal(need) / 10000,
            hard=hard,
            terms={key: Decimal(mix[j]) for key, mix in mixes.items()},
        )
        for j, (name, need) in enumerate(zip(("class one", "class two"), needs, strict=True))
    ]
    target = dict.fromkeys(mixes, "0.1") | {"c": "0.7"}
    roth = [account("main", "3000", "roth_ira")]
    return household(assets, [lot("c", "c", "7000", "1", locked=True)], target, roth, constraints=tuple(rows))


def bought(made: Plan) -> dict[str, Decimal]:
    return {trade.asset: trade.value for trade in made.trades}


def test_b_02_two_instruments_of_mixed_classes_are_bought_for_what_both_classes_need():
    """Portfolio Performance, RebalancerTest: a is 90 % one and 10 % two, b the reverse; they need 1,000 and 2,000."""
    made = make(sums({"a": ("0.9", "0.1"), "b": ("0.1", "0.9")}, ("1000", "2000")))
    assert bought(made) == {"a": 875, "b": 2125}
    assert not any(note.startswith(("Inexact", "Ambiguous")) for note in made.notes)


def test_b_02_contradictory_needs_are_marked_inexact():
    """Both are nine to one, and the classes need one to two: what is bought is off for at least one of them."""
    mixes = {"a": ("0.9", "0.1"), "b": ("0.9", "0.1")}
    made = make(sums(mixes, ("1000", "2000"), hard=False))
    note = next(note for note in made.notes if note.startswith("Inexact"))
    assert note.startswith("Inexact: class one and class two contradict each other. class one would be ")
    assert "instead of 20.0%" in note
    assert "fail" in {rule.state for rule in made.rules if rule.kind == "custom"}


def test_b_02_contradictory_needs_that_must_hold_are_named_with_what_each_would_have_to_give():
    with pytest.raises(Infeasible) as caught:
        make(sums({"a": ("0.9", "0.1"), "b": ("0.9", "0.1")}, ("1000", "300")))
    (conflict,) = caught.value.diagnosis.conflicts
    assert conflict.constraints == ("class one", "class two")
    assert any(give.helps for give in conflict.gives)


def test_b_02_ambiguous_needs_are_said_to_be_so():
    """Any 1,000 of the two meets both needs; the plan says that its split is a choice."""
    made = make(sums({"a": ("0.9", "0.1"), "b": ("0.9", "0.1")}, ("900", "100")))
    assert bought(made)["a"] + bought(made)["b"] == 1000
    assert any(note.startswith("Ambiguous: more than one split of A and B meets") for note in made.notes)


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
