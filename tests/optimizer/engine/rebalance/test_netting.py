"""The pieces of the tax against the tax engine's own assessment."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Rates, YearIncome, net_tax, rates_of, tax_of_year
from holdings.tax.us.assess import year_income
from holdings.tax.us.shape import shape_of_year
from optimizer.engine.rebalance.netting import marginal, mean_slopes, pieces, reachable, schedule, tax
from optimizer.engine.types import TaxInput
from optimizer.engine.year import year_tax
from tests.optimizer.engine.rebalance.years import COUNTRIES, VALUE, gains, tax_input, year_input

RATES = TaxInput(
    Decimal("0.35"), Decimal("0.15"), Decimal("0.05"), ordinary_rate=Decimal("0.32"), carry_value=Decimal(0)
)
EXACT = Rates(Decimal("0.35"), Decimal("0.15"), Decimal("0.32"), Decimal("0.05"))
CENT = 0.005 / VALUE


def exact(short: float, long: float) -> float:
    return float(net_tax(Decimal(short), Decimal(long), EXACT).tax)


def points(count: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.random.default_rng(1).uniform(-10000, 10000, (2, count)) / VALUE)


def lines(rows, short, long) -> np.ndarray:
    return np.max([a * short + b * long + c for a, b, c in rows], axis=0)


def inside(piece, short, long) -> np.ndarray:
    return np.all([np.ones_like(short, dtype=bool), *(a * short + b * long + c >= 0 for a, b, c in piece.domain)], 0)


def change(rates, short, long) -> np.ndarray:
    """What gains add to the tax of a year in which nothing is sold, in dollars."""
    first, second = rates.start
    return VALUE * (tax(short / VALUE + first, long / VALUE + second, rates) - tax(*map(np.array, rates.start), rates))


def test_it_is_the_worksheet_to_the_cent():
    """3,000 random years of 60 households: brackets, 0/15/20 %, investment tax, state, loss limit, losses carried."""
    for seed in range(60):
        year, (short, long) = year_input("US", seed), gains(50, seed)
        told = year_income((), year.income, year.facts, year.carried)
        pairs = [(told.short + Decimal(str(s)), told.long + Decimal(str(m))) for s, m in zip(short, long, strict=True)]
        owed = [float(tax_of_year(replace(told, short=s, long=m), rates_of(2025)).total) for s, m in pairs]
        model = change(schedule(tax_input(year), VALUE).this_year(), short, long)
        assert model == pytest.approx(np.array(owed) - float(tax_of_year(told, rates_of(2025)).total), abs=0.005), seed


@pytest.mark.parametrize("country", COUNTRIES)
def test_it_is_the_countrys_assessment_to_the_cent(country):
    for seed in range(15):
        year, (short, long) = tax_input(year_input(country, seed)), gains(15, seed)
        owed = [float(year_tax(year, Decimal(str(s)), Decimal(str(m)))) for s, m in zip(short, long, strict=True)]
        model = change(schedule(year, VALUE).this_year(), short, long)
        assert model == pytest.approx(np.array(owed) - float(year_tax(year, Decimal(0), Decimal(0))), abs=0.005), seed


def test_it_equals_the_exact_netting_at_rates_that_are_entered():
    short, long = points(5000)
    owed = [exact(s * VALUE, m * VALUE) for s, m in zip(short, long, strict=True)]
    assert VALUE * tax(short, long, schedule(RATES, VALUE)) == pytest.approx(owed, abs=1e-6)


@pytest.mark.parametrize(
    ("short", "long", "owed"),
    [(1000, 1000, 600), (-1000, 3000, 400), (3000, -1000, 800), (-2000, 0, -740), (-8000, 1000, -1110), (0, 0, 0)],
)
def test_known_years(short, long, owed):
    assert VALUE * float(tax(np.array(short / VALUE), np.array(long / VALUE), schedule(RATES, VALUE))) == pytest.approx(
        owed
    )


def test_a_carried_dollar_has_its_worth():
    worth = schedule(replace(RATES, carry_value=Decimal("0.13")), VALUE)
    assert VALUE * float(tax(np.array(-0.008), np.array(0.0), worth)) == pytest.approx(-3000 * 0.37 - 5000 * 0.13)


def test_a_carried_dollar_is_worth_no_more_than_a_deducted_one():
    assert schedule(replace(RATES, carry_value=Decimal("0.5")), VALUE).carry == pytest.approx(0.37)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_pieces_cover_the_plane_and_their_lines_are_the_tax(country):
    for seed in range(20):
        rates, (short, long) = schedule(tax_input(year_input(country, seed)), VALUE), gains(500, seed) / VALUE
        made = pieces(rates)
        covered = np.zeros(500, dtype=bool)
        for piece in made:
            there = inside(piece, short, long)
            covered |= there
            assert lines(piece.lines, short, long)[there] == pytest.approx(tax(short, long, rates)[there], abs=CENT)
            assert lines(piece.due, short, long)[there] == pytest.approx(
                tax(short, long, rates.this_year())[there], abs=CENT
            )
        assert covered.all()
        assert len({piece.name for piece in made}) == len(made)


@pytest.mark.parametrize("country", COUNTRIES)
def test_within_bounds_few_lines_say_the_same(country):
    for seed in range(20):
        rates, rng = schedule(tax_input(year_input(country, seed)), VALUE), np.random.default_rng(seed)
        low, high = np.sort(rng.uniform(-0.05, 0.1, (2, 2)), axis=0)
        short, long = (rng.uniform(low[n], high[n], 300) for n in range(2))
        made = reachable(rates, (low[0], high[0]), (low[1], high[1]))
        said = [np.where(inside(p, short, long), lines(p.lines, short, long), -np.inf) for p in made]
        assert np.max(said, axis=0) == pytest.approx(tax(short, long, rates), abs=CENT)
        assert max(len(piece.lines) for piece in made) <= 12


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_piece_is_convex(country):
    """By midpoints of points of one piece, of the tax itself and not of its lines."""
    for seed in range(20):
        rates, (short, long) = schedule(tax_input(year_input(country, seed)), VALUE), gains(1000, seed) / VALUE
        for piece in pieces(rates):
            there = inside(piece, short, long)
            one, other = np.array_split(np.array([short[there], long[there]]), 2, axis=1)
            one = one[:, : other.shape[1]]
            for each in (rates, rates.this_year()):
                middle = tax(*((one + other) / 2), each)
                assert (middle <= (tax(*one, each) + tax(*other, each)) / 2 + CENT).all(), (seed, piece.name)


def test_short_gains_across_an_edge_of_the_long_rates_part_the_piece():
    """Taxable wages of 35,000 and the free rate to 48,350: beyond 13,350 of short gain no long gain is lifted out."""
    told = YearIncome(status=FilingStatus.SINGLE, other=Decimal(50_000), deductions=Decimal(15_000))
    shape = shape_of_year(told, rates_of(2025))
    rates = schedule(tax_input(replace(year_input("US", 0), shape=shape)), VALUE)
    first, second = (piece for piece in reachable(rates, (0.001, 0.02), (0.001, 0.01)))
    assert (first.domain[-1], second.domain[-1]) == ((-1, 0, 0.01335), (1, 0, -0.01335))
    assert len(reachable(rates, (0.001, 0.013), (0.001, 0.01))) == 1


@pytest.mark.parametrize("country", COUNTRIES)
def test_marginal_rates_are_the_slopes(country):
    rates, (short, long) = schedule(tax_input(year_input(country, 5)), VALUE), gains(100, 5) / VALUE
    for s, m in zip(short, long, strict=True):
        slope = [
            float(tax(np.array(s + ds), np.array(m + dm), rates) - tax(np.array(s), np.array(m), rates)) / 1e-8
            for ds, dm in ((1e-8, 0), (0, 1e-8))
        ]
        assert marginal(s, m, rates) == pytest.approx(slope, abs=1e-4)


@pytest.mark.parametrize("country", COUNTRIES)
def test_mean_slopes_add_up_to_the_change_of_the_tax(country):
    rates, (short, long) = schedule(tax_input(year_input(country, 7)), VALUE), gains(200, 7) / VALUE
    taxes = tax(short, long, rates)
    for n in range(199):
        a, b = mean_slopes((short[n], long[n]), (short[n + 1], long[n + 1]), rates)
        change = a * (short[n + 1] - short[n]) + b * (long[n + 1] - long[n])
        assert change == pytest.approx(taxes[n + 1] - taxes[n], abs=CENT)


def test_pieces_out_of_reach_fall_away():
    rates = schedule(RATES, VALUE)
    assert [piece.name for piece in reachable(rates, (0, 1e-4), (1e-5, 2e-4))] == ["gains"]
    assert len(reachable(rates, (-5e-3, 1e-4), (-1e-5, 2e-4))) == 3


def test_a_household_with_lots_of_one_term_meets_the_lines_of_that_term_alone():
    (piece,) = reachable(schedule(RATES, VALUE), (0.001, 0.001), (0, 0.01))
    (line,) = piece.lines
    assert line == pytest.approx((0.40, 0.20, 0))


def test_long_rates_above_short_ones_part_the_gains():
    rates = schedule(TaxInput(short_rate=Decimal("0.10"), long_rate=Decimal("0.15")), 1e6)
    assert [piece.name for piece in pieces(rates)] == ["gains", "gains 2", "long loss", "net loss"]
