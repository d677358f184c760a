import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.mwr import MoneyWeighted, Outcome, mwr
from holdings.measures.periods import annualised

START = date(2021, 1, 1)


def solve(*flows: tuple[str, float]) -> MoneyWeighted:
    return mwr((date.fromisoformat(day), amount) for day, amount in flows)


def at(*flows: tuple[int, float]) -> MoneyWeighted:
    return mwr((START + timedelta(days=days), amount) for days, amount in flows)


def test_the_example_of_the_excel_documentation() -> None:
    result = solve(
        ("2008-01-01", -10_000), ("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)
    )

    assert result.outcome is Outcome.ONE
    assert result.annual == pytest.approx(0.373362535, abs=1e-8)


def test_two_rates_are_both_shown_and_neither_is_the_headline() -> None:
    result = at((0, -1000), (365, 2500), (730, -1540))

    assert result.outcome is Outcome.MULTIPLE
    assert result.rates == pytest.approx((0.1, 0.4), abs=1e-9)
    assert (result.annual, result.period) == (None, None)


def test_no_rate_solves_these_flows() -> None:
    result = at((0, 100), (365, -200), (730, 150))

    assert (result.outcome, result.rates) == (Outcome.NONE, ())


def test_a_long_loss_after_a_large_late_contribution() -> None:
    result = solve(("2023-01-01", -10_000), ("2024-01-01", -90_000), ("2025-01-01", 95_000))

    assert result.annual == pytest.approx(-0.0455327, abs=1e-7)


def test_a_series_on_which_newton_fails() -> None:
    result = solve(
        ("2001-06-22", -2610), ("2001-07-03", -2589), ("2001-07-05", -5110), ("2001-07-06", -2550),
        ("2001-07-09", -5086), ("2001-07-10", -2561), ("2001-07-12", -5040), ("2001-07-13", -2552),
        ("2001-07-16", -2530), ("2001-07-17", 29_520),
    )  # fmt: skip

    assert result.rates == pytest.approx((-0.7640294,), abs=1e-7)
    assert result.annual is None


def test_r01_nearly_a_year() -> None:
    result = solve(("2010-01-01", -200), ("2010-12-31", 210))

    assert result.rates == pytest.approx((0.050140747,), abs=1e-8)
    assert result.annual is None
    assert result.period == pytest.approx(0.05)


def test_r02_ten_years_of_small_payments() -> None:
    result = solve(
        ("2002-11-30", -4398), ("2007-06-11", 200), ("2008-05-11", 270), ("2009-05-01", 280), ("2010-06-01", 280),
        ("2011-05-02", 300), ("2012-04-30", 330), ("2012-12-06", 14_508),
    )  # fmt: skip

    assert result.annual == pytest.approx(0.1444390, abs=1e-7)


def test_r04_a_loss_of_thirteen_days_is_shown_for_its_period() -> None:
    result = solve(("2020-03-04", -713.07), ("2020-03-17", 555.33))

    assert result.rates == pytest.approx((-0.9991059,), abs=1e-7)
    assert result.annual is None
    assert result.period == pytest.approx(-0.2212125, abs=1e-7)


def test_r07_an_ambiguous_rate_is_said_to_be_so() -> None:
    result = solve(("2020-01-01", -100), ("2020-12-31", 230), ("2021-12-31", -132))

    assert result.outcome is Outcome.MULTIPLE
    assert result.rates == pytest.approx((0.1, 0.2), abs=1e-9)


def test_r08_nothing_left_is_a_total_loss() -> None:
    result = solve(("2020-01-01", -100), ("2021-06-01", 0))

    assert (result.outcome, result.annual, result.period) == (Outcome.TOTAL_LOSS, -1, -1)


@pytest.mark.parametrize("flows", [[], [(0, 100.0), (365, 50.0)], [(0, -100.0), (0, 90.0)], [(0, 0.0), (9, 0.0)]])
def test_r08_without_a_change_of_sign_there_is_no_rate(flows: list[tuple[int, float]]) -> None:
    assert at(*flows).outcome is Outcome.NONE


def test_seventy_years_do_not_overflow() -> None:
    result = at((0, -100), (70 * 365, 100 * 1.05**70))

    assert result.annual == pytest.approx(0.05, abs=1e-9)


@given(st.floats(-0.5, 5), st.integers(1, 20))
def test_without_flows_between_it_is_the_time_weighted_return(rate: float, years: int) -> None:
    end = (1 + rate) ** years

    result = at((0, -1000), (365 * years, 1000 * end))

    assert result.annual == pytest.approx(annualised(end - 1, 365 * years), abs=1e-7)


@given(st.floats(0.01, 1000), st.floats(-500, 500))
def test_scale_and_the_splitting_of_a_flow_do_not_matter(scale: float, part: float) -> None:
    whole = at((0, -1000), (100, -500), (500, 1800))
    split = at((0, -1000 * scale), (100, (-500 - part) * scale), (100, part * scale), (200, 0), (500, 1800 * scale))

    assert split.rates == pytest.approx(whole.rates, abs=1e-9)


@pytest.mark.parametrize("rates", [(0.1, 0.101), (0.02, 0.0201), (-0.3, -0.299), (0.1, 0.4)])
def test_two_rates_close_together_are_both_found(rates: tuple[float, float]) -> None:
    one, other = (1 + rate for rate in rates)

    result = at((0, -1000), (365, 1000 * (one + other)), (730, -1000 * one * other))

    assert result.outcome is Outcome.MULTIPLE
    assert result.rates == pytest.approx(sorted(rates), abs=1e-6)


def test_flows_whose_worth_only_touches_zero_have_one_rate() -> None:
    result = at((0, -1000), (365, 2200), (730, -1210))

    assert (result.outcome, result.rates) == (Outcome.ONE, pytest.approx((0.1,), abs=1e-6))


@pytest.mark.parametrize("left", [10.0, 1.0, 0.05])
def test_r10_sixty_contributions_that_almost_vanish_are_bracketed(left: float) -> None:
    flows = [(30 * month, -500.0 - month) for month in range(60)]

    result = at(*flows, (2500, left))

    assert result.outcome is Outcome.ONE
    rate = result.rates[0]
    worth = sum(amount * (1 + rate) ** ((2500 - day) / 365) for day, amount in [*flows, (2500, left)])
    assert worth == pytest.approx(0, abs=1e-6)


def test_almost_everything_lost_in_three_years() -> None:
    assert solve(("2011-07-01", -10_000), ("2014-07-01", 1)).annual == pytest.approx(-0.9534539, abs=1e-7)


GOLDEN = json.loads((Path(__file__).parent / "golden_mwr.json").read_text())


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_it_agrees_with_another_implementation(case: dict) -> None:
    result = solve(*case["flows"])

    assert result.outcome is Outcome.ONE
    assert result.rates[0] == pytest.approx(case["rate"], rel=1e-8, abs=1e-9)
