"""The fastest direct solve of each problem, with no modelling layer and no import from the product: one function each.

Each takes plain arrays and gives the seconds of processor time of the solver alone and the objective that it found.
"""

import time
from dataclasses import dataclass

import numpy as np
import piqp
from numpy.typing import NDArray
from scipy import sparse

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
