"""What changed between two frozen inputs, in words."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.snapshot import to_json
from optimizer.engine.types import ConstraintInput, Locks, Snapshot
from optimizer.services.since import changes
from tests.optimizer.engine.households import account, asset, cap, household, lot


@pytest.fixture
def snapshot() -> Snapshot:
    assets = [asset("a"), asset("b")]
    return household(assets, [lot("1", "a", "100", "8000")], {"a": "0.5", "b": "0.4"}, [account(cash="500")])


def said(before: Snapshot, now: Snapshot) -> list[str]:
    return changes(*(json.loads(to_json(each)) for each in (before, now)))


def test_the_same_input_has_no_change(snapshot):
    assert said(snapshot, snapshot) == []


def test_prices_that_moved_are_counted_and_the_largest_move_named(snapshot):
    moved = replace(snapshot, assets=(asset("a", "101"), asset("b", "95")))
    assert said(snapshot, moved) == ["2 prices moved, B the most: −5.0%."]


def test_holdings_and_cash_say_now_and_then(snapshot):
    moved = replace(
        snapshot,
        lots=(lot("1", "a", "80", "6400"), lot("2", "b", "10", "900")),
        accounts=(account(cash="1500"),),
    )
    assert said(snapshot, moved) == [
        "A: 80 shares, instead of 100.",
        "B: 10 shares, instead of 0.",
        "1 lot with another basis, date or account.",
        "Cash in Main: $1,500, instead of $500.",
    ]


def test_goals_say_targets_settings_and_limits(snapshot):
    target = {**snapshot.policy.target, "a": Decimal("0.6"), "b": Decimal("0.3")}
    policy = replace(snapshot.policy, target=target, drift_band=Decimal("0.02"))
    moved = replace(snapshot, policy=policy, constraints=(cap("instrument_weight", "a", "0.2"),))
    assert said(snapshot, moved) == [
        "Drift band changed in the goals.",
        "Target of A: 60.0%, instead of 50.0%.",
        "Target of B: 30.0%, instead of 40.0%.",
        "New in the goals: instrument weight A, at most 20.0%.",
    ]
    assert said(moved, snapshot)[-1] == "No longer in the goals: instrument weight A, at most 20.0%."


def test_every_row_of_the_limits_counts(snapshot):
    """A floor and a ceiling of beta, a hard and a soft cap of one asset, two sums of the household's own."""
    floor, ceiling = beta(low="0.5"), beta(high="1.2")
    hard, soft = cap("instrument_weight", "a", "0.2"), cap("instrument_weight", "a", "0.1", hard=False)
    sums = [replace(cap("custom", "", "0.3"), terms={asset: Decimal(1)}) for asset in "ab"]
    rows = (floor, ceiling, hard, soft, *sums)
    limited = replace(snapshot, constraints=rows)
    assert said(limited, replace(snapshot, constraints=rows[::-1])) == []
    assert said(limited, replace(snapshot, constraints=(floor, beta(high="1.1"), hard, sums[1]))) == [
        "Changed in the goals: beta, at most 1.1.",
        "No longer in the goals: custom, at most 30.0%.",
        "No longer in the goals: instrument weight A, at most 10.0%.",
    ]


def beta(**sides: str) -> ConstraintInput:
    row = replace(cap("beta", "", "1", unit="ratio"), low=None, high=None)
    return replace(row, **{side: Decimal(value) for side, value in sides.items()})


def test_a_limit_that_moved_is_one_change_although_its_row_is_another(snapshot):
    rows = [replace(cap("turnover", "", high), id=high) for high in ("0.2", "0.3")]
    before, now = (replace(snapshot, constraints=(row,)) for row in rows)
    assert said(before, now) == ["Changed in the goals: turnover, at most 30.0%."]


def test_taxes_say_rates_and_the_year_so_far(snapshot):
    moved = replace(snapshot, tax=replace(snapshot.tax, long_rate=Decimal("0.2"), long_to_date=Decimal(1000)))
    assert said(snapshot, moved) == [
        "Rate on long-term gains: 20.0%, instead of 15.0%.",
        "Long-term gains of the year so far: $1,000, instead of $0.",
    ]


def test_orders_and_rejections_are_said(snapshot):
    reserved = replace(snapshot, lots=(replace(snapshot.lots[0], reserved=Decimal(5)),), locks=Locks())
    assert said(snapshot, reserved) == ["Open orders differ."]
