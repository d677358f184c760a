"""Waiting until lots turn long-term, as the plan of that day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from optimizer.engine.alternatives import alternatives
from optimizer.engine.plan import plan
from optimizer.engine.types import Alternative, FixedTrade, Locks, LossSale, Snapshot, WashInput
from optimizer.engine.year import next_year
from tests.optimizer.engine.households import RATES, asset, household, lot, panel, policy

BOUGHT = date(2021, 7, 20)
TRADED = date(2022, 7, 1)
TURNS = date(2022, 7, 21)


def beside(snapshot: Snapshot) -> dict[str, Alternative]:
    made = alternatives(snapshot, panel(snapshot.assets), lambda stage, part: None)
    return {each.name: each for each in made if isinstance(each, Alternative)}


def twenty_days_short(**kwargs: object) -> Snapshot:
    """The lot above its target is long-term twenty days after the trade date."""
    assets = [asset("a"), asset("b")]
    lots = [lot("young", "a", "800", "40000", BOUGHT), lot("old", "b", "200", "20000")]
    return household(assets, lots, {"a": "0.5", "b": "0.5"}, **{"trade_date": TRADED, **kwargs})


@pytest.fixture(scope="module")
def waited() -> Alternative:
    return beside(twenty_days_short())["wait"]


def test_waiting_is_the_plan_of_the_day_on_which_the_lot_turns(waited):
    snapshot = twenty_days_short()
    then = plan(replace(snapshot, trade_date=TURNS), panel(snapshot.assets), lambda stage, part: None)
    assert waited.day == TURNS
    assert [(t.lot, t.quantity, t.tax) for t in waited.trades] == [(t.lot, t.quantity, t.tax) for t in then.trades]
    assert {trade.term for trade in waited.trades if trade.side == "sell"} == {"long"}
    assert (waited.measures, waited.objective) == (then.after, then.objective)


def test_it_says_what_tax_it_saves_and_what_waiting_risks(waited):
    snapshot = twenty_days_short()
    now = plan(snapshot, panel(snapshot.assets), lambda stage, part: None)
    saved = round(now.after.tax - waited.measures.tax)
    assert waited.note.startswith("From 21 Jul 2022, in 20 days, 1 lot of A would be long-term")
    assert f"takes ${saved:,} less tax than this proposal. Waiting costs $" in waited.note
    assert "one standard deviation of straying from the target is" in waited.note


def test_windows_that_close_by_then_are_open_in_it():
    """Sold at a loss 31 days before the day of the plan, b may be bought again then."""
    sold = TURNS - timedelta(31)
    free = twenty_days_short(wash=WashInput(loss_sales=(LossSale("b", sold, sold + timedelta(30)),)))
    target = policy({"a": "0.4", "b": "0.3", "c": "0.3"})
    made = beside(replace(free, assets=(*free.assets, asset("c")), policy=target))["wait"]
    assert "b" in {trade.asset for trade in made.trades if trade.side == "buy"}


def test_past_the_end_of_the_year_it_is_the_next_one():
    lots = [lot("young", "a", "800", "40000", date(2022, 1, 10)), lot("old", "b", "200", "20000")]
    made = beside(household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}))["wait"]
    assert made.day == date(2023, 1, 11)
    assert "in the next tax year at the rates of this one" in made.note


def test_the_next_year_begins_with_nothing_realised_and_the_losses_carried_on():
    """3,000 of a loss of 30,000 are taken off other income first."""
    begun = next_year(replace(RATES, long_to_date=Decimal(-30000)))
    assert (begun.long_to_date, begun.long_carry) == (0, 27000)


@pytest.mark.parametrize(
    "change",
    [
        {"trade_date": date(2022, 5, 1)},
        {"trade_date": TURNS},
        {"locks": Locks(fixed=(FixedTrade("main", "a", "sell", "young", Decimal(10)),))},
    ],
    ids=["further off than 45 days", "long-term already", "beside approved trades"],
)
def test_there_is_none_otherwise(change):
    assert "wait" not in beside(twenty_days_short(**change))
