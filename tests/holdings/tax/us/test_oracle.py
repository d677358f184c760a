"""Thousands of random households, judged by a plain second implementation of the same rules."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.types import Entry
from holdings.tax.outcome import GainClass, Matching
from tests.holdings.tax.us.households import matched
from tests.holdings.tax.us.oracle import Oracle, Outcome
from tests.holdings.tax.us.random_households import trades

GROUPS = {"VOO": "S&P 500", "VFIAX": "S&P 500"}
ROUNDED = Fraction(1, 10**12)
"""Divisions are rounded to the quantum of the ledger; the oracle counts in fractions."""


def as_outcome(matching: Matching) -> Outcome:
    outcome = Outcome()
    for each in matching.slices:
        outcome.disallowed[each.sale] += Fraction(each.disallowed)
        term = outcome.short if each.gain_class is GainClass.SHORT else outcome.long
        term[each.sale] += Fraction(each.recognised or Decimal(0))
    for lot in matching.lots:
        origin = lot.lot.partition(".")[0]
        outcome.basis[origin] += Fraction(lot.basis or Decimal(0))
        outcome.tacked[origin] += Fraction(lot.quantity) * lot.tacked_days
    return outcome


def differences(history: list[Entry]) -> dict[str, object]:
    found, expected = as_outcome(matched(*history)), Oracle(GROUPS).run(history)
    return {
        f"{name} of {key}": (float(mine[key]), float(theirs[key]))
        for name in ("disallowed", "short", "long", "basis", "tacked")
        for mine, theirs in [(getattr(found, name), getattr(expected, name))]
        for key in {*mine, *theirs}
        if abs(mine[key] - theirs[key]) > ROUNDED
    }


@given(st.randoms(use_true_random=False))
def test_the_plain_implementation_agrees(chance: random.Random) -> None:
    assert differences(trades(chance).entries) == {}


@pytest.mark.slow
def test_the_plain_implementation_agrees_on_ten_thousand_households() -> None:
    replaced = 0
    for seed in range(10_000):
        history = trades(random.Random(seed)).entries  # noqa: S311
        assert differences(history) == {}, f"seed {seed}"
        replaced += bool(matched(*history).replacements) if seed < 500 else 0
    assert replaced > 150
