"""Fewer orders: none under the minimum, none not worth its fee, no loss too small, no more than the policy wants.

All are combinatorial; they are kept by leaving tickets out, smallest first, and solving again. That is quick, and
seldom the least loss: so those left out are then tried again, the largest first, at the minimum or in the place of
another, and stay where the objective falls. A hard limit leaves out whatever no other hard limit needs, a soft one
what costs less than the limit is worth.
"""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

import numpy as np

from optimizer.engine.constraints import soft_cost
from optimizer.engine.errors import Infeasible
from optimizer.engine.rebalance.fees import charged
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.search import Relaxed, again
from optimizer.engine.rebalance.tickets import Trimmed, fill_order, loss_of, small_tickets
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.types import ZERO, Conflict, ConstraintInput, Diagnosis, Give
from optimizer.engine.words import capital, count

A_TICKET = 0.001
"""What a unit of a soft limit on orders counts as, a fraction of V: a thousandth, times the price of its priority."""

MOST_TRIED = 12
"""Orders that are tried to be left out for their fees, smallest first; or to be taken up again, largest first."""
NOISE = 1e-9

Columns = tuple[int, ...]


def drop_small(model: Model, plan: Relaxed, solver: Solver) -> Trimmed:
    """The plan without tickets under the minimum trade: left out, or made as large as that where it is better."""
    trimmed = smallest_first(model, plan, solver)
    for columns in _left_out_of(model, plan, trimmed)[:MOST_TRIED]:
        tried = _at_the_minimum(model, trimmed, columns, solver)
        if tried is not None and _better(tried, trimmed) and not small_tickets(model, tried.plan, trimmed.needed):
            trimmed = tried
    return trimmed


def smallest_first(model: Model, plan: Relaxed, solver: Solver) -> Trimmed:
    """The plan without tickets under the minimum trade, which are left out one at a time."""
    trimmed = Trimmed(plan, model.upper.copy())
    while small := small_tickets(model, trimmed.plan, trimmed.needed):
        tried = _without(model, trimmed, {small[0]}, solver)
        trimmed = tried or replace(trimmed, needed=trimmed.needed | {small[0]})
    return trimmed


def _left_out_of(model: Model, plan: Relaxed, trimmed: Trimmed) -> list[Columns]:
    """Tickets of a plan that are not in the trimmed one, the largest first."""
    kept = set(_traded(model, trimmed))
    sizes = {columns: float(plan.trades[list(columns)].sum()) for columns in model.book.orders}
    gone = [columns for columns, size in sizes.items() if size > 0 and columns not in kept]
    return sorted(gone, key=lambda columns: (-sizes[columns], columns))


def _at_the_minimum(model: Model, trimmed: Trimmed, columns: Columns, solver: Solver) -> Trimmed | None:
    """With a ticket of at least the minimum, its lots in the order of their tax; None where there is no such plan."""
    upper, lower = trimmed.upper.copy(), _lower(trimmed)
    upper[list(columns)] = model.upper[list(columns)]
    left = float(model.book.snapshot.policy.minimum_trade) / model.book.v
    for column in fill_order(model, trimmed.plan, [column for column in columns if upper[column] > 0]):
        lower[column] = min(left, upper[column])
        left -= lower[column]
    return _solved_under(model, trimmed, upper, lower, solver) if left <= 0 else None


def _better(one: Trimmed, other: Trimmed) -> bool:
    return one.plan.score.total < other.plan.score.total - NOISE


def worth_their_fees(model: Model, trimmed: Trimmed, solver: Solver) -> Trimmed:
    """The plan without orders whose fee is more than they do for the objective."""
    paying = set(charged(model.book))
    for columns in [each for each in _traded(model, trimmed) if each in paying][:MOST_TRIED]:
        tried = _without(model, trimmed, _unused(model, trimmed) | {columns}, solver)
        if tried is not None and tried.plan.score.total < trimmed.plan.score.total:
            trimmed = tried
    return trimmed


def without_small_losses(model: Model, trimmed: Trimmed, solver: Solver) -> Trimmed:
    """The plan without sales whose losses, in one account and asset, stay under the policy's threshold."""
    for row in model.book.snapshot.constraints:
        if row.kind == "harvest_least" and row.low:
            trimmed = _without_losses(model, trimmed, row, row.low, solver)
    return trimmed


def _without_losses(model: Model, trimmed: Trimmed, row: ConstraintInput, least: Decimal, solver: Solver) -> Trimmed:
    kept = set[Columns]()
    while small := _small_losses(model, trimmed, least, kept):
        tried = _left_out(model, trimmed, small, len(small), row, solver)
        if tried is not None:
            trimmed = tried
        elif len(small) == 1:
            kept |= small
        else:
            kept |= {columns for columns in small if _left_out(model, trimmed, {columns}, 1, row, solver) is None}
    whole = {columns for columns in model.book.orders for part in kept if set(part) <= set(columns)}
    return replace(trimmed, needed=trimmed.needed | whole)


def _small_losses(model: Model, trimmed: Trimmed, least: Decimal, kept: Collection[Columns]) -> set[Columns]:
    """Loss lots of each ticket whose sales lose less than `least`."""
    found, sells = set[Columns](), len(model.book.sells)
    for columns in model.book.orders:
        losing = tuple(c for c in columns if c < sells and loss_of(model, c))
        lost = sum((loss_of(model, c) * _part(model, trimmed, c) for c in losing), ZERO)
        if ZERO < lost < least and losing not in kept:
            found.add(losing)
    return found


def _part(model: Model, trimmed: Trimmed, column: int) -> Decimal:
    return Decimal(float(trimmed.plan.trades[column] / model.book.sell_value[column]))


def fewer_orders(model: Model, trimmed: Trimmed, solver: Solver) -> Trimmed:
    """The plan with no more orders than the policy wants. Raises Infeasible where the hard limits need more."""
    for row in model.book.snapshot.constraints:
        if row.kind == "trades" and row.high is not None:
            fewer = _fewer(model, trimmed, row, int(row.high) - _approved(model), solver)
            trimmed = _exchanged(model, trimmed, fewer, solver)
    return trimmed


def _exchanged(model: Model, before: Trimmed, trimmed: Trimmed, solver: Solver) -> Trimmed:
    """With orders that were left out in the place of others, as many in all, where the objective falls."""
    most = len(_traded(model, trimmed))
    for columns in _left_out_of(model, before.plan, trimmed)[:MOST_TRIED]:
        out, upper = _unused(model, trimmed) - {columns}, trimmed.upper.copy()
        upper[list(columns)] = before.upper[list(columns)]
        open_again = _without(model, replace(trimmed, upper=upper), out, solver)
        if open_again is None:
            continue
        traded = [each for each in _traded(model, open_again) if each != columns and each not in trimmed.needed]
        excess = len(_traded(model, open_again)) - most
        tried = _without(model, open_again, {*out, *traded[:excess]}, solver) if excess > 0 else open_again
        if tried is not None and _better(tried, trimmed) and len(_traded(model, tried)) <= most:
            trimmed = tried
    return trimmed


def _approved(model: Model) -> int:
    return len({(pick.account, pick.asset, pick.lot is None) for pick in model.book.standing.fixed})


def _fewer(model: Model, trimmed: Trimmed, row: ConstraintInput, most: int, solver: Solver) -> Trimmed:
    """Half of what is too many at a time, the smallest first; what cannot be left out stays."""
    needed = set[Columns]()
    while (excess := len(_traded(model, trimmed)) - max(most, 0)) > 0:
        free = [columns for columns in _traded(model, trimmed) if columns not in needed]
        batch = free[: (excess + 1) // 2]
        if not batch:
            if row.hard:
                raise Infeasible(Diagnosis((_too_few(row, len(_traded(model, trimmed)) + _approved(model)),)))
            return trimmed
        tried = _left_out(model, trimmed, _unused(model, trimmed) | set(batch), len(batch), row, solver)
        if tried is None and len(batch) > 1:
            tried = _left_out(model, trimmed, _unused(model, trimmed) | {batch[0]}, 1, row, solver)
        if tried is None:
            needed.add(batch[0])
        else:
            trimmed = tried
    return trimmed


def _traded(model: Model, trimmed: Trimmed) -> list[Columns]:
    """Tickets that the plan trades, by their size."""
    sizes = {columns: float(trimmed.plan.trades[list(columns)].sum()) for columns in model.book.orders}
    return sorted((columns for columns in sizes if sizes[columns] > 0), key=lambda columns: (sizes[columns], columns))


def _unused(model: Model, trimmed: Trimmed) -> set[Columns]:
    return set(model.book.orders) - set(_traded(model, trimmed))


def _left_out(
    model: Model, trimmed: Trimmed, columns: Collection[Columns], orders: int, row: ConstraintInput, solver: Solver
) -> Trimmed | None:
    """The plan without these columns, so many orders fewer; None where none exists or a soft limit is not worth it."""
    tried, price = _without(model, trimmed, columns, solver), soft_cost(row)
    if tried is None or price is None:
        return tried
    dearer = tried.plan.score.total - trimmed.plan.score.total
    return tried if dearer <= price * A_TICKET * orders else None


def _without(model: Model, trimmed: Trimmed, columns: Collection[Columns], solver: Solver) -> Trimmed | None:
    upper, lower = trimmed.upper.copy(), _lower(trimmed)
    out = [column for each in columns for column in each]
    upper[out] = lower[out] = 0.0
    return _solved_under(model, trimmed, upper, lower, solver)


def _lower(trimmed: Trimmed) -> Floats:
    return np.zeros_like(trimmed.upper) if trimmed.lower is None else trimmed.lower.copy()


def _solved_under(model: Model, trimmed: Trimmed, upper: Floats, lower: Floats, solver: Solver) -> Trimmed | None:
    try:
        return replace(trimmed, plan=again(model, trimmed.plan, upper, solver, lower), upper=upper, lower=lower)
    except Unsolvable:
        return None


def _too_few(row: ConstraintInput, needed: int) -> Conflict:
    most = row.high or ZERO
    words = f"allow {count(needed, 'order')} instead of {int(most)}"
    give = Give(row.id, row.kind, most, Decimal(needed), words, "high")
    sentence = f"At most {count(int(most), 'order')} cannot hold: the other limits took {needed} at the fewest found."
    return Conflict((row.id,), (give,), f"{sentence} {capital(words)}.")
