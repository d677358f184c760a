"""The fastest direct solve of each problem, with no modelling layer and no import from the product: one function each.

The rebalance gives the seconds of processor time of the solver alone and the objective that it found; the strategies
give weights (n) and are timed whole.
"""

import time
from dataclasses import dataclass

import highspy
import numpy as np
import piqp
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Lots:
    """A household in fractions of its value: lots by asset and account, cash and target; Sigma = F F' + diag(own)."""

    value: Floats
    gain: Floats  # per money sold
    rate: Floats  # tax on a dollar of gain
    asset: Index
    account: Index
    cash: Floats  # by account
    target: Floats  # by asset
    loadings: Floats
    own: Floats
    spread: float
    aversion: float


def rebalance_qp(lots: Lots) -> tuple[float, float]:
    """ "One": the continuous rebalance, a linear tax rate a lot, no netting and no wash sides; piqp, sparse."""
    k, n, f, accounts = len(lots.value), len(lots.target), lots.loadings.shape[1], len(lots.cash)
    buys = n * accounts
    bought, where = np.tile(np.arange(n), accounts), np.repeat(np.arange(accounts), n)
    effect = sparse.hstack((-_placed(lots.asset, n), _placed(bought, n)))
    held = np.bincount(lots.asset, lots.value, minlength=n)
    equal = sparse.bmat(
        [
            [-effect, sparse.identity(n), None],
            [None, -sparse.csr_matrix(lots.loadings.T), sparse.identity(f)],
        ],
        format="csc",
    )
    paid = sparse.hstack(
        (-(1 - lots.spread) * _placed(lots.account, accounts), (1 + lots.spread) * _placed(where, accounts))
    )
    cash = sparse.hstack((paid, sparse.csr_matrix((accounts, n + f))), format="csc")
    curve = sparse.diags(np.concatenate((np.zeros(k + buys), lots.aversion * lots.own, np.full(f, lots.aversion))))
    linear = np.concatenate((lots.spread + lots.rate * lots.gain, np.full(buys, lots.spread), np.zeros(n + f)))
    free = np.full(n + f, np.inf)
    size = float((lots.aversion * lots.own).mean())
    solver = piqp.SparseSolver()
    solver.settings.num_threads = 1
    solver.settings.eps_abs, solver.settings.eps_rel = 1e-9, 1e-10
    started = time.process_time()
    solver.setup(
        sparse.csc_matrix(curve) / size,
        linear / size,
        equal,
        np.concatenate((held - lots.target, np.zeros(f))),
        cash,
        np.full(accounts, -np.inf),
        lots.cash,
        np.concatenate((np.zeros(k + buys), -free)),
        np.concatenate((lots.value, np.ones(buys), free)),
    )
    assert solver.solve() == piqp.PIQP_SOLVED
    seconds = time.process_time() - started
    return seconds, float(solver.result.info.primal_obj) * size


def _placed(rows: Index, count: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(count, len(rows)))


def minimum_variance(covariance: Floats, groups: Floats, most: float, group: float) -> Floats:
    """Dense: at most `most` of an asset and `group` of a group, fully invested, long-only."""
    n, solver = len(covariance), _piqp(piqp.DenseSolver())
    scale = np.diag(covariance).mean()
    solver.setup(
        np.asfortranarray(covariance / scale),
        np.zeros(n),
        np.ones((1, n), order="F"),
        np.ones(1),
        np.asfortranarray(groups),
        np.full(len(groups), -np.inf),
        np.full(len(groups), group),
        np.zeros(n),
        np.full(n, most),
    )
    solver.solve()
    return np.array(solver.result.x)


def minimum_variance_of_factors(F: Floats, d: Floats, groups: Floats, most: float, group: float) -> Floats:
    """Sparse, with the factors' exposures as columns: covariance F F' + diag(d)."""
    (n, k), solver = F.shape, _piqp(piqp.SparseSolver())
    scale = d.mean()
    budget = sparse.csc_matrix(np.append(np.ones(n), np.zeros(k))[None])
    exposures = sparse.hstack((sparse.csc_matrix(F.T), -sparse.identity(k)))
    solver.setup(
        sparse.diags(np.append(d, np.ones(k)) / scale, format="csc"),
        np.zeros(n + k),
        sparse.vstack((budget, exposures), format="csc"),
        np.append(1.0, np.zeros(k)),
        sparse.csc_matrix(np.hstack((groups, np.zeros((len(groups), k))))),
        np.full(len(groups), -np.inf),
        np.full(len(groups), group),
        np.append(np.zeros(n), np.full(k, -np.inf)),
        np.append(np.full(n, most), np.full(k, np.inf)),
    )
    solver.solve()
    return np.array(solver.result.x)[:n]


def frontier(covariance: Floats, mean: Floats, most: float, returns: Floats) -> list[Floats]:
    """Least risk at each of the returns: one set-up, then updates."""
    n, solver = len(covariance), _piqp(piqp.DenseSolver())
    solver.setup(
        np.asfortranarray(covariance / np.diag(covariance).mean()),
        np.zeros(n),
        np.ones((1, n), order="F"),
        np.ones(1),
        np.asfortranarray(mean[None]),
        returns[:1],
        np.full(1, np.inf),
        np.zeros(n),
        np.full(n, most),
    )
    found = []
    for least in returns:
        solver.update(h_l=np.array([least]))
        solver.solve()
        found.append(np.array(solver.result.x))
    return found


def minimum_cvar(returns: Floats, most: float) -> Floats:
    """The whole linear program of Rockafellar and Uryasev at 95 %."""
    (T, n) = returns.shape
    rows = np.hstack((np.ones((1, n)), np.zeros((1, 1))))
    top = sparse.hstack((sparse.csr_matrix(rows), sparse.csr_matrix((1, T))))
    body = sparse.hstack((sparse.csr_matrix(np.hstack((returns, np.ones((T, 1))))), sparse.identity(T)))
    solver = _highs(
        np.concatenate((np.zeros(n), [1.0], np.full(T, 1 / (0.05 * T)))),
        sparse.vstack((top, body), format="csr"),
        (np.append(1.0, np.zeros(T)), np.append(1.0, np.full(T, np.inf))),
        (np.concatenate((np.zeros(n), [-np.inf], np.zeros(T))), np.append(np.full(n, most), np.full(T + 1, np.inf))),
    )
    solver.run()
    return np.array(solver.getSolution().col_value)[:n]


def minimum_cvar_by_cuts(returns: Floats, most: float) -> Floats:
    """The same by cutting planes, for many assets."""
    n, tail = returns.shape[1], int(0.05 * len(returns))
    budget = sparse.csr_matrix(np.append(np.ones(n), 0.0)[None])
    sides = np.append(np.zeros(n), -np.inf), np.append(np.full(n, most), np.inf)
    solver = _highs(np.append(np.zeros(n), 1.0), budget, (np.ones(1), np.ones(1)), sides)
    w, least, index = np.full(n, 1 / n), -np.inf, np.arange(n + 1, dtype=np.int32)
    while True:
        worst = returns[np.argpartition(returns @ w, tail)[:tail]].mean(axis=0)
        if -worst @ w - least <= 1e-7:
            return w
        solver.addRow(0.0, np.inf, n + 1, index, np.append(worst, 1.0))
        solver.run()
        *w, least = solver.getSolution().col_value
        w = np.array(w)


def hierarchical_risk_parity(covariance: Floats) -> Floats:
    """Lopez de Prado 2016, single linkage."""
    scale = np.sqrt(np.diag(covariance))
    distance = np.sqrt(np.clip((1 - covariance / np.outer(scale, scale)) / 2, 0, 1))
    order = leaves_list(linkage(squareform(distance, checks=False), "single"))
    ordered, w, stack = covariance[np.ix_(order, order)], np.ones(len(order)), [(0, len(order))]
    inverse = 1 / np.diag(ordered)
    while stack:
        start, end = stack.pop()
        if end - start > 1:
            middle, risk = (start + end) // 2, []
            for a, b in ((start, middle), (middle, end)):
                part = inverse[a:b] / inverse[a:b].sum()
                risk.append(part @ ordered[a:b, a:b] @ part)
            w[start:middle] *= risk[1] / (risk[0] + risk[1])
            w[middle:end] *= risk[0] / (risk[0] + risk[1])
            stack += [(start, middle), (middle, end)]
    return w[np.argsort(order)]


def risk_budgets(covariance: Floats, shares: Floats) -> Floats:
    """Newton's method on Spinu's convex function."""
    scale = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(scale, scale)
    y = np.sqrt(shares / matrix.sum())
    while True:
        step = np.linalg.solve(matrix + np.diag(shares / y**2), matrix @ y - shares / y)
        size = np.abs(step / y).max()
        y -= step / (1 + size * (size > 0.36))
        if size < 1e-10:
            return y / scale / (y / scale).sum()


def _piqp(solver: object) -> object:
    solver.settings.num_threads, solver.settings.eps_abs, solver.settings.eps_rel = 1, 1e-9, 1e-10
    return solver


def _highs(cost: Floats, A: sparse.csr_matrix, rows: tuple, columns: tuple) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.passModel(
        *(len(cost), A.shape[0], A.nnz, 2, 1, 0.0, cost, *columns, *rows),
        *(A.indptr.astype(np.int32), A.indices.astype(np.int32), A.data, np.zeros(len(cost), dtype=np.int32)),
    )
    return solver


def walk_forward(closes: Floats, refits: list[int], window: int, most: float, spread: float) -> Floats:
    """Values from the first refit to the last close: sample covariance, minimum variance, drift and half-spread.

    Each refit knows the closes before its own, and trades at its own.
    """
    n = closes.shape[1]
    held, cash, values = np.zeros(n), 1.0, []
    groups = np.zeros((0, n))
    for start, end in zip(refits, [*refits[1:], len(closes)], strict=True):
        past = closes[start - window - 1 : start]
        target = minimum_variance(np.cov((past[1:] / past[:-1] - 1).T), groups, most, 1.0)
        value, now = cash + held @ closes[start], held * closes[start]
        cost = 0.0
        for _ in range(3):
            cost = spread * np.abs(target * (value - cost) - now).sum()
        held, cash = target * (value - cost) / closes[start], 0.0
        values.append(closes[start:end] @ held)
    return np.concatenate(values)
