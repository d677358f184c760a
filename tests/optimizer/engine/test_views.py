"""What a household's views move, and what keeps a confidence from becoming a size."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.plan import plan
from optimizer.engine.types import Snapshot, ViewInput
from optimizer.engine.views import Market, effect, expected_returns, judged
from tests.optimizer.engine.households import account, asset, household, panel, policy

BUSY = Decimal(10_000_000)


def market(volumes: dict[str, Decimal | None] | None = None, wild: float = 1.0) -> Market:
    """Three assets alike; `wild` multiplies the moves of the first."""
    moves = np.random.default_rng(4).normal(0, 0.04, (500, 3)) * np.array([wild, 1, 1])
    assets = [asset(name, daily_volume=(volumes or {}).get(name, BUSY)) for name in "abc"]
    return Market(assets, np.cov(moves.T) * 12, moves, np.full(3, 1 / 3), Decimal(1_000_000))


def view(of: str = "a", by: str = "0.1", sure: str = "0.5", against: str = "") -> ViewInput:
    return ViewInput("1", of, Decimal(by), Decimal(sure), against)


def confidence(of: Market, stated: ViewInput) -> float:
    return judged((stated,), of)[0].confidence


def test_a_confidence_counts_less_the_more_the_view_could_lose():
    calm, wild = confidence(market(), view()), confidence(market(wild=3), view())
    assert wild < 0.7 * calm < calm < 0.5


def test_the_leg_that_is_sold_can_lose_too():
    moves = market().scenarios
    moves[::50, 0] = 0.6  # leaps up, which hurt whoever expects it to lag
    made = replace(market(), scenarios=moves)
    assert confidence(made, view(by="-0.2")) < confidence(made, view(by="0.2"))


@pytest.mark.parametrize(
    ("volume", "share"),
    [(BUSY, 1.0), (None, 0.5), (Decimal(2500), 0.5), (Decimal(0), 0.0)],  # 5 % of $1m is 10 % of 5,000 shares at $100
)
def test_a_confidence_counts_less_where_little_or_unknown_is_traded(volume, share):
    made = judged((view(against="b"),), market({"b": volume}))[0]
    assert made.liquidity == pytest.approx(share)


def test_a_doubtful_view_moves_expected_returns_less_and_an_unknown_asset_nothing():
    made = market()
    prior = expected_returns((), made)
    some, more = (expected_returns((view(sure=sure),), made)[0] - prior[0] for sure in ("0.3", "0.9"))
    assert 0 < some < more
    assert expected_returns((view(of="z"),), made) == pytest.approx(prior)
    assert not effect(view(of="z"), made, prior, {}).used


def test_what_cannot_be_traded_at_all_is_not_believed_at_all():
    made = market({"a": Decimal(0)})
    assert expected_returns((view(),), made) == pytest.approx(expected_returns((), made))


# In a whole plan


def held_views(strategy: str, *views: ViewInput) -> Snapshot:
    assets = [asset(name, daily_volume=BUSY) for name in "abcd"]
    target = policy(dict.fromkeys("abcd", "0.245"), strategy)
    made = household(assets, [], target, [account(kind="roth_ira", cash="100000")])
    return replace(made, policy=replace(made.policy, views=views))


def planned(snapshot: Snapshot):
    return plan(snapshot, panel(snapshot.assets, 700), lambda stage, fraction: None)


def test_each_view_is_told_with_the_weights_that_it_moved():
    stated = (view("a", "0.05", "0.8", "b"), replace(view("c", "0.02", "0.5"), id="2"))
    made = planned(held_views("black_litterman", *stated))
    first, second = made.views
    assert first.moved["a"] > 0.01 > -0.01 > first.moved["b"]
    assert abs(sum(first.moved.values())) < 1e-6
    assert first.implied < first.expected < 0.05
    assert "c" in second.moved
    without = planned(held_views("black_litterman", stated[1]))
    assert made.target_weights["a"] - without.target_weights["a"] == pytest.approx(first.moved["a"], abs=1e-9)
    assert len(made.frontier) == 40


def test_without_views_black_litterman_holds_the_entered_weights():
    made = planned(held_views("black_litterman"))
    assert [made.target_weights[name] for name in "abcd"] == pytest.approx([0.25] * 4, abs=1e-6)


def test_a_strategy_without_expected_returns_says_that_views_move_nothing():
    made = planned(held_views("minimum_variance", view("a", "0.05", "0.8")))
    assert [(one.used, dict(one.moved)) for one in made.views] == [(False, {})]
    assert made.frontier == ()
