"""The perspective relaxation of one piece as the docstring of relax.py has it: an oracle, written to be read."""

import cvxpy as cp
import numpy as np

from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.netting import Piece


def relaxed_optimum(model: Model, piece: Piece) -> float:
    """The least objective of the relaxation, in fractions of V."""
    book, policy = model.book, model.book.snapshot.policy
    sells, count = len(book.sells), model.trades
    sides = {name: cp.Variable(name=name) for name in model.groups}
    group_of = {int(i): name for name, group in model.groups.items() for i in group.assets}
    trades, later = cp.Variable(count, nonneg=True), cp.Variable(len(model.drift), nonneg=True)  # r by asset
    e = model.drift + model.effect @ trades
    short, long = (book.short + model.gains[0] @ trades, book.long + model.gains[1] @ trades)
    tax, idle = cp.Variable(), cp.Variable(nonneg=True)
    rules = [idle >= model.idle_start + model.cash_move @ trades, trades <= model.upper]
    rules += [tax >= a * short + b * long + c for a, b, c in piece.lines]
    rules += [a * short + b * long + c >= 0 for a, b, c in piece.domain]
    penalty = 0.0
    for row in model.rows:
        value, gives = row.coefficients @ trades + row.start, 0.0
        if row.cost is not None:
            slack = cp.Variable(nonneg=True)
            penalty, gives = penalty + row.cost * slack, slack
        rules += [value <= row.high + gives] if np.isfinite(row.high) else []
        rules += [value >= row.low - gives] if np.isfinite(row.low) else []
    for name, group in model.groups.items():
        z, upper = sides[name], model.upper
        rules += [trades[k] <= upper[k] * z for k in group.losses]
        rules += [trades[k] <= upper[k] * (1 - z) for k in group.buys]
        for i in group.assets:
            others = [k for k in group.others if model.place[k] == i]
            most, sold = sum(model.upper[others]), sum(trades[k] for k in others)
            rules += [later[i] <= sold, sold - later[i] <= most * z, later[i] <= most * (1 - z)]
    own = 0.0
    for i, variance in enumerate(model.risk.own):
        if i not in group_of:
            own += variance * cp.square(e[i])
            continue
        z = sides[group_of[i]]
        sold = model.drift[i] * z - sum(trades[k] for k in range(sells) if model.place[k] == i) + later[i]
        own += variance * (cp.quad_over_lin(sold, z) + cp.quad_over_lin(e[i] - sold, 1 - z))
    if model.error_limit is not None:
        rules.append(cp.sum_squares(model.risk.loadings.T @ e) + own <= model.error_limit[1] ** 2)
    risk = float(policy.risk_aversion) / 2 * (cp.sum_squares(model.risk.loadings.T @ e) + own)
    cost = model.linear @ trades + tax + float(policy.idle_cash_rate) * idle + penalty
    problem = cp.Problem(cp.Minimize(risk + cost), rules)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-8, tol_gap_rel=1e-8, tol_feas=1e-8)
    return float(problem.value)
