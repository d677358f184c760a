"""Triggers against hand-made observations, and what a household shows of itself."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.rebalance.book import make_book
from optimizer.engine.risk.schedule import BURNED
from optimizer.engine.snapshot import Panel
from optimizer.engine.triggers import Observed, Thresholds, Turning, Weight, findings, reason
from optimizer.engine.types import LossSale, Purchase, WashInput
from optimizer.engine.watch import by_mean, forecast, observe, portfolio_volatility, with_benefit
from tests.optimizer.engine.households import NEW, TODAY, account, asset, household, lot, panel

DAY = date(2022, 12, 29)
QUIET = Observed(DAY, Decimal(1_000_000), (Weight("NVDA", 0.1, 0.1), Weight("KO", 0.5, 0.5)), 0.01, 0.2)


def seen(**changes: object) -> Observed:
    return replace(QUIET, **changes)


def one(observed: Observed, **limit: object) -> tuple[bool, str]:
    """What the single trigger that is on says."""
    (found,) = findings(observed, Thresholds(**limit))
    return found.fired, found.clause


def test_a_trigger_that_is_off_says_nothing():
    assert findings(seen(losses=Decimal(9_999_999)), Thresholds()) == ()
    assert reason(()) == "No trigger is on."


def test_a_holding_beyond_its_band_is_named_with_the_distance_from_the_edge():
    far = seen(weights=(Weight("NVDA", 0.161, 0.1), Weight("KO", 0.45, 0.5)))
    assert one(far, drift=0.03) == (
        True,
        "NVDA is 3.1 points above its band (10.0% + 3.0%) and KO is 2.0 points below its band (50.0% − 3.0%)",
    )
    assert one(seen(weights=(Weight("KO", 0.1302, 0.1),)), drift=0.03)[1] == "KO is just above its band (10.0% + 3.0%)"
    assert one(far, drift=0.07) == (
        False,
        "no holding is further than 6.1 points from its target, within its band of 7.0 points",
    )


@pytest.mark.parametrize(
    ("held", "target", "fired"),
    [(0.026, 0.02, True), (0.0245, 0.02, False), (0.13, 0.10, True), (0.12, 0.10, False), (0.03, 0.0, False)],
)
def test_a_relative_band_counts_from_half_a_point_on(held: float, target: float, fired: bool):
    assert one(seen(weights=(Weight("A", held, target),)), relative=0.25)[0] is fired


def test_volatility_is_compared_with_the_last_proposal():
    up = seen(volatility=0.27, volatility_then=0.2, since=date(2022, 6, 1))
    fired, clause = one(up, volatility=0.25)
    assert fired
    assert clause == "forecast volatility is 27.0% (EWMA), 35% more than at the last proposal of 1 Jun 2022, beyond 25%"
    assert not one(replace(up, volatility=0.16), volatility=0.25)[0]
    assert findings(QUIET, Thresholds(volatility=0.25)) == ()


def test_idle_and_missing_cash_count_as_parts_of_the_household():
    assert one(seen(idle=Decimal(20_001)), cash=0.02) == (True, "$20,001 of cash is idle, beyond $20,000")
    assert one(seen(idle=Decimal(20_001), currency="GBP"), cash=0.02)[1] == "£20,001 of cash is idle, beyond £20,000"
    assert one(seen(idle=Decimal(20_000)), cash=0.02)[0] is False
    assert one(seen(short=Decimal(25_000)), cash=0.02) == (True, "$25,000 of cash is missing from what must be kept")


def test_lots_about_to_turn_long_term_are_named_with_their_day():
    lots = (Turning("MSFT", DAY + timedelta(7), Decimal(310)), Turning("KO", DAY + timedelta(8), Decimal(900)))
    assert one(seen(turning=lots), long_term=7) == (
        True,
        "a lot turns long-term within 7 days (MSFT on 5 Jan 2023), $310 of tax apart",
    )
    assert one(seen(turning=lots[1:]), long_term=7)[0] is False


def test_the_rest_is_a_comparison_each():
    assert one(QUIET, tracking_error=0.005)[0]
    assert one(seen(losses=Decimal(5000)), harvest=Decimal(5000))[0] is False
    assert one(seen(benefit=Decimal("2000.01")), benefit=0.002)[0]
    assert findings(QUIET, Thresholds(benefit=0.002)) == ()


def test_the_reason_names_two_and_counts_the_rest():
    limits = Thresholds(drift=0.03, tracking_error=0.005, cash=0.02, harvest=Decimal(5000))
    far = seen(weights=(Weight("NVDA", 0.161, 0.1),), idle=Decimal(30_000), losses=Decimal(9000))
    said = reason(findings(far, limits))
    assert said.startswith("Drafted because NVDA is 3.1 points above its band (10.0% + 3.0%); tracking error")
    assert said.endswith(", and 2 other reasons.")
    assert reason(findings(QUIET, Thresholds(cash=0.02))) == "Nothing to do: no cash is idle, within $20,000."


def test_a_portfolios_ewma_is_that_of_its_returns():
    returns = np.array([[0.01, -0.02], [0.03, 0.01]])
    whole = returns @ np.array([0.5, 0.25])
    old = 0.5 ** (1 / 63)
    expected = np.sqrt(252 * (old * whole[0] ** 2 + whole[1] ** 2) / (1 + old))
    assert portfolio_volatility(returns, np.array([0.5, 0.25])) == pytest.approx(expected)


def test_the_forecast_of_a_day_knows_nothing_of_later_prices():
    assets = [asset("a"), asset("b")]
    known = panel(assets)
    book = make_book(household(assets, [lot("1", "a", "600", "60000")], {"b": "1"}))
    day, later = known.dates[400], known.closes.copy()
    later[401:] *= 7
    assert forecast(Panel(known.dates, known.assets, later), book, day) == forecast(known, book, day)
    assert forecast(known.until(day), book, day) == forecast(known, book, day)


def long_lived():
    """A household of one asset whose prices reach back far enough for every model, and its panel."""
    assets = [asset("a")]
    known = panel(assets, sessions=BURNED + 200)
    return household(assets, [lot("1", "a", "600", "60000")], {"a": "1"}), known


def test_where_its_record_supports_it_the_mean_of_five_models_foretells_and_is_named():
    snapshot, known = long_lived()
    day, book = known.dates[-50], make_book(snapshot)
    found = observe(snapshot, known, day, by_models=True)
    assert found.forecaster == "mean of five models"
    assert found.volatility == by_mean(known, book, snapshot.as_of) != forecast(known, book, snapshot.as_of)
    assert found.volatility_then == by_mean(known.until(day), book, day) == by_mean(known, book, day)
    assert found.volatility == pytest.approx(forecast(known, book, snapshot.as_of), rel=0.3)


def test_a_change_is_never_that_of_the_forecaster():
    snapshot, known = long_lived()
    early = known.dates[BURNED - 200]  # before the models' first estimate
    found = observe(snapshot, known, early, by_models=True)
    assert found.forecaster == "EWMA"
    assert found == observe(snapshot, known, early)


def observed(lots, target, cash="0", **kwargs):
    assets = [asset("a"), asset("b")]
    return observe(household(assets, lots, target, [account(cash=cash)], **kwargs), panel(assets), None)


def test_a_household_is_seen_as_it_stands():
    lots = [lot("old", "a", "500", "40000"), lot("down", "b", "300", "36000")]
    found = observed(lots, {"a": "0.4", "b": "0.5"}, cash="20000")
    assert [(w.symbol, round(w.held, 6), round(w.target, 6)) for w in found.weights] == [
        ("A", 0.5, 0.4),
        ("B", 0.3, 0.5),
    ]
    assert (found.value, found.idle, found.short, found.losses) == (100_000, 10_000, 0, 6_000)
    assert found.tracking_error > 0


def test_shares_that_a_recent_purchase_would_replace_are_no_harvest():
    lots = [lot("down", "b", "300", "36000"), lot("new", "b", "10", "1000", NEW)]
    wash = WashInput(purchases=(Purchase("b", "main", "new", Decimal(10), TODAY - timedelta(5)),))
    assert observed(lots, {"b": "1"}, wash=wash).losses == 290 * 20
    blocked = WashInput(loss_sales=(LossSale("b", TODAY - timedelta(3), TODAY + timedelta(27)),))
    assert observed(lots, {"b": "1"}, wash=blocked).losses == 6_000


def test_gains_turn_only_where_too_much_is_held_and_losses_always():
    a_year_less_five = TODAY - timedelta(361)
    lots = [lot("gain", "a", "500", "20000", a_year_less_five), lot("loss", "b", "300", "36000", a_year_less_five)]
    assert [each.symbol for each in observed(lots, {"a": "0.3", "b": "0.7"}).turning] == ["A", "B"]
    assert [each.symbol for each in observed(lots, {"a": "0.9", "b": "0.1"}).turning] == ["B"]
    (first, _) = observed(lots, {"a": "0.3", "b": "0.7"}).turning
    assert first.worth == 6_000


def test_the_benefit_is_the_plans_own_objective():
    assets = [asset("a"), asset("b")]
    snapshot = household(assets, [lot("1", "a", "1000", "100000")], {"a": "0.5", "b": "0.5"})
    made = with_benefit(observe(snapshot, panel(assets), None), snapshot, panel(assets))
    assert made.benefit is not None
    assert made.benefit > 100
