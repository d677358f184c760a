import datetime as dt
from decimal import Decimal

import pytest

from holdings.measures.liquidity import Bar, daily_volume, half_spread
from tests.holdings.measures.trades import traded

SEEDS = range(12)


@pytest.mark.parametrize("spread", [0.02, 0.05])
def test_a_known_wide_spread_is_recovered_within_a_tenth(spread: float) -> None:
    halves = [half_spread(traded(spread, seed=seed)).half for seed in SEEDS]
    assert halves == pytest.approx([spread / 2] * len(SEEDS), rel=0.1)


def test_at_the_size_of_the_noise_the_mean_is_still_right() -> None:
    """A spread of 1 % at a volatility of 1 % a day: half of it, 50 bp, with a standard error of about one."""
    halves = [half_spread(traded(0.01, seed=seed)).half for seed in SEEDS]
    assert None not in halves
    assert sum(halves) / len(halves) == pytest.approx(0.005, rel=0.05)


@pytest.mark.parametrize("spread", [0.0, 0.0005])
def test_a_spread_that_noise_hides_is_not_given_but_bounded(spread: float) -> None:
    found = [half_spread(traded(spread, seed=seed)) for seed in SEEDS]
    assert sum(each.half is None for each in found) >= len(SEEDS) - 1
    assert all(spread / 2 < each.most < 0.005 for each in found)


def test_the_published_formula_on_alternating_closes() -> None:
    """Ranges that stand still at 99 to 101 and closes at either edge: c - m is +-s/2 on both days, so spread = s."""
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(366)]
    closes = [Decimal(101) if n % 2 else Decimal(99) for n in range(366)]
    bars = [Bar(day, close, Decimal(101), Decimal(99)) for day, close in zip(days, closes, strict=True)]
    assert half_spread(bars).half == pytest.approx(0.01, rel=0.001)


def test_what_comes_later_changes_no_earlier_estimate() -> None:
    bars = traded(0.02, days=400)
    rising = [*bars[:252], *(bar._replace(high=bar.high * 3, close=bar.close * 2) for bar in bars[252:])]
    assert half_spread(bars[:252]) == half_spread(rising[:252])
    assert daily_volume(bars[189:252]) == daily_volume(rising[189:252])


def test_less_than_half_a_year_is_no_estimate() -> None:
    assert half_spread(traded(0.02, days=100)) is None


def test_days_with_one_price_and_gaps_are_left_out() -> None:
    still = [bar._replace(high=bar.close, low=bar.close) for bar in traded(0.02)]
    assert half_spread(still) is None
    weekly = [bar for bar in traded(0.02, days=400) if bar.day.isocalendar().week % 2 and bar.day.weekday() == 0]
    assert half_spread(weekly) is None


def test_the_usual_volume_is_the_median_so_that_one_wild_day_does_not_move_it() -> None:
    day = dt.date(2024, 1, 1)
    bars = [Bar(day + dt.timedelta(days=n), Decimal(50), volume=Decimal(1000 + n)) for n in range(21)]
    found = daily_volume([*bars[:20], bars[20]._replace(volume=Decimal(10**9))])
    assert (found.shares, found.value, found.days) == (Decimal(1010), Decimal(50500), 21)


def test_too_few_days_or_hardly_any_trade_is_no_volume() -> None:
    day = dt.date(2024, 1, 1)
    bars = [Bar(day + dt.timedelta(days=n), Decimal(50), volume=Decimal(0)) for n in range(30)]
    assert daily_volume(bars) is None
    assert daily_volume(traded(0.02, days=20)) is None
