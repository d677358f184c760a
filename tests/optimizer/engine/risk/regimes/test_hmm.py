"""Filter and estimate against every path written out, and against the truth of a drawn market."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.stats import norm

from optimizer.engine.risk.regimes.hmm import Hmm, estimate, filtered
from tests.optimizer.engine.risk.regimes.worlds import MODEL, drawn

RETURNS = np.array([0.001, -0.03, 0.02, -0.001, 0.0, 0.012])


def paths(returns: np.ndarray, model: Hmm) -> dict[tuple[int, ...], float]:
    """Joint density of the returns and each path of states."""
    start = (1 - model.often, model.often)
    found = {}
    for path in product((0, 1), repeat=len(returns)):
        chance = start[path[0]]
        for before, after in pairwise(path):
            chance *= model.stay[before] if before == after else 1 - model.stay[before]
        for state, value in zip(path, returns, strict=True):
            chance *= norm.pdf(value, model.mean[state], np.sqrt(model.variance[state]))
        found[path] = chance
    return found


def log_likelihood(returns: np.ndarray, model: Hmm) -> float:
    """By the forward recursion, scaled at each return."""
    move = np.array([[model.stay[0], 1 - model.stay[0]], [1 - model.stay[1], model.stay[1]]])
    state, total = np.array([1 - model.often, model.often]), 0.0
    for density in norm.pdf(returns[:, None], model.mean, np.sqrt(model.variance)):
        joint = state * density
        total += np.log(joint.sum())
        state = joint / joint.sum() @ move
    return total


def test_the_filter_is_the_sum_over_every_path_up_to_the_session():
    for sessions in range(1, len(RETURNS) + 1):
        every = paths(RETURNS[:sessions], MODEL)
        turbulent = sum(chance for path, chance in every.items() if path[-1] == 1)
        assert filtered(RETURNS, MODEL)[sessions - 1] == pytest.approx(turbulent / sum(every.values()))


def test_the_likelihood_is_the_sum_over_every_path():
    assert log_likelihood(RETURNS, MODEL) == pytest.approx(np.log(sum(paths(RETURNS, MODEL).values())))


def test_the_forecast_counts_every_path_that_may_follow():
    now, horizon = 0.3, 3
    expected = 0.0
    for path in product((0, 1), repeat=horizon + 1):
        chance = now if path[0] else 1 - now
        for before, after in pairwise(path):
            chance *= MODEL.stay[before] if before == after else 1 - MODEL.stay[before]
        expected += chance * sum(MODEL.variance[state] + MODEL.mean[state] ** 2 for state in path[1:])
    assert MODEL.ahead(np.array([now]), (1, horizon))[1, 0] == pytest.approx(expected)


def test_an_estimate_finds_the_model_that_was_drawn():
    returns, states = drawn(6000)
    found = estimate(returns)
    assert found.stay == pytest.approx(MODEL.stay, abs=0.01)
    assert found.variance == pytest.approx(MODEL.variance, rel=0.1)
    assert ((filtered(returns, found) > 0.5) == states).mean() > 0.93


def test_an_estimate_is_a_peak_of_the_likelihood():
    returns, _ = drawn(1500, seed=3)
    found = estimate(returns)
    best = log_likelihood(returns, found)
    for factor in (0.9, 1.1):
        for state in (0, 1):
            moved = [value * factor if at == state else value for at, value in enumerate(found.variance)]
            assert log_likelihood(returns, Hmm(found.stay, found.mean, tuple(moved))) < best


def test_the_calmer_state_comes_first_wherever_the_search_starts():
    returns, _ = drawn(2000, seed=4)
    swapped = Hmm(MODEL.stay[::-1], MODEL.mean[::-1], MODEL.variance[::-1])
    found = estimate(returns, swapped)
    assert found.variance[0] < found.variance[1]


def test_what_never_moves_has_no_states():
    assert estimate(np.zeros(100)) is None


def test_a_return_beyond_both_states_is_turbulent():
    assert filtered(np.array([0.0, -5.0, 0.0]), MODEL)[1] == 1.0
