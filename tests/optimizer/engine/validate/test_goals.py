"""Odds of goals: against formulas, against the samples that they are drawn from, and blind to the future."""

from dataclasses import replace
from datetime import date
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from optimizer.engine.types import CASH
from optimizer.engine.validate import history as classes
from optimizer.engine.validate.goals import Course, Entered, GoalInput, Mix, Taxes, goal_odds, needed
from optimizer.engine.validate.goals.draws import bootstrap, lognormal, student
from optimizer.engine.validate.goals.estimate import estimate, log_returns
from optimizer.engine.validate.goals.mix import mix_of
from optimizer.engine.validate.goals.paths import follow
from optimizer.engine.validate.stress.traits import Trait

TODAY = date(2022, 12, 28)
BALANCED = Mix({"equity": 0.6, "treasury": 0.3, "gold": 0.05, "cash": 0.05})


def flat(rate, months, paths=3):
    return np.full((months, paths), 1 + rate)


def growth(mean, volatility, months, paths=20_000, seed=0):
    return np.exp(lognormal(mean, volatility, months, paths, np.random.default_rng(seed)))


def annuity(start, payment, rate, months):
    """Value of a sum and of payments at each month's end at a fixed monthly rate: S(1+r)^n + c((1+r)^n − 1)/r."""
    factor = (1 + rate) ** months
    return start * factor + payment * ((factor - 1) / rate if rate else months)


@pytest.mark.parametrize("rate", [0.0, 0.004, -0.002])
def test_without_volatility_it_is_the_annuity_formula(rate):
    course = Course(start=50_000, months=360, contribution=700)
    found = follow(course, flat(rate, 360), points=(360,))
    assert found.at_date == pytest.approx(annuity(50_000, 700, rate, 360))
    assert found.kept[0] == pytest.approx(annuity(50_000, 700, rate, 360))


def test_the_annuity_formula_gives_the_textbook_sum():
    """100 a month for 10 years at 0.5 % a month: 16,387.93."""
    assert annuity(0, 100, 0.005, 120) == pytest.approx(16_387.93, abs=0.005)


def test_a_fixed_contribution_loses_worth_with_inflation():
    course = Course(start=0, months=12, contribution=100, indexed=False, inflation=0.03)
    expected = sum(100 * 1.03 ** (-month / 12) for month in range(1, 13))
    assert follow(course, flat(0, 12)).at_date == pytest.approx(expected)


def test_a_sum_that_lasts_exactly_is_not_ruined_and_a_cent_more_is():
    """Present value of 1,000 a month for 20 years at 0.4 % a month."""
    worth = 1000 * (1 - 1.004**-240) / 0.004
    course = Course(start=worth, months=0, withdrawal=1000, spending=240)
    assert not follow(course, flat(0.004, 240)).ruined.any()
    assert follow(replace(course, withdrawal=1000.01), flat(0.004, 240)).ruined.all()


def test_lognormal_wealth_has_the_quantiles_of_the_closed_form():
    mean, volatility, years = 0.04, 0.15, 20
    found = follow(Course(start=1000, months=12 * years), growth(mean, volatility, 12 * years, 40_000), points=(240,))
    for at, percentile in enumerate((5, 25, 50, 75, 95)):
        z = NormalDist().inv_cdf(percentile / 100)
        assert found.kept[0][at] == pytest.approx(1000 * exp(mean * years + z * volatility * sqrt(years)), rel=0.02)


def test_the_chance_of_a_lognormal_sum_is_that_of_the_closed_form():
    mean, volatility, years, amount = 0.04, 0.15, 20, 2000
    found = follow(Course(start=1000, months=240, amount=amount), growth(mean, volatility, 240)).reached
    expected = 1 - NormalDist(mean * years, volatility * sqrt(years)).cdf(log(amount / 1000))
    assert found.mean() == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / len(found)))


def test_blocks_draw_every_month_as_often_as_any_other():
    sample = np.random.default_rng(3).normal(0.005, 0.04, 300)
    drawn = bootstrap(sample, 480, 4000, np.random.default_rng(0))
    error = sample.std() * sqrt(24) / sqrt(480 * 4000)  # months of a block are at worst all alike
    assert drawn.mean() == pytest.approx(sample.mean(), abs=4 * error)
    assert set(np.unique(drawn)) == set(sample)


def test_blocks_keep_months_beside_their_neighbours():
    drawn = bootstrap(np.arange(100.0), 60, 50, np.random.default_rng(0), block=12)
    steps = (drawn[1:] - drawn[:-1]) % 100
    inside = np.arange(1, 60) % 12 != 0
    assert (steps[inside] == 1).all()


def test_students_t_is_scaled_to_the_volatility_asked_for():
    drawn = student(0.03, 0.12, 120, 40_000, np.random.default_rng(0))
    assert drawn.std() == pytest.approx(0.12 / sqrt(12), rel=0.01)
    tail = abs(drawn - drawn.mean()) > 4 * drawn.std()
    assert tail.mean() > 20 * 2 * NormalDist().cdf(-4)


def test_a_mean_moves_to_the_assumption_as_history_shortens():
    known = classes.history()
    long, short = estimate(BALANCED, known), estimate(BALANCED, known.until(date(1981, 1, 1)))
    assert 0 < short.weight < long.weight < 1
    assert min(long.historical, long.assumed) < long.mean < max(long.historical, long.assumed)
    assert long.deviation < long.volatility / sqrt(len(known.months) / 12)


def test_fund_costs_come_off_history_and_assumption_alike():
    known = classes.history()
    cheap, dear = estimate(BALANCED, known), estimate(BALANCED, known, costs=0.01)
    assert dear.historical == pytest.approx(cheap.historical - 0.01)
    assert dear.assumed == pytest.approx(cheap.assumed - 0.01)


def test_what_keeps_its_worth_earns_nothing_and_moves_nothing():
    known = classes.history()
    half = log_returns(Mix({"cash": 0.5}, constant=0.5), known)
    assert half == pytest.approx(np.log1p(known.real[:, classes.CLASSES.index("cash")] / 2))


def test_a_withdrawal_from_a_deferred_account_costs_its_tax():
    """1,000 net at 20 % needs 1,250."""
    course = Course(start=100_000, months=0, withdrawal=1000, spending=1, taxes=Taxes(deferred=1.0, income_rate=0.2))
    assert follow(course, flat(0, 1), points=(1,)).kept[0] == pytest.approx(100_000 - 1250)


def test_a_gain_is_taxed_when_it_is_sold_and_what_was_paid_in_is_not():
    """Half of the value is gain, taxed at 20 %: 90 of each 100 are left."""
    taxes = Taxes(taxable=1.0, gain=0.5, gain_rate=0.2)
    course = Course(start=100_000, months=0, withdrawal=900, spending=1, taxes=taxes)
    assert follow(course, flat(0, 1), points=(1,)).kept[0] == pytest.approx(99_000)


def test_inflation_is_taxed_as_gain():
    taxes = Taxes(taxable=1.0, gain_rate=0.2)
    course = Course(start=100_000, months=120, amount=95_000, inflation=0.03, taxes=taxes)
    left = 100_000 * (1 - 0.2 * (1 - 1.03**-10))
    assert follow(replace(course, amount=left - 1), flat(0, 120)).reached.all()
    assert not follow(replace(course, amount=left + 1), flat(0, 120)).reached.any()


def test_of_a_dividend_what_its_tax_leaves_is_paid_for():
    """1,000 of dividends leave 800 after tax: 100,800 were paid for what grows to 99,800 x 1.1."""
    taxes = Taxes(taxable=1.0, gain_rate=0.2, yield_rate=0.12)
    course = Course(start=100_000, months=1, taxes=taxes)
    left = 109_780 - 0.2 * (109_780 - 100_800)
    assert follow(replace(course, amount=left - 1), flat(0.1, 1)).reached.all()
    assert not follow(replace(course, amount=left + 1), flat(0.1, 1)).reached.any()


def test_taxes_lower_the_odds():
    paths = growth(0.04, 0.15, 240)
    course = Course(start=100_000, months=240, amount=200_000, contribution=200)
    taxed = replace(course, taxes=Taxes(taxable=1.0, gain_rate=0.2, yield_rate=0.02))
    assert follow(taxed, paths).reached.mean() < follow(course, paths).reached.mean()


def test_more_paid_in_never_lowers_the_odds():
    paths = growth(0.03, 0.15, 360, 2000)
    taxes = Taxes(deferred=0.5, taxable=0.5, gain=0.3, income_rate=0.25, gain_rate=0.15, yield_rate=0.02)
    course = Course(20_000, 240, 0, 0, withdrawal=1500, spending=120, inflation=0.025, taxes=taxes)
    odds = [follow(replace(course, contribution=c), paths).reached.mean() for c in range(0, 2001, 100)]
    assert odds == sorted(odds)
    assert odds[0] < odds[-1]


def test_the_contribution_found_reaches_what_is_wanted_and_a_little_less_does_not():
    paths = growth(0.04, 0.15, 240, 5000)
    course = Course(start=50_000, months=240, amount=400_000)
    found = needed(course, paths, 0.8)
    assert follow(replace(course, contribution=found), paths).reached.mean() >= 0.8
    assert follow(replace(course, contribution=found - 2), paths).reached.mean() < 0.8


def test_without_volatility_the_contribution_is_the_annuitys_payment():
    course = Course(start=10_000, months=120, amount=50_000)
    payment = (50_000 - 10_000 * 1.003**120) / ((1.003**120 - 1) / 0.003)
    assert needed(course, flat(0.003, 120), 0.8) == pytest.approx(payment, abs=1.0)


def test_a_goal_that_is_reached_already_needs_nothing():
    assert needed(Course(start=100, months=12, amount=50), flat(0, 12), 0.8) == 0.0


def test_nothing_can_be_paid_in_once_spending_has_begun():
    course = Course(start=100, months=0, withdrawal=50, spending=12)
    assert needed(course, flat(0, 12), 0.8) is None


def test_holdings_become_a_mix_by_duration_and_credit():
    """10-year Treasuries at duration 8; half a unit of credit is 0.175 of equities."""
    known = {
        "ko": Trait("ko", "KO", "equity"),
        "lqd": Trait("lqd", "LQD", "bond", duration=4.0, credit=0.5),
        "home": Trait("home", "HOME", "none"),
        CASH: Trait(CASH, "Cash", "cash"),
    }
    made = mix_of([("ko", 500.0), ("lqd", 200.0), ("home", 200.0), (CASH, 100.0)], known)
    assert made.parts == pytest.approx({"equity": 0.535, "treasury": 0.1, "cash": 0.165})
    assert made.constant == 0.2
    assert sum(made.parts.values()) + made.constant == pytest.approx(1)


def test_nothing_held_is_cash():
    assert mix_of([], {}) == Mix({"cash": 1.0})


@pytest.fixture(scope="module")
def goal():
    course = Course(start=200_000, months=180, amount=500_000, contribution=800, inflation=0.025)
    return GoalInput(TODAY, BALANCED, course, costs=0.001, paths=2000)


def test_odds_are_the_same_for_the_same_seed_and_differ_for_another(goal):
    assert goal_odds(goal) == goal_odds(goal)
    assert goal_odds(goal).ways[0] != goal_odds(replace(goal, seed=1)).ways[0]


def test_estimation_error_is_wider_than_that_of_the_simulation(goal):
    for way in goal_odds(goal).ways:
        assert way.chance.low < way.chance.probability < way.chance.high
        assert way.chance.high - way.chance.low > 4 * way.chance.error


def test_percentiles_of_the_fan_keep_their_order(goal):
    fan = goal_odds(goal).fan
    rows = np.array([fan.bands[key] for key in ("5", "25", "50", "75", "95")])
    assert (np.diff(rows, axis=0) >= 0).all()
    assert fan.months[0] == 0
    assert fan.months[-1] == 180
    assert set(rows[:, 0]) == {200_000.0}


def test_what_a_person_assumes_is_one_more_way(goal):
    made = goal_odds(replace(goal, entered=Entered(nominal=0.04, volatility=0.0)))
    way = made.ways[-1]
    rate = ((1.04 / 1.025) * exp(-0.001)) ** (1 / 12) - 1
    assert way.key == "entered"
    assert way.median == pytest.approx(annuity(200_000, 800, rate, 180))


def test_the_future_changes_nothing(goal, monkeypatch):
    """With every month from the date on overwritten, the same odds are found."""
    known = classes.history()
    past = sum(month < date(2022, 12, 1) for month in known.months)
    returns = known.returns.copy()
    returns[past:] = 0.5
    before = goal_odds(goal)
    monkeypatch.setattr("optimizer.engine.validate.goals.history", lambda: replace(known, returns=returns))
    assert goal_odds(goal) == before
