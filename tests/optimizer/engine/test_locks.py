"""Locks: what a policy never sells, never buys, or leaves alone until a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from optimizer.engine.plan import plan
from optimizer.engine.types import ConstraintInput, Plan
from tests.optimizer.engine.households import TODAY, account, asset, household, lot, panel

TOMORROW, LATER = TODAY + timedelta(1), TODAY + timedelta(30)  # a plan of today is for tomorrow


def lock(kind: str, subject: str = "", **kwargs: object) -> ConstraintInput:
    return ConstraintInput(id="lock", kind=kind, subject=subject, **kwargs)


def planned(*rows: ConstraintInput, cash: str = "2000") -> Plan:
    """Two lots of A, all of it over its target; B is under it; two accounts that gains cost nothing in."""
    assets = [asset("a"), asset("b")]
    lots = [
        lot("one", "a", "50", "5000", account="main"),
        lot("two", "a", "50", "5000", account="other"),
        lot("b", "b", "20", "2000", account="main"),
    ]
    accounts = [account(kind="roth_ira", cash=cash), account("other", kind="roth_ira")]
    snapshot = household(assets, lots, {"a": "0.3", "b": "0.7"}, accounts, constraints=rows)
    return plan(snapshot, panel(assets), lambda stage, fraction: None)


def sold(made: Plan) -> set[str]:
    return {trade.lot for trade in made.trades if trade.side == "sell"}


def bought(made: Plan) -> set[tuple[str, str]]:
    return {(trade.account, trade.asset) for trade in made.trades if trade.side == "buy"}


def test_without_a_lock_both_lots_are_sold_and_both_accounts_buy() -> None:
    made = planned()
    assert (sold(made), bought(made)) == ({"one", "two"}, {("main", "b"), ("other", "b")})


@pytest.mark.parametrize(
    ("row", "still_sold", "still_bought"),
    [
        (lock("do_not_sell", "a"), set(), {("main", "b")}),
        (lock("do_not_sell", "one"), {"two"}, {("main", "b"), ("other", "b")}),
        (lock("do_not_sell", "other"), {"one"}, {("main", "b")}),
        (lock("do_not_buy", "b"), None, set()),
        (lock("not_before", "two", until=LATER), {"one"}, {("main", "b")}),
        (lock("not_before", "main", until=LATER), {"two"}, {("other", "b")}),
        (lock("buy_only"), set(), {("main", "b")}),
        (lock("buy_only", "other"), {"one"}, {("main", "b")}),
        (lock("not_in_account", "b", place="other"), None, {("main", "b")}),
    ],
)
def test_what_a_lock_is_about_is_left_alone(
    row: ConstraintInput, still_sold: set[str] | None, still_bought: set[tuple[str, str]]
) -> None:
    made = planned(row)
    assert bought(made) == still_bought
    assert still_sold is None or sold(made) == still_sold
    rule = next(rule for rule in made.rules if rule.id == "lock")
    assert (rule.state, rule.value) == ("pass", 0)


@pytest.mark.parametrize(("until", "free"), [(TOMORROW, True), (TOMORROW + timedelta(1), False)])
def test_a_lock_ends_on_its_day(until: date, free: bool) -> None:
    made = planned(lock("not_before", "a", until=until))
    assert bool(sold(made)) is free
    day = f"{until.day} {until:%b %Y}"
    assert any(f"A is not traded before {day}" in sentence for sentence in made.held) is not free


def test_a_soft_lock_gives_way_to_a_hard_limit_and_says_so() -> None:
    cap = ConstraintInput(id="cap", kind="instrument_weight", subject="a", high=Decimal("0.5"))
    made = planned(lock("do_not_sell", "a", hard=False), cap)
    assert made.after.by_asset["a"] <= 0.5 + 1e-6
    rule = next(rule for rule in made.rules if rule.id == "lock")
    assert rule.state == "fail"
    assert rule.sentence.startswith("A is never sold, yet $")


def test_a_soft_lock_costs_more_than_drift_is_worth() -> None:
    assert sold(planned(lock("do_not_sell", "a", hard=False))) == set()
