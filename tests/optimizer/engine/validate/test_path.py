"""Paths: stored as text, walked as what their role says, and told together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from holdings import canonical
from optimizer.engine.snapshot import Panel
from optimizer.engine.validate.path import Limits, Path, market_of, rule_of, settings_of
from optimizer.engine.validate.report import TooShort, Walked, report
from optimizer.engine.validate.walked import values_of, walked
from tests.optimizer.engine.validate.markets import LEAST, random_market

MARKET = random_market(1300, 3, seed=5)
PANEL = Panel(MARKET.dates, ("a", "b", "c"), MARKET.closes)
FIRST = 505


def path(role: str = "policy", **given: Any) -> Path:
    limits = Limits(1.0, (0.5, 0.3), (0.0, 0.0), (np.inf, np.inf), (), (), (), {})
    made = Path(
        role=role,
        strategy="fixed_weights",
        estimator="nonlinear",
        assets=("a", "b"),
        limits=replace(limits, budget=0.8),
        benchmark={"c": 0.6} if role == "benchmark" else {},
        half_spread={"a": 0.001, "b": 0.001, "c": 0.001},
        cash_rate=0.02,
        first=MARKET.dates[FIRST],
        last=MARKET.dates[-1],
        every="month",
        embargo=1,
        capital=100_000.0,
        chunks=("one",),
        taxes=LEAST,
    )
    return replace(made, **given)


def no_progress(stage: str, fraction: float) -> None:
    assert 0 <= fraction <= 1


def test_a_path_comes_back_from_its_text_as_it_was() -> None:
    assert canonical.decode(Path, json.loads(canonical.dump(path()))) == path()


@pytest.mark.parametrize(
    ("role", "every", "weights"),
    [
        ("policy", "month", [0.5, 0.3]),
        ("hold", "never", [0.5, 0.3]),
        ("calendar", "year", [0.5, 0.3]),
        ("equal", "month", [0.4, 0.4]),
        ("benchmark", "month", [0.0, 0.0, 0.6]),
    ],
)
def test_each_role_holds_what_it_says_as_often_as_it_says(role, every, weights) -> None:
    asked = path(role)
    market = market_of(asked, PANEL)
    settings = settings_of(asked, market)
    assert settings.every == every
    assert rule_of(asked, market, settings)(settings.first - 1) == pytest.approx(weights)


def test_a_band_is_the_policys_alone() -> None:
    for role, band in (("policy", 0.03), ("equal", None)):
        asked = path(role, band=0.03)
        assert settings_of(asked, market_of(asked, PANEL)).band == band


def test_a_gap_repeats_the_last_close() -> None:
    closes = MARKET.closes.copy()
    closes[700, 0] = np.nan
    assert market_of(path(), Panel(PANEL.dates, PANEL.assets, closes)).closes[700, 0] == closes[699, 0]


def test_what_is_walked_starts_with_the_capital_and_is_kept_bit_for_bit() -> None:
    found = json.loads(json.dumps(walked(path(), PANEL, no_progress)))
    days, values = values_of(found, "taxes")
    assert days[0] == MARKET.dates[FIRST].toordinal()
    assert (values[0], len(values)) == (100_000.0, 1300 - FIRST)
    assert found["costs"]["tax"] == 0.0
    assert found["taxes"]["tax"] != 0.0


def told(*roles: str, trial: bool = False) -> list[Walked]:
    return [
        Walked(role, role, role, 0.02, walked(path(role), PANEL, no_progress), trial=trial and role == "policy")
        for role in roles
    ]


def test_the_report_compares_each_path_with_the_first() -> None:
    found = report(told("policy", "hold", "benchmark"), seed=1)
    policy, hold, _ = found["rows"]
    assert policy["costs"]["less"]["return"] == [0, 0, 0]
    less, low, high = hold["costs"]["less"]["return"]
    assert less == pytest.approx(policy["costs"]["figures"]["return"][0] - hold["costs"]["figures"]["return"][0])
    assert low <= less <= high
    assert hold["costs"]["turnover"] == 0
    assert policy["costs"]["figures"]["return"][0] > policy["taxes"]["figures"]["return"][0]
    assert len(found["curves"]["costs"]["growth"]) == 3
    assert "trials" not in found


def test_the_growth_of_a_report_is_that_of_the_values() -> None:
    (row,) = report(told("hold"), seed=1)["rows"]
    bought = 100_000 * 0.8 / (1 + 0.8 * 0.001)
    stocks = bought * (0.5 / 0.8 * MARKET.closes[-1, 0] / MARKET.closes[FIRST, 0])
    stocks += bought * (0.3 / 0.8 * MARKET.closes[-1, 1] / MARKET.closes[FIRST, 1])
    cash = 100_000 - bought * 1.001
    days = (MARKET.dates[-1] - MARKET.dates[FIRST]).days
    assert row["costs"]["growth"] * 100_000 == pytest.approx(stocks + cash * 1.02 ** (days / 365), rel=1e-9)


def test_settings_that_are_compared_are_told_as_trials() -> None:
    paths = told("policy", trial=True)
    paths += [replace(told("policy", trial=True)[0], key="2", name="again")]
    found = report(paths, seed=1)["trials"]["costs"]
    assert (found["count"], found["best"]) == (2, "policy")


def test_two_years_are_the_least() -> None:
    late = path(first=MARKET.dates[900])
    with pytest.raises(TooShort, match="504 sessions"):
        report([Walked("policy", "policy", "policy", 0.0, walked(late, PANEL, no_progress))], seed=1)
