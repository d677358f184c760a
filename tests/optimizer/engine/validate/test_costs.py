"""Pooled bias of estimated costs, against numbers done by hand."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.validate.costs import Paid, cost_bias


def paid(proposal: int, cost: str, estimated: str = "1", value: str = "1000") -> Paid:
    return Paid(proposal, Decimal(value), Decimal(cost), Decimal(estimated))


def test_two_fills_by_hand() -> None:
    """30 bp and 10 bp too much: the mean is 20 bp, and of two clusters the error is their deviation over root two."""
    found = cost_bias([paid(1, "4"), paid(2, "2")])
    assert (found.fills, found.proposals, found.cost, found.estimated) == (2, 2, 6, 2)
    assert found.mean == pytest.approx(0.002)
    assert found.error == pytest.approx(np.std([0.003, 0.001], ddof=1) / math.sqrt(2))


def test_fills_of_one_proposal_are_no_independent_witnesses() -> None:
    """Each fill told ten times over leaves the error as it was."""
    once = [paid(1, "4"), paid(2, "2"), paid(3, "1")]
    assert cost_bias(once * 10).error == pytest.approx(cost_bias(once).error)


def test_one_proposal_has_a_mean_and_no_error() -> None:
    found = cost_bias([paid(1, "4"), paid(1, "2")])
    assert (found.mean, found.error) == (pytest.approx(0.002), None)


def test_without_fills_there_is_nothing_to_say() -> None:
    assert cost_bias([]) is None


def test_the_error_covers_the_truth_about_as_often_as_it_says() -> None:
    """400 households of 30 proposals of 5 fills, a shared move of 50 bp: 95 % intervals hold zero in 91 to 98 %."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        shared = np.repeat(rng.normal(0, 0.005, 30), 5) + rng.normal(0, 0.001, 150)
        found = cost_bias([paid(at // 5, f"{1 + 1000 * move:.8f}") for at, move in enumerate(shared)])
        held += abs(found.mean) < 1.96 * found.error
    assert 0.91 <= held / 400 <= 0.98
