"""No plan: the limits that cannot hold together are named, with how far each must give."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from tests.optimizer.engine.households import account, asset, cap, household, lot, panel


def conflicts(snapshot):
    with pytest.raises(Infeasible) as caught:
        plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)
    return caught.value.conflicts


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
