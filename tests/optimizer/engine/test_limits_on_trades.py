"""Limits on the trades themselves: how many orders, which gains and losses, and where things are held."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from optimizer.engine.types import ConstraintInput, Plan, Snapshot
from tests.optimizer.engine.households import NEW, RATES, account, asset, household, lot, panel, policy

NAMES = "abcdef"


def limit(kind: str, subject: str = "", **kwargs: object) -> ConstraintInput:
    numbers = {name: Decimal(str(kwargs.pop(name))) for name in ("low", "high", "rate") if name in kwargs}
    return ConstraintInput(id=kind, kind=kind, subject=subject, **numbers, **kwargs)


def made(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def rule(found: Plan, kind: str) -> object:
    return next(rule for rule in found.rules if rule.kind == kind)


def orders(found: Plan) -> int:
    return len({(trade.account, trade.asset, trade.side) for trade in found.trades})


def six(*rows: ConstraintInput, **kwargs: object) -> Snapshot:
    """Six assets, the first three twice their target and the others at none."""
    assets = [asset(name, kind="stock") for name in NAMES]
    lots = [lot(name, name, "100", "10000") for name in NAMES[:3]]
    return household(
        assets, lots, dict.fromkeys(NAMES, "0.1666"), [account(kind="roth_ira")], constraints=rows, **kwargs
    )


def test_no_more_orders_than_the_policy_wants() -> None:
    assert orders(made(six())) == 6
    found = made(six(limit("trades", high=4)))
    assert 2 <= orders(found) <= 4
    assert rule(found, "trades").sentence == f"{orders(found)} orders would be placed; the limit is 4."


def test_too_few_orders_for_the_other_limits_is_said_with_how_many_they_take() -> None:
    caps = [limit("each_stock", high="0.25")]
    with pytest.raises(Infeasible) as caught:
        made(six(limit("trades", high=2), *caps))
    (conflict,) = caught.value.diagnosis.conflicts
    needed = int(conflict.gives[0].needed)
    assert needed > 2
    assert orders(made(six(limit("trades", high=needed), *caps))) <= needed


def test_a_soft_number_of_orders_gives_way_where_an_order_is_worth_more() -> None:
    assert orders(made(six(limit("trades", high=1, hard=False, priority=3)))) == 6


def test_each_stock_is_limited_but_the_one_with_a_limit_of_its_own() -> None:
    own = limit("instrument_weight", "a", high="0.5")
    found = made(six(limit("each_stock", high="0.12"), own))
    weights = [found.after.by_asset.get(name, 0.0) for name in NAMES]
    assert max(weights[1:]) <= 0.12 + 1e-6
    assert weights[0] > 0.13
    assert "the largest stock without a limit of its own, would be 12.0%" in rule(found, "each_stock").sentence


def test_a_custom_sum_of_weights_is_kept() -> None:
    spread = ConstraintInput("sum", "custom", high=Decimal("0"), terms={"a": Decimal(1), "d": Decimal("-1")})
    found = made(six(spread))
    assert found.after.by_asset["a"] <= found.after.by_asset["d"] + 1e-6


def gains(*rows: ConstraintInput, **kwargs: object) -> Snapshot:
    """A is all of the household: a short-term lot with a gain of 20, a long-term one of 40 a share."""
    assets = [asset("a"), asset("b")]
    lots = [lot("new", "a", "50", "4000", NEW), lot("old", "a", "50", "3000")]
    return household(assets, lots, {"a": "0.3", "b": "0.7"}, constraints=rows, **kwargs)


def realised(found: Plan, term: str) -> Decimal:
    return sum((trade.gain for trade in found.trades if trade.term == term), Decimal(0))


def test_no_short_term_gain_is_realised_and_the_rule_says_so() -> None:
    assert realised(made(gains()), "short") > 0
    found = made(gains(limit("no_short_gains")))
    assert (realised(found, "short"), realised(found, "long") > 0) == (0, True)
    assert rule(found, "no_short_gains").sentence == "No short-term gain would be realised."


def test_a_short_term_lot_against_a_cap_is_a_conflict_with_how_far_each_must_give() -> None:
    with pytest.raises(Infeasible) as caught:
        made(gains(limit("no_short_gains"), limit("instrument_weight", "a", high="0.4")))
    (conflict,) = caught.value.diagnosis.conflicts
    assert set(conflict.constraints) == {"no_short_gains", "instrument_weight"}
    assert "allow short-term gains of $200 instead of $0" in conflict.sentence


@pytest.mark.parametrize(("so_far", "most"), [("0", 1000), ("900", 100)])
def test_net_gains_of_the_year_stay_within_their_budget(so_far: str, most: int) -> None:
    year = replace(RATES, long_to_date=Decimal(so_far))
    found = made(gains(limit("gain_budget", high=1000, unit="money"), tax=year))
    assert most - 60 <= realised(found, "short") + realised(found, "long") <= most
    assert "the limit is $1,000." in rule(found, "gain_budget").sentence


def losses(*rows: ConstraintInput) -> Snapshot:
    """Losses of 400 in B and of 2,000 in C; all three at their target, which matters little."""
    lots = [lot("a", "a", "100", "10000"), lot("b", "b", "100", "10400"), lot("c", "c", "100", "12000")]
    easy = policy({"a": "0.33", "b": "0.33", "c": "0.33", "d": "0.01"}, risk_aversion=Decimal("0.1"))
    return household([asset(n) for n in "abcd"], lots, easy, constraints=rows)


def test_only_losses_above_the_threshold_are_realised() -> None:
    sold = {trade.asset for trade in made(losses()).trades if trade.side == "sell"}
    assert sold >= {"b", "c"}
    found = made(losses(limit("harvest_least", low=500, unit="money")))
    lost = [trade for trade in found.trades if trade.gain is not None and trade.gain < 0]
    assert {trade.asset for trade in lost} == {"c"}
    assert -sum(trade.gain for trade in lost) >= 500
    assert rule(found, "harvest_least").state == "pass"


def test_a_small_loss_that_a_hard_limit_needs_is_realised_and_said() -> None:
    found = made(losses(limit("harvest_least", low=500, unit="money"), limit("instrument_weight", "b", high="0.2")))
    assert rule(found, "harvest_least").state == "fail"
    assert "in B; another limit needs these sales." in rule(found, "harvest_least").sentence


def test_a_class_moves_to_its_kind_of_account_where_the_preference_is_worth_it() -> None:
    assets = [asset("bond", asset_class="bond"), asset("stock", asset_class="equity")]
    accounts = [account("main", kind="roth_ira"), account("ira", kind="traditional_ira")]
    lots = [lot("1", "bond", "100", "10000"), lot("2", "stock", "100", "10000", account="ira")]
    prefer = limit("location", "bond", place="traditional_ira", hard=False, priority=3)
    snapshot = household(assets, lots, {"bond": "0.5", "stock": "0.5"}, accounts, constraints=(prefer,))
    found = made(snapshot)
    ira = {(trade.asset, trade.side) for trade in found.trades if trade.account == "ira"}
    assert ira == {("bond", "buy"), ("stock", "sell")}
    assert rule(found, "location").sentence.startswith("Bond outside traditional IRA accounts would be ")


def test_a_position_is_no_larger_than_its_volume_sells_in_time() -> None:
    assets = [asset("a", daily_volume=Decimal(100)), asset("b"), asset("c", daily_volume=Decimal(1_000_000))]
    lots = [lot("1", "a", "100", "10000")]
    row = limit("liquidation", high=5, rate="0.1", unit="days")
    snapshot = household(
        assets, lots, {"a": "0.8", "b": "0.1", "c": "0.1"}, [account(kind="roth_ira")], constraints=(row,)
    )
    found = made(snapshot)
    assert found.after.by_asset["a"] <= 0.5 + 1e-6
    held = rule(found, "liquidation")
    assert held.state == "partial"
    assert (
        held.sentence
        == "A would take 5.00 days to sell at 10% of its daily volume; the limit is 5. No volume known: B."
    )


def test_fractions_are_traded_where_the_policy_says_so() -> None:
    def fractions(found: Plan) -> bool:
        return any(trade.quantity != int(trade.quantity) for trade in found.trades)

    assert not fractions(made(six()))
    assert fractions(made(six(limit("fractional"))))


@pytest.mark.parametrize(("kind", "label"), [("issuer_weight", "issuer"), ("region_weight", "region")])
def test_a_limit_by_label_names_what_carries_none(kind: str, label: str) -> None:
    assets = [asset("a", **{label: "X"}), asset("b")]
    lots = [lot("1", "a", "100", "10000")]
    snapshot = household(
        assets, lots, {"a": "0.6", "b": "0.4"}, [account(kind="roth_ira")], constraints=(limit(kind, "X", high="0.5"),)
    )
    found = rule(made(snapshot), kind)
    assert found.state == "partial"
    assert found.sentence.startswith("X would be 50.0%; the limit is 50.0%. Without trades it fails at 100.0%. ")
    assert found.sentence.endswith(f"{label.capitalize()} not known: B.")


def test_a_deferred_dollar_counts_after_tax_in_weights_and_limits_and_the_notes_say_so() -> None:
    """10,000 of A in the IRA count as 7,600; with 2,400 of cash elsewhere that is 76 % of the household."""
    ira = account("ira", kind="traditional_ira", weight=Decimal("0.76"))
    accounts = [account("main", kind="roth_ira", cash="2400"), ira]
    snapshot = household(
        [asset("a"), asset("b")],
        [lot("1", "a", "100", "10000", account="ira")],
        {"a": "0.5", "b": "0.5"},
        accounts,
        constraints=(limit("instrument_weight", "a", high="0.5"),),
    )
    found = made(snapshot)
    assert found.before.by_asset["a"] == pytest.approx(0.76)
    assert found.after.by_asset["a"] == pytest.approx(0.5, abs=0.008)
    sold = sum(trade.quantity for trade in found.trades if trade.side == "sell")
    assert sold >= 34  # 26 % of 10,000 are 2,600, which 34.2 shares at 76 a share come to
    assert "A dollar in Ira counts as 76% of one in all weights, after tax on withdrawals." in found.notes
