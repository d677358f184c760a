"""The three pieces against the exact netting of the tax module."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from holdings.tax.us import Rates, net_tax
from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.rebalance.netting import Schedule, marginal, pieces, reachable, schedule, tax
from optimizer.engine.types import TaxInput

RATES = Schedule(short=0.40, long=0.20, ordinary=0.37, limit=3000, carry=0.0)
EXACT = Rates(Decimal("0.35"), Decimal("0.15"), Decimal("0.32"), Decimal("0.05"))


def exact(short: float, long: float) -> float:
    return float(net_tax(Decimal(short), Decimal(long), EXACT).tax)


def points(count: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.random.default_rng(1).uniform(-10000, 10000, (2, count)))


def test_it_equals_the_exact_netting():
    short, long = points(5000)
    assert tax(short, long, RATES) == pytest.approx([exact(s, m) for s, m in zip(short, long, strict=True)], abs=1e-6)


@pytest.mark.parametrize(
    ("short", "long", "owed"),
    [(1000, 1000, 600), (-1000, 3000, 400), (3000, -1000, 800), (-2000, 0, -740), (-8000, 1000, -1110), (0, 0, 0)],
)
def test_known_years(short, long, owed):
    assert float(tax(np.array(short), np.array(long), RATES)) == pytest.approx(owed)


def test_a_carried_dollar_has_its_worth():
    worth = replace(RATES, carry=0.13)
    assert float(tax(np.array(-8000.0), np.array(0.0), worth)) == pytest.approx(-3000 * 0.37 - 5000 * 0.13)


def test_each_piece_is_convex_and_its_lines_are_the_tax():
    short, long = points(20000)
    for piece in pieces(replace(RATES, carry=0.13)):
        inside = np.all([a * short + b * long + c >= 0 for a, b, c in piece.domain], axis=0)
        lines = np.max([a * short + b * long + c for a, b, c in piece.lines], axis=0)
        assert lines[inside] == pytest.approx(tax(short, long, replace(RATES, carry=0.13))[inside])


def test_marginal_rates_are_the_slopes():
    short, long = points(300)
    for s, m in zip(short, long, strict=True):
        slope = [
            float(tax(np.array(s + ds), np.array(m + dm), RATES) - tax(np.array(s), np.array(m), RATES)) / 1e-3
            for ds, dm in ((1e-3, 0), (0, 1e-3))
        ]
        assert marginal(s, m, RATES) == pytest.approx(slope, abs=1e-4)


def test_pieces_out_of_reach_fall_away():
    assert [piece.name for piece in reachable(RATES, (0, 100), (10, 200))] == ["gains"]
    assert len(reachable(RATES, (-5000, 100), (-10, 200))) == 3


def test_rates_in_an_impossible_order_are_refused():
    with pytest.raises(InvalidSnapshot, match="rise"):
        schedule(TaxInput(short_rate=Decimal("0.10"), long_rate=Decimal("0.15")), 1e6)
