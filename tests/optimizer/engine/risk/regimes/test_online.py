"""States through time: none knows the future, each finds a market that was drawn in two states."""

import numpy as np
import pytest

from optimizer.engine.risk.covariance import ewma_volatility
from optimizer.engine.risk.regimes.conditional import conditional_covariance
from optimizer.engine.risk.regimes.hmm import Hmm
from optimizer.engine.risk.regimes.jump import Jump, features, fit, jumps, online
from optimizer.engine.risk.regimes.online import hidden_states
from optimizer.engine.risk.regimes.record import covariance_record, record
from optimizer.engine.risk.returns import Closes
from optimizer.engine.risk.schedule import BURNED, REFIT
from tests.optimizer.engine.risk.regimes.worlds import MODEL, drawn

LONG = BURNED + REFIT + 20
MADE = {"hidden": hidden_states, "jumps": jumps}


@pytest.fixture(scope="module")
def market():
    return drawn(LONG)


@pytest.fixture(scope="module")
def whole(market):
    return {name: made(market[0]) for name, made in MADE.items()}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("sessions", [BURNED, BURNED + 1, BURNED + REFIT, BURNED + REFIT + 3])
def test_without_the_future_every_state_is_the_same_in_every_bit(market, whole, name, sessions):
    then = MADE[name](market[0][:sessions])
    assert np.isfinite(then.turbulent[BURNED - 1 :]).all()
    assert then.turbulent.tobytes() == whole[name].turbulent[:sessions].tobytes()
    assert then.variance.tobytes() == whole[name].variance[:, :sessions].tobytes()


@pytest.mark.parametrize("name", MADE)
def test_states_are_those_that_were_drawn_and_more_is_foretold_in_the_wild_one(name):
    slow = Hmm((0.997, 0.994), (0.001, -0.003), MODEL.variance)
    returns, states = drawn(BURNED + 900, seed=3, model=slow)
    found = MADE[name](returns)
    seen = found.turbulent[BURNED:] > 0.5
    assert 0.1 < states[BURNED:].mean() < 0.9
    assert (seen == states[BURNED:]).mean() > 0.85
    wild, calm = found.variance[:, BURNED:][:, seen], found.variance[:, BURNED:][:, ~seen]
    assert (wild.mean(axis=1) > 2 * calm.mean(axis=1)).all()


@pytest.mark.parametrize("name", MADE)
def test_too_short_or_still_a_history_has_no_state(name):
    assert np.isnan(MADE[name](drawn(BURNED - 1)[0]).turbulent).all()
    assert np.isnan(MADE[name](np.zeros(BURNED + 5)).turbulent).all()


def test_a_jump_needs_more_than_its_penalty():
    model = Jump(np.zeros(1), np.ones(1), np.array([[0.0], [10.0]]))
    rows = np.array([[0.0]] * 3 + [[10.0]] * 3)
    # Each session at the turbulent centre is 50 cheaper there: the first pays for the change, the second leads.
    assert online(rows, model).tolist() == [False, False, False, False, True, True]


def test_the_centres_of_a_jump_model_are_the_two_clusters():
    rng = np.random.default_rng(0)
    states = np.repeat([False, True, False], 200)
    rows = np.column_stack([np.where(states, 5.0, 1.0), np.where(states, -1.0, 1.0)]) + rng.normal(0, 0.1, (600, 2))
    returns = np.where(states, 0.02, 0.005) * rng.choice([-1, 1], 600)
    model = fit(rows, returns)
    assert model.centres * model.spread + model.mean == pytest.approx(np.array([[1, 1], [5, -1]]), abs=0.05)
    late = np.flatnonzero(online(rows, model) != states)
    assert set(late) <= {*range(200, 215), *range(400, 415)}  # it changes when the evidence exceeds the penalty


def test_features_are_downside_deviation_and_return_over_it():
    falling = features(np.full(400, -0.01))
    assert falling[-1] == pytest.approx([0.01, -1.0, -1.0])


def test_the_record_tells_the_states_apart_and_what_leaving_cost():
    returns, _ = drawn(BURNED + 2000, seed=9)
    found = record(hidden_states(returns), returns)
    assert found.calm.volatility == pytest.approx(0.007 * np.sqrt(252), rel=0.2)
    assert found.turbulent.volatility == pytest.approx(0.02 * np.sqrt(252), rel=0.2)
    assert found.calm.sessions + found.turbulent.sessions == 2000
    assert found.leaving.value > 0  # the turbulent state was drawn with a mean of -20 % a year
    assert found.saved.value > 0


def test_there_is_no_record_without_an_estimate():
    assert record(hidden_states(np.zeros(10)), np.zeros(10)) is None


def two_states(sessions: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns of four assets, independent in calm and with correlation 0.9 in turbulence, and the market's."""
    market, states = drawn(sessions, seed=10, model=Hmm((0.99, 0.99), MODEL.mean, MODEL.variance))
    rng = np.random.default_rng(11)
    apart = rng.standard_normal((sessions, 4))
    together = np.sqrt(0.9) * rng.standard_normal((sessions, 1)) + np.sqrt(0.1) * rng.standard_normal((sessions, 4))
    return 0.01 * np.where(states[:, None], together, apart), market


def test_a_covariance_knows_the_state_it_is_made_in():
    returns, market = two_states(2000)
    quiet, storm = np.zeros(40), np.full(5, -0.05)
    calm = conditional_covariance(np.vstack([returns, returns[:40]]), np.append(market, quiet), MODEL)
    wild = conditional_covariance(np.vstack([returns, returns[:5]]), np.append(market, storm), MODEL)
    assert correlation(wild) > correlation(calm) + 0.2


def correlation(matrix: np.ndarray) -> float:
    return float(matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1]))


def test_where_a_state_hardly_was_all_sessions_count_for_both():
    returns, _ = drawn(400, model=Hmm((1.0, 0.0), (0.0, 0.0), (1e-4, 1e-4)))
    pair = np.column_stack([returns, returns[::-1]])
    made = conditional_covariance(pair, np.zeros(400), MODEL)
    assert np.sqrt(np.diag(made)) == pytest.approx(ewma_volatility(pair))


def test_where_two_states_were_drawn_knowing_them_foretells_better():
    returns, market = two_states(BURNED + 1050)
    values = np.cumprod(np.vstack([np.ones(4), 1 + returns]), axis=0)
    found = covariance_record(Closes(values, np.zeros(4, dtype=int)), market, hidden_states(market).models)
    assert found.count == 50
    assert found.value > 2 * found.error > 0
