"""Data drift: what counts as unusual among windows of the series itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, norm

from optimizer.engine.validate.drift import LEAST, RECENT, drift, psi


def normal(seed: int, count: int = 900, scale: float = 0.01) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, count)


def test_a_series_that_goes_on_as_before_is_flagged_about_as_often_as_chance_allows() -> None:
    flagged = sum(drift(normal(seed)).drifted for seed in range(120))
    assert flagged / 120 < 0.12  # two measures at one in twenty


@pytest.mark.parametrize("factor", [2.5, 0.3])
def test_a_change_of_volatility_is_seen(factor: float) -> None:
    returns = normal(1)
    returns[-RECENT:] *= factor
    found = drift(returns)
    assert found.drifted
    assert found.recent_volatility / found.reference_volatility == pytest.approx(factor, rel=0.25)


def clustered(seed: int) -> np.ndarray:
    """Calm and wild quarters in turn; the last one is wild, as half of those before it."""
    returns = normal(seed)
    for start in range(81, 900, 2 * RECENT):
        returns[start : start + RECENT] *= 3
    returns[-RECENT:] = np.random.default_rng(seed + 1000).normal(0, 0.03, RECENT)
    return returns


def test_clustered_volatility_that_came_before_is_seldom_called_a_break() -> None:
    """Where the textbook's test calls it one almost always."""
    series = [clustered(seed) for seed in range(60)]
    naive = sum(ks_2samp(each[-RECENT:], each[:-RECENT]).pvalue <= 0.05 for each in series)
    ours = sum(drift(each).drifted for each in series)
    assert naive > 30 > 15 > ours


def test_the_index_is_that_of_the_definition() -> None:
    """Two normals, one wider: against the integral over the deciles of the narrow one."""
    rng = np.random.default_rng(7)
    edges = norm.ppf(np.linspace(0, 1, 11))
    wide = np.diff(norm.cdf(edges / 1.5))
    expected = float(((wide - 0.1) * np.log(wide / 0.1)).sum())
    assert psi(rng.normal(0, 1.5, 200_000), rng.normal(0, 1, 200_000)) == pytest.approx(expected, rel=0.03)


def test_too_short_a_reference_says_nothing() -> None:
    assert drift(normal(1, LEAST + RECENT - 1)) is None
