"""The five points between no added tax and the full rebalance, selling nothing, and what a limit costs."""

from decimal import Decimal

import pytest

from optimizer.engine.alternatives import alternatives
from optimizer.engine.plan import plan
from optimizer.engine.types import Alternative, LimitPrice, Snapshot
from tests.optimizer.engine.households import account, asset, cap, household, lot, panel, policy


def quiet(stage: str, part: float) -> None:
    """Progress that nobody watches."""


def beside(snapshot: Snapshot) -> tuple[dict[str, Alternative], list[LimitPrice]]:
    made = list(alternatives(snapshot, panel(snapshot.assets), quiet))
    courses = {each.name: each for each in made if isinstance(each, Alternative)}
    return courses, [each for each in made if isinstance(each, LimitPrice)]


@pytest.fixture(scope="module")
def gains() -> Snapshot:
    """Two of four assets are far over their target, each in lots of small and of large gains; 5 % is cash."""
    assets = [asset(name) for name in "abcd"]
    lots = [lot(f"{name}{basis}", name, "225", str(225 * basis)) for name in "ab" for basis in (40, 90)]
    target = policy({"a": "0.24", "b": "0.24", "c": "0.24", "d": "0.23"})
    return household(
        assets, lots, target, [account(cash="5000")], constraints=(cap("tax_budget", "", "500", unit="money"),)
    )


@pytest.fixture(scope="module")
def points(gains) -> dict[str, Alternative]:
    return beside(gains)[0]


def test_five_points_go_from_no_added_tax_to_the_full_rebalance(points):
    named = [points[f"frontier_{letter}"] for letter in "abcde"]
    full = named[-1].measures.tax
    assert [point.budget for point in named] == [0, full / 4, full / 2, 3 * full / 4, None]
    assert all(point.measures.tax <= point.budget for point in named[:-1])


def test_more_tax_buys_less_tracking_error(points):
    errors = [points[f"frontier_{letter}"].measures.tracking_error for letter in "abcde"]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 10 * errors[-1]


def test_the_full_rebalance_sells_the_lots_with_the_small_gain_and_is_taxed_exactly(points):
    full = points["frontier_e"]
    sold = sum(trade.gain for trade in full.trades if trade.side == "sell")
    assert full.measures.tax == round(Decimal("0.15") * sold, 2)
    assert {trade.lot for trade in full.trades if trade.side == "sell"} == {"a90", "b90"}


def test_selling_nothing_only_spends_cash(points):
    trades = points["sell_nothing"].trades
    assert {trade.side for trade in trades} == {"buy"}
    assert sum(trade.value for trade in trades) <= 5000


def test_every_alternative_is_no_better_than_the_plan_by_its_own_objective(gains, points):
    free = household(gains.assets, gains.lots, gains.policy, gains.accounts)
    best = plan(free, panel(gains.assets), quiet).objective
    assert all(point.objective >= best - 1 for point in points.values())


def test_a_course_that_is_followed_is_the_point_that_was_shown(gains, points):
    followed = plan(gains, panel(gains.assets), quiet, "frontier_c")
    shown = points["frontier_c"]
    assert [(t.lot, t.asset, t.quantity) for t in followed.trades] == [
        (t.lot, t.asset, t.quantity) for t in shown.trades
    ]
    assert (followed.objective, followed.after) == (shown.objective, shown.measures)
    assert all(trade.reason for trade in followed.trades)


def test_where_the_full_rebalance_adds_no_tax_the_points_differ_by_the_weight_of_risk():
    assets = [asset("a"), asset("b")]
    roth = [account("main", kind="roth_ira")]
    courses, _ = beside(household(assets, [lot("1", "a", "1000", "50000")], {"a": "0.5", "b": "0.5"}, roth))
    named = [courses[f"frontier_{letter}"] for letter in "abcde"]
    assert all(point.budget is None and point.measures.tax == 0 for point in named)
    errors = [point.measures.tracking_error for point in named]
    assert errors == sorted(errors, reverse=True)


def test_a_limit_that_costs_is_priced_by_a_plan_with_it_moved(gains):
    _, prices = beside(gains)
    budget = next(price for price in prices if price.constraint == "tax_budget:")
    looser = household(
        gains.assets,
        gains.lots,
        gains.policy,
        gains.accounts,
        constraints=(cap("tax_budget", "", "1000", unit="money"),),
    )
    saved = plan(gains, panel(gains.assets), quiet).objective - plan(looser, panel(gains.assets), quiet).objective
    assert budget.saving == pytest.approx(saved, abs=Decimal("0.02"))
    assert budget.sentence.startswith("Raising the tax budget from $500 to $1,000 would save at least $")


def test_a_limit_that_does_not_bind_has_no_price(gains):
    wide = (cap("sector_weight", "Technology", "1"), cap("turnover", "", "0.9"))
    _, prices = beside(household(gains.assets, gains.lots, gains.policy, gains.accounts, constraints=wide))
    assert prices == []


def test_a_limit_at_the_weight_of_what_is_not_traded_costs_nothing():
    """A multiplier there is anything between two one-sided values; moving the limit says what is true."""
    assets = [asset("a"), asset("b")]
    snapshot = household(
        assets,
        [lot("1", "a", "500", "49000"), lot("2", "b", "500", "49000")],
        {"a": "0.5", "b": "0.5"},
        constraints=(cap("instrument_weight", "a", "0.5"),),
    )
    assert beside(snapshot)[1] == []
