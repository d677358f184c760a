"""No plan: the limits that cannot hold together are named, with how far each must give."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from optimizer.engine.types import ConstraintInput, LossSale, WashInput
from tests.optimizer.engine.households import TODAY, account, asset, cap, household, lot, panel


def conflicts(snapshot):
    with pytest.raises(Infeasible) as caught:
        plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)
    return caught.value.diagnosis.conflicts


def energy_against_budget(**kwargs):
    """100 shares worth 10,000, all gain: each 1,000 sold costs 150 of tax."""
    assets = [asset("a", sector="Energy"), asset("b", sector="Health")]
    lots = [lot("1", "a", "100", "0.01"), lot("2", "b", "100", "10000")]
    limits = (
        cap("sector_weight", "Energy", "0.3"),
        cap("tax_budget", "", "150", unit="money"),
        cap("sector_weight", "Health", "0.9"),
    )
    return household(assets, lots, {"a": "0.3", "b": "0.7"}, constraints=limits, **kwargs)


def test_what_gives_is_said_in_the_households_own_currency():
    (dollars,), (pounds,) = (conflicts(energy_against_budget(base_currency=each)) for each in ("USD", "GBP"))
    assert "£600 instead of £150" in pounds.sentence
    assert pounds.sentence == dollars.sentence.replace("$", "£")
    assert [give.sentence for give in pounds.gives] == [give.sentence.replace("$", "£") for give in dollars.gives]


def test_a_cap_against_a_tax_budget():
    (found,) = conflicts(energy_against_budget())
    assert set(found.constraints) == {"sector_weight:Energy", "tax_budget:"}
    assert found.sentence == (
        "Energy at most 30.0% and a tax budget of $150 cannot both hold. "
        "Cap Energy at 45.0% instead of 30.0% or raise the tax budget to $600 instead of $150."
    )


@pytest.mark.parametrize("eased", ["sector_weight:Energy", "tax_budget:"])
def test_what_it_says_each_must_give_is_enough(eased):
    snapshot = energy_against_budget()
    (found,) = conflicts(snapshot)
    needed = next(give.needed for give in found.gives if give.constraint == eased)
    limits = tuple(replace(row, high=needed) if row.id == eased else row for row in snapshot.constraints)
    made = plan(replace(snapshot, constraints=limits), panel(snapshot.assets), lambda stage, fraction: None)
    assert made.trades


def test_floors_that_add_up_to_more_than_everything():
    assets = [asset("a", sector="Energy"), asset("b", sector="Health")]
    floors = tuple(
        cap("sector_weight", sector, "1", low=Decimal(low)) for sector, low in (("Energy", "0.6"), ("Health", "0.7"))
    )
    (found,) = conflicts(
        household(assets, [], {"a": "0.5", "b": "0.5"}, [account(kind="roth_ira", cash="10000")], constraints=floors)
    )
    assert len(found.gives) == 2
    assert "Energy at least 60.0% and Health at least 70.0% cannot both hold." in found.sentence


def test_two_separate_conflicts_are_both_named():
    assets = [asset(name, sector=name) for name in "abcd"]
    lots = [lot(name, name, "100", "10000", account=place) for name, place in zip("abcd", "xxyy", strict=True)]
    accounts = [account(name, kind="roth_ira") for name in "xy"]
    limits = tuple(cap("instrument_weight", name, "1", low=Decimal("0.3")) for name in "abcd")
    found = conflicts(household(assets, lots, dict.fromkeys("abcd", "0.25"), accounts, constraints=limits))
    assert len(found) >= 1
    assert all(len(conflict.constraints) >= 2 for conflict in found)


def test_turnover_against_a_cap():
    limits = (cap("instrument_weight", "a", "0.3"), cap("turnover", "", "0.1"))
    snapshot = household(
        [asset("a"), asset("b")],
        [lot("1", "a", "100", "1")],
        {"a": "0.3", "b": "0.7"},
        [account(kind="roth_ira")],
        constraints=limits,
    )
    (found,) = conflicts(snapshot)
    assert set(found.constraints) == {"instrument_weight:a", "turnover:"}


def diagnosis(snapshot):
    with pytest.raises(Infeasible) as caught:
        plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)
    return caught.value.diagnosis


def test_the_mix_eases_the_least_important_class_as_far_as_it_goes():
    """The cap alone could give, but the budget is said to matter less: all of the mix falls on it."""
    snapshot = energy_against_budget()
    ranked = tuple(
        replace(row, priority={"sector_weight:Energy": 1, "tax_budget:": 3}.get(row.id, 2))
        for row in snapshot.constraints
    )
    (give,) = diagnosis(replace(snapshot, constraints=ranked)).mix
    assert (give.constraint, give.side, give.needed) == ("tax_budget:", "high", 600)
    turned = tuple(replace(row, priority=4 - row.priority) for row in ranked)
    (give,) = diagnosis(replace(snapshot, constraints=turned)).mix
    assert (give.constraint, give.needed) == ("sector_weight:Energy", Decimal("0.45"))


def test_a_plan_exists_once_the_whole_mix_is_applied():
    assets = [asset(name, sector=name) for name in "abcd"]
    lots = [lot(name, name, "100", "10000", account=place) for name, place in zip("abcd", "xxyy", strict=True)]
    accounts = [account(name, kind="roth_ira") for name in "xy"]
    limits = tuple(
        cap("instrument_weight", name, "1", low=Decimal("0.3"), priority=rank)
        for rank, name in enumerate("abcd", start=1)
    )
    snapshot = household(assets, lots, dict.fromkeys("abcd", "0.25"), accounts, constraints=limits)
    needed = {give.constraint: give.needed for give in diagnosis(snapshot).mix}
    eased = tuple(replace(row, low=needed.get(row.id, row.low)) for row in limits)
    assert "instrument_weight:d" in needed
    assert plan(replace(snapshot, constraints=eased), panel(assets), lambda stage, fraction: None).trades


def test_a_row_with_a_floor_and_a_cap_says_which_of_them_must_give():
    both = cap("sector_weight", "Energy", "0.3", low=Decimal("0.1"))
    snapshot = energy_against_budget()
    (found,) = conflicts(replace(snapshot, constraints=(both, *snapshot.constraints[1:])))
    (give,) = [give for give in found.gives if give.constraint == both.id]
    assert (give.side, give.needed) == ("high", Decimal("0.45"))


def test_a_wash_window_is_named_with_the_day_on_which_it_opens():
    """B must be bought to its floor, but was sold at a loss ten days ago; C is as good and not allowed more."""
    assets = [asset(name) for name in "abc"]
    lots = [lot("1", "a", "60", "6000"), lot("2", "b", "20", "2000"), lot("3", "c", "20", "2000")]
    limits = (cap("instrument_weight", "a", "0.4"), cap("instrument_weight", "c", "0.2"), cap("turnover", "", "0.5"))
    cash = ConstraintInput("cash", "class_weight", "stock", low=Decimal("0.95"))
    sale = LossSale("b", TODAY - timedelta(9), TODAY + timedelta(21))
    snapshot = household(
        assets,
        lots,
        {"a": "0.4", "b": "0.4", "c": "0.2"},
        [account(kind="roth_ira")],
        constraints=(*limits, cash),
        wash=WashInput(loss_sales=(sale,)),
    )
    (found,) = conflicts(snapshot)
    assert "wait until 19 Jan 2023, when B, sold at a loss on 19 Dec 2022, may be bought again" in found.sentence


def test_a_lock_that_stands_in_the_way_can_be_lifted():
    lock = ConstraintInput("lock", "do_not_sell", "a")
    floor = ConstraintInput("floor", "instrument_weight", "b", low=Decimal("0.5"))
    snapshot = household(
        [asset("a"), asset("b")],
        [lot("1", "a", "80", "8000"), lot("2", "b", "20", "2000")],
        {"a": "0.5", "b": "0.5"},
        [account(kind="roth_ira")],
        constraints=(lock, floor),
    )
    (found,) = conflicts(snapshot)
    (lift,) = found.laws
    assert (lift.constraint, lift.side, lift.sentence) == ("lock", "drop", "lift that A is never sold")


def test_of_two_conflicts_over_the_same_rows_the_shorter_is_shown():
    """Floors of a, b, c and d take 1.2 together; that of e takes more than there is on its own."""
    assets = [asset(name, sector=name) for name in "abcde"]
    limits = tuple(cap("instrument_weight", name, "1", low=Decimal("0.3")) for name in "abcd")
    tall = cap("instrument_weight", "e", "1", low=Decimal("0.98"))
    cash = ConstraintInput("cash", "minimum_cash", low=Decimal(500), unit="money")
    snapshot = household(
        assets, [], dict.fromkeys("abcde", "0.2"), [account(kind="roth_ira", cash="10000")],
        constraints=(*limits, tall, cash),
    )  # fmt: skip
    found = conflicts(snapshot)
    assert min(len(conflict.constraints) for conflict in found) == 2
