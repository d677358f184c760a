"""Moving together: closed forms, drawn worlds, and no look at the future."""

import numpy as np
import pytest
from scipy.stats import t as student

from optimizer.engine.risk.correlation.diversification import diversification_ratio, ratios
from optimizer.engine.risk.correlation.shift import LONG, RECENT, foretelling, mean_correlation, shift, windows
from optimizer.engine.risk.correlation.tails import dependence, normal_dependence, normal_exceedance, tails
from optimizer.engine.risk.returns import Closes

SESSIONS = 2 * RECENT + LONG


def normals(sessions: int, correlation: float, seed: int = 0, n: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((sessions, 1))
    return np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.standard_normal((sessions, n))


def students(sessions: int, correlation: float, degrees: float, seed: int = 0) -> np.ndarray:
    scale = np.sqrt(degrees / np.random.default_rng(seed + 1).chisquare(degrees, sessions))
    return normals(sessions, correlation, seed) * scale[:, None]


def test_a_correlation_that_rises_is_found():
    moves = 0.01 * normals(SESSIONS, 0.2, n=6)
    moves[-RECENT:] = 0.01 * normals(RECENT, 0.8, seed=1, n=6)
    found = shift(moves)
    assert found.recent == pytest.approx(0.8, abs=0.1)
    assert found.long == pytest.approx(0.2, abs=0.05)
    assert found.recent > found.high
    assert found.chance <= 0.002


def test_volatility_alone_is_no_shift():
    moves = 0.01 * normals(SESSIONS, 0.4, seed=2, n=6)
    moves[-RECENT:] *= 3
    assert shift(moves).chance > 0.05


def test_where_nothing_changed_a_shift_is_seen_about_as_often_as_the_test_says():
    chances = [shift(0.01 * normals(SESSIONS, 0.3, seed=seed, n=4)).chance for seed in range(100, 160)]
    assert np.mean(np.array(chances) < 0.05) <= 0.15


def test_a_shift_needs_two_assets_and_both_windows():
    assert shift(normals(SESSIONS, 0.5)[:, :1]) is None
    assert shift(normals(SESSIONS - 1, 0.5)) is None


def test_the_future_changes_no_window_and_no_ratio_of_the_past():
    moves = 0.01 * normals(LONG, 0.3, n=3)
    assert windows(moves[:500], RECENT).tobytes() == windows(moves, RECENT)[:500].tobytes()
    values, first = np.cumprod(1 + moves, axis=0), np.zeros(3, dtype=int)
    weights = np.full(3, 1 / 3)
    whole = ratios(Closes(values, first), weights)
    assert ratios(Closes(values[:600], first), weights).tobytes() == whole[:600].tobytes()
    assert np.isfinite(whole).sum() == 4


def test_equal_correlations_are_their_own_mean():
    assert mean_correlation(normals(200_000, 0.36, n=3)) == pytest.approx(0.36, abs=0.01)


def test_a_correlation_that_never_changes_is_foretold_better_by_the_long_window():
    recent, long, half = foretelling(0.01 * normals(12000, 0.3, n=4))
    assert long.t < -2
    assert half.t < -2
    # Errors of two windows of RECENT sessions, of six pairs that share assets.
    assert 0 < recent.value < 2 * 2 * (1 - 0.3**2) ** 2 / RECENT


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_exceedance_of_normals_is_its_closed_form(correlation, share):
    moves = normals(400_000, correlation)
    low = (moves <= np.quantile(moves, share, axis=0)).all(axis=1)
    assert np.corrcoef(moves[low].T)[0, 1] == pytest.approx(normal_exceedance(correlation, share), abs=0.015)


def test_the_exceedance_at_the_middle_is_the_textbooks():
    # Ang and Chen, 2002, appendix: at threshold zero, with P = 1/4 + asin(r) / 2 pi.
    r = 0.5
    chance = 0.25 + np.arcsin(r) / (2 * np.pi)
    first, corner = (1 + r) / (2 * np.sqrt(2 * np.pi)), np.sqrt(1 - r**2) / (2 * np.pi)
    second, product = chance + r * corner, r * chance + corner
    expected = (product / chance - (first / chance) ** 2) / (second / chance - (first / chance) ** 2)
    assert normal_exceedance(r, 0.5) == pytest.approx(expected)


def student_dependence(correlation: float, degrees: float) -> float:
    """Limit of the dependence of joint Student's t as the share falls to 0: Embrechts, McNeil and Straumann, 2002."""
    at = -np.sqrt((degrees + 1) * (1 - correlation) / (1 + correlation))
    return float(2 * student.cdf(at, degrees + 1))


def test_dependence_of_normals_and_of_students_is_their_closed_form():
    assert dependence(*normals(400_000, 0.5).T, 0.05) == pytest.approx(normal_dependence(0.5, 0.05), abs=0.01)
    assert dependence(*students(1_000_000, 0.5, 3).T, 0.002) == pytest.approx(student_dependence(0.5, 3), abs=0.05)
    assert student_dependence(0.5, 4) == pytest.approx(0.2532, abs=1e-4)  # McNeil, Frey and Embrechts, table 5.1: 0.25


def test_what_falls_together_but_rises_apart_diversifies_only_in_calm():
    moves = normals(4000, 0.1, seed=5)
    crash = np.random.default_rng(6).uniform(size=4000) < 0.08
    moves[crash] = -2.5 + np.outer(np.random.default_rng(7).standard_normal(crash.sum()), [1.0, 1.0])
    found = tails(*moves.T)
    assert found.falls > found.normal + 0.3
    assert found.only_in_calm
    assert found.dependence > 2 * found.normal_dependence


def test_normals_diversify_in_falls_as_their_correlation_says():
    found = tails(*normals(4000, 0.5, seed=8).T)
    assert not found.only_in_calm
    assert abs(found.excess.value) < 3 * found.excess.error
    assert found.rises == pytest.approx(found.normal, abs=0.15)


def test_too_few_falls_together_say_nothing():
    assert tails(*normals(200, 0.0).T) is None
    assert tails(np.zeros(400), np.zeros(400)) is None


@pytest.mark.parametrize(("n", "correlation"), [(1, 0.0), (4, 0.0), (4, 0.5), (9, 1.0)])
def test_the_diversification_ratio_of_equal_holdings_is_its_closed_form(n, correlation):
    matrix = 0.04 * ((1 - correlation) * np.eye(n) + correlation)
    expected = np.sqrt(n / (1 + (n - 1) * correlation))
    assert diversification_ratio(np.full(n, 1 / n), matrix) == pytest.approx(expected)
    assert diversification_ratio(np.zeros(n), matrix) == 1.0
