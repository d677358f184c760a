"""Trades stay inside the tolerance band around the target, unless a hard limit asks for more."""

from dataclasses import replace
from decimal import Decimal

from optimizer.engine.plan import plan
from optimizer.engine.types import ConstraintInput, Plan, Snapshot
from tests.optimizer.engine.households import NEW, RATES, asset, cap, household, lot, panel, policy

BAND = Decimal("0.03")
A, B = asset("a", sector="Energy"), asset("b", sector="Health")


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def tempted(band: Decimal | None, *limits: ConstraintInput) -> Snapshot:
    """On target, with a loss in `a` that would save 17,500 of tax if all of it were sold and `b` bought."""
    lots = [lot("1", "a", "500", "100000", NEW), lot("2", "b", "500", "50000")]
    year = replace(RATES, short_to_date=Decimal(60000))
    wanted = policy({"a": "0.5", "b": "0.5"}, drift_band=band)
    return household([A, B], lots, wanted, tax=year, constraints=limits)


def test_without_a_band_the_loss_takes_the_household_far_from_its_target():
    assert make(tempted(None)).after.by_asset["b"] > 0.6


def test_with_a_band_no_instrument_leaves_it():
    after = make(tempted(BAND)).after.by_asset
    assert after["a"] >= 0.47 - 0.001
    assert after["b"] <= 0.53 + 0.001


def test_a_hard_limit_may_still_take_it_out_of_the_band():
    after = make(tempted(BAND, cap("instrument_weight", "b", "0.4"))).after.by_asset
    assert after["b"] <= 0.4


def test_what_is_outside_already_may_stay_and_goes_no_further():
    lots = [lot("1", "a", "800", "40000"), lot("2", "b", "200", "20000")]
    made = make(household([A, B], lots, policy({"a": "0.5", "b": "0.5"}, drift_band=BAND)))
    assert made.after.by_asset["a"] <= 0.8


def test_bands_and_soft_limits_are_never_named_as_a_conflict():
    soft = replace(cap("sector_weight", "Health", "0.1"), hard=False)
    assert make(tempted(BAND, cap("instrument_weight", "b", "0.4"), soft)).trades
