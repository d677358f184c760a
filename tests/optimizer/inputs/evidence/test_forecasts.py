"""What is stored of volatility, regimes and correlation: plain JSON, out of what is held, and nothing of the future."""

import datetime as dt
import json

import numpy as np
import pytest

from accounts.models import Household, Run
from holdings.models import Price
from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.returns import Closes
from optimizer.engine.risk.schedule import BURNED
from optimizer.inputs.evidence import correlation, portfolio, regimes, volatility
from optimizer.inputs.evidence.portfolio import Portfolio
from tests.optimizer import markets
from tests.optimizer.engine.risk.volatility.worlds import stormy

SESSIONS = BURNED + 200


def held(sessions: int = SESSIONS, *, young: int = 0) -> Portfolio:
    """Two holdings of 60 and 30 % that share a market; the second has no price in the first `young` sessions."""
    market = stormy(sessions)
    moves = np.column_stack([market, 0.5 * market + 0.5 * stormy(sessions, seed=1)])
    closes = np.vstack([np.full(2, 100.0), 100 * np.cumprod(1 + moves, axis=0)])
    closes[:young, 1] = np.nan
    days = tuple(dt.date(2010, 1, 1) + dt.timedelta(day) for day in range(sessions + 1))
    return Portfolio(
        ("AAA", "BBB"), np.array([0.6, 0.3]), days, Closes(closes, np.array([0, young])), ("NEW",), ("a", "b")
    )


def ranged(found: Portfolio, *, known: float = 0.0, seed: int = 0) -> volatility.Ranged:
    """Ranges of the first part of `known` of the days, each day seen with the noise of a range."""
    returns = found.history.values[1:] / found.history.values[:-1] - 1
    noise = np.random.default_rng(seed).chisquare(8, returns.shape) / 8
    ranges = np.vstack([np.full((1, returns.shape[1]), np.nan), 0.7 * returns**2 * noise + 1e-7])
    ranges[round(known * len(ranges)) :] = np.nan
    return volatility.Ranged(found, ranges)


def silent(stage: str, fraction: float) -> None:
    """No progress is shown."""


def plain(found: object) -> dict:
    return json.loads(json.dumps(found, allow_nan=False))


@pytest.fixture(scope="module")
def foretold() -> dict:
    return plain(volatility.compute(ranged(held()), silent))


def test_every_model_has_a_forecast_and_a_record_by_horizon(foretold):
    assert set(foretold["now"]) == {line["model"] for line in foretold["lines"]}
    assert len(foretold["lines"]) == 3 * len(foretold["now"])
    assert all(0.01 < value < 1 for now in foretold["now"].values() for value in now.values())
    assert not foretold["alone_now"]


def test_the_chart_sets_each_forecast_beside_what_came_and_leaves_the_future_open(foretold):
    chart = foretold["chart"]
    assert len(chart["days"]) == len(chart["came"]) == len(chart["combination"]) == 10
    assert chart["days"][-1] == held().days[-1].isoformat()
    assert [value is None for value in chart["came"]] == [False] * 9 + [True]


def test_the_largest_holdings_are_foretold_alone(foretold):
    assert [each["symbol"] for each in foretold["instruments"]] == ["AAA", "BBB"]
    assert foretold["instruments"][0]["loss"]["count"] > 0
    assert foretold["left_out"] == ["NEW"]


def test_a_short_history_has_the_ewma_and_no_record():
    found = plain(volatility.compute(ranged(held(300)), silent))
    assert found["alone_now"]
    assert found["now"]["combination"]["21"] == found["now"]["ewma"]["21"]
    assert not found["supported"]
    assert found["chart"]["days"] == []
    assert {line["loss"]["value"] for line in found["lines"]} == {None}


def test_without_ranges_closes_are_read_and_it_is_said(foretold):
    assert (foretold["reads"], foretold["ranges"]) == ("closes", {"part": 0.0, "lines": []})
    assert [(each["reads"], each["by_ranges"]) for each in foretold["instruments"]] == [("closes", None)] * 2


def test_with_ranges_each_row_has_its_record_beside_that_of_closes(foretold):
    found = plain(volatility.compute(ranged(held(), known=1), silent))
    assert found["ranges"]["part"] == 1
    assert [line["horizon"] for line in found["ranges"]["lines"]] == [1, 5, 21]
    assert found["ranges"]["saved"]["21"]["count"] == found["lines"][-1]["loss"]["count"]
    assert found["lines"] == foretold["lines"]  # the record that the trigger asks for is that of closes
    ewma = next(line["loss"] for line in found["lines"] if (line["model"], line["horizon"]) == ("ewma", 21))
    line = found["ranges"]["lines"][-1]
    assert line["saved"]["ewma"]["value"] == pytest.approx(ewma["value"] - line["loss"]["value"], abs=2e-6)
    assert [each["ewma"] for each in found["instruments"]] == [each["ewma"] for each in foretold["instruments"]]
    assert found["chart"]["ewma"] == foretold["chart"]["ewma"]
    shown = [found, *found["instruments"]]
    saved = [found["ranges"]["saved"]["21"], *(each["by_ranges"] for each in found["instruments"])]
    assert [each["reads"] for each in shown] == ["ranges" if each["value"] >= 0 else "closes" for each in saved]


def test_ranges_of_too_few_days_are_left_for_closes():
    found = plain(volatility.compute(ranged(held(), known=0.9), silent))
    assert {each["reads"] for each in [found, *found["instruments"]]} == {"closes"}
    assert found["instruments"][0]["whole_days"] == pytest.approx(0.9 * SESSIONS, abs=2)


def test_ranges_without_a_record_are_read():
    found = plain(volatility.compute(ranged(held(300), known=1), silent))
    assert {each["reads"] for each in [found, *found["instruments"]]} == {"ranges"}
    assert found["ranges"]["saved"]["21"]["value"] is None


def test_with_ranges_of_less_than_half_of_what_is_held_the_whole_is_read_from_closes():
    inputs = ranged(held(300), known=1)
    inputs.ranges[:, 0] = np.nan
    found = plain(volatility.compute(inputs, silent))
    assert (found["reads"], found["ranges"]) == ("closes", {"part": pytest.approx(1 / 3, abs=1e-6), "lines": []})
    assert [each["reads"] for each in found["instruments"]] == ["closes", "ranges"]


def nothing() -> Portfolio:
    return Portfolio((), np.zeros(0), (dt.date(2022, 1, 3),), Closes(np.zeros((1, 0)), np.zeros(0, dtype=int)), (), ())


def test_where_nothing_is_held_nothing_is_foretold():
    assert plain(volatility.compute(ranged(nothing()), silent))["sessions"] == 0
    assert plain(regimes.compute(nothing(), silent))["sessions"] == 0
    assert plain(correlation.compute(nothing(), silent))["holdings"] == []


def test_states_have_their_record_and_the_covariance_its_own():
    found = plain(regimes.compute(held(), silent))
    assert found["hidden"]["calm"]["sessions"] + found["hidden"]["turbulent"]["sessions"] == 200
    assert found["jump"]["now"] in {0, 1}
    assert found["covariance"]["assets"] == 2
    assert len(found["chart"]["days"]) == len(found["chart"]["hidden"]) == 201


def test_too_few_sessions_have_no_state():
    found = plain(regimes.compute(held(300), silent))
    assert (found["hidden"], found["jump"], found["covariance"], found["chart"]["days"]) == (None, None, None, [])


def test_holdings_are_held_against_the_rest():
    found = plain(correlation.compute(held(), silent))
    assert [each["symbol"] for each in found["holdings"]] == ["AAA", "BBB"]
    # Two holdings are each other's rest.
    assert found["holdings"][0]["correlation"] == pytest.approx(found["holdings"][1]["correlation"])
    assert found["compared"] == ["AAA", "BBB"]
    assert 1 < found["ratio"] < np.sqrt(2)
    chart = found["chart"]["correlation"]
    assert (chart["days"][-1], chart["values"][-1]) == (held().days[-1].isoformat(), round(found["shift"]["recent"], 4))
    assert found["shift"]["low"] < found["shift"]["usual"] < found["shift"]["high"]


def test_a_holding_without_both_windows_is_not_compared():
    found = plain(correlation.compute(held(young=SESSIONS - 300), silent))
    assert (found["compared"], found["shift"]) == (["AAA"], None)
    assert found["holdings"][1]["since"] == held().days[SESSIONS - 300].isoformat()


def test_before_a_price_the_others_stand_for_a_holding():
    closes = np.array([[1.0, np.nan], [1.1, np.nan], [1.1, 5.0], [1.1, 6.0]])
    first, returns = portfolio_returns(Closes(closes, np.array([0, 2])), np.array([0.6, 0.3]))
    assert first == 1
    assert returns == pytest.approx([0.9 * 0.1, 0.0, 0.3 * 0.2])


def test_a_series_begins_where_most_of_what_is_invested_has_prices():
    closes = np.array([[1.0, np.nan], [1.1, np.nan], [1.1, 5.0], [1.1, 6.0]])
    assert portfolio_returns(Closes(closes, np.array([0, 2])), np.array([0.2, 0.5]))[0] == 3


@pytest.mark.django_db
def test_equal_holdings_and_prices_have_one_digest():
    market = markets.market()
    first = portfolio.read(asked(market.house))
    assert portfolio.read(asked(market.house)).digest == first.digest
    assert first.inputs.symbols == ("XOM",)
    assert first.inputs.days[-1] == market.house.as_of == first.as_of


@pytest.mark.django_db
def test_ranges_are_those_that_the_household_knew():
    market = markets.market()
    first = volatility.read(asked(market.house))
    assert np.isnan(first.inputs.ranges).all()
    last = Price.objects.filter(instrument=market.instruments["XOM"]).latest("date")
    Price.objects.filter(pk=last.pk).update(open=last.close, high=last.close * 2, low=last.close)
    found = volatility.read(asked(market.house))
    assert found.digest != first.digest
    assert found.inputs.ranges[-1, 0] == pytest.approx(np.log(2) ** 2 / 2)
    assert np.isnan(found.inputs.ranges[:-1]).all()


def asked(house: Household) -> Run:
    return Run(household=house)
