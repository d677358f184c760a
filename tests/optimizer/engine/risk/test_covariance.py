"""Covariance: known answers, order out of noise, short histories, and no look-ahead."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from optimizer.engine.errors import NotEnoughHistory
from optimizer.engine.risk.covariance import ESTIMATORS, covariance, ewma_volatility
from optimizer.engine.risk.model import risk_model
from optimizer.engine.risk.returns import closes
from optimizer.engine.snapshot import Panel
from tests.optimizer.engine.households import TODAY, asset, panel

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "us_largecap74_daily.csv.gz"


def one_factor(sessions: int, assets: int, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 0.01 * (rng.normal(size=(sessions, 1)) + rng.normal(size=(sessions, assets)))


def panel_of(returns: np.ndarray) -> Panel:
    names = [asset(f"a{j}") for j in range(returns.shape[1])]
    made = panel(names, len(returns) + 1)
    values = 100 * np.cumprod(np.vstack((np.ones(returns.shape[1]), 1 + returns)), axis=0)
    return Panel(made.dates, made.assets, values)


def history(made: Panel):
    return closes(made, made.assets, made.assets)


def test_ewma_of_a_constant_move_is_that_move():
    moves = np.tile([0.01, -0.01], 200)[:, None]
    assert ewma_volatility(moves) == pytest.approx(0.01 * np.sqrt(252))


def test_ewma_halves_a_weight_each_half_life():
    moves = np.zeros((64, 1))
    moves[0] = 0.02
    weights = 0.5 ** (np.arange(64)[::-1] / 63)
    assert ewma_volatility(moves)[0] ** 2 == pytest.approx(252 * 0.0004 * weights[0] / weights.sum())


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("shape", [(504, 5), (504, 74), (60, 90), (504, 1)])
def test_correlation_is_a_correlation(name, shape):
    correlation = ESTIMATORS[name].correlation(one_factor(*shape))
    assert np.diag(correlation) == pytest.approx(np.ones(shape[1]))
    assert np.linalg.eigvalsh(correlation).min() > (-1e-9 if name == "sample" else 0)
    assert correlation == pytest.approx(correlation.T)


@pytest.mark.parametrize("name", ["nonlinear", "constant_correlation"])
def test_shrinkage_is_nearer_the_truth_than_the_sample(name):
    returns = one_factor(120, 60)
    truth = np.full((60, 60), 0.5) + 0.5 * np.eye(60)
    sample = np.corrcoef(returns.T)
    assert np.linalg.norm(ESTIMATORS[name].correlation(returns) - truth) < np.linalg.norm(sample - truth)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 0.0])
def test_two_funds_of_one_index_do_not_upset_the_others(gap):
    returns = one_factor(504, 12)
    twin = returns[:, :1] + gap * one_factor(504, 1, seed=9)
    both = ESTIMATORS["nonlinear"].correlation(np.hstack((returns, twin)))
    assert both[:12, :12] == pytest.approx(ESTIMATORS["nonlinear"].correlation(returns), abs=0.08)
    assert both[0, 12] > 0.99


def test_with_much_data_it_agrees_with_the_sample():
    returns = one_factor(20000, 4)
    assert ESTIMATORS["nonlinear"].correlation(returns) == pytest.approx(np.corrcoef(returns.T), abs=0.01)


def test_a_short_history_enters_through_the_common_factor():
    made = panel_of(one_factor(600, 6))
    made.closes[:400, 5] = np.nan
    matrix = covariance(history(made))
    correlation = matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert correlation[5, :5] == pytest.approx(np.full(5, 0.5), abs=0.15)


def test_too_short_a_history_names_the_asset():
    assets = [asset("a"), asset("b")]
    made = panel(assets)
    made.closes[:-62, 1] = np.nan
    with pytest.raises(NotEnoughHistory, match="B: fewer than 63") as caught:
        risk_model(made, assets, TODAY)
    assert caught.value.symbols == ("B",)


def test_an_asset_missing_from_the_panel_is_named():
    with pytest.raises(NotEnoughHistory, match="B"):
        risk_model(panel([asset("a")]), [asset("a"), asset("b")], TODAY)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_future_changes_nothing(name):
    assets = [asset(f"a{j}") for j in range(8)]
    whole = panel(assets, 700)
    as_of = whole.dates[600]
    now = risk_model(whole, assets, as_of, name)
    whole.closes[601:] *= 3
    later = risk_model(whole, assets, as_of, name)
    assert np.array_equal(now.covariance, later.covariance)
    assert np.array_equal(now.scenarios, later.scenarios)
    assert np.array_equal(now.weeks, later.weeks)
    assert now.calibration == later.calibration
    assert now.calibration not in {1.0, 0.8, 1.5}


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")
def test_out_of_sample_minimum_variance_on_74_stocks_beats_the_sample():
    with gzip.open(DATA, "rt") as file:
        rows = list(csv.reader(file))
    values = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])[-2600:]
    names = tuple(rows[0][1:])
    realised = {"nonlinear": [], "sample": []}
    for end in range(520, 2600 - 21, 21):
        made = Panel((panel([asset("x")]).dates[0],) * end, names, values[:end])
        after = values[end : end + 21] / values[end - 1 : end + 20] - 1
        window = values[end - 504 : end] / values[end - 505 : end - 1] - 1
        for name, matrix in (("nonlinear", covariance(history(made))), ("sample", np.cov(window.T))):
            weights = np.linalg.solve(matrix, np.ones(74))
            realised[name].extend(after @ (weights / weights.sum()))
    assert np.std(realised["nonlinear"]) < np.std(realised["sample"])
