"""Why no plan exists: which limits cannot hold together, and how far each would have to move alone.

Laws (cash, lots, locks, blocked purchases) stay hard; policy rows are made elastic. An elastic filter finds candidates,
deletion over them leaves an irreducible conflict, and one program for each member says what it alone would need
(Chinneck, "Feasibility and Infeasibility in Optimization", 2008). Sides of wash sales stay open.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.rows import LAW
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.types import Conflict, ConstraintInput, Give
from optimizer.engine.words import capital, dollars, listed, outward, percent, subject

TOLERANCE = 1e-6
UNITS = {"tax_budget": 0.05, "turnover": 5.0}
"""What one unit of stretch means by kind, so that kinds compare; weights and the rest count as they are."""
MOST = 6
LOCKED = "Locks, approved trades and the cash of the accounts leave no plan. Lifting a lock would allow one."

Stretch = dict[str, float]


def diagnose(model: Model, solver: Solver) -> tuple[Conflict, ...]:
    """The conflicts of a household without a plan, each irreducible; after each the cheapest member is set aside."""
    limits = {limit.id: limit for limit in _limits(model)}
    ignored: set[str] = set()
    found: list[Conflict] = []
    while len(found) < MOST and not _feasible(model, set(limits) - ignored, limits, solver):
        members = _irreducible(model, set(limits) - ignored, limits, solver)
        if not members:
            break
        needs = {row: _needed(model, row, set(limits) - ignored, limits, solver) for row in members}
        found.append(_conflict([limits[row] for row in members], needs))
        ignored.add(min(members, key=lambda row: (needs[row] is None, (needs[row] or 0) / limits[row].unit, row)))
    return tuple(found) or (Conflict((), (), LOCKED),)


@dataclass(frozen=True, slots=True)
class _Limit:
    """A policy row in words: `value` in its own unit, `scale` money or 1, `up` when easing means a larger number."""

    id: str
    kind: str
    name: str
    ask: str
    value: Decimal
    scale: Decimal
    up: bool

    @property
    def unit(self) -> float:
        return UNITS.get(self.kind, 1.0)

    def write(self, value: Decimal) -> str:
        return percent(value) if self.scale == 1 else dollars(value)

    def eased(self, slack: float) -> Decimal:
        moved = self.value + (1 if self.up else -1) * Decimal(slack) * self.scale
        return outward(moved, up=self.up, unit=Decimal("0.001") if self.scale == 1 else Decimal(1))


def _limits(model: Model) -> list[_Limit]:
    """Hard policy rows, and the cash floors of accounts."""
    snapshot, value = model.book.snapshot, model.book.value
    rows = {row.id: row for row in snapshot.constraints}
    hard = {row.id: row for row in model.rows if row.id != LAW and row.cost is None}
    found = []
    for row in hard.values():
        stated = rows.get(row.id)
        scale = value if row.kind == "minimum_cash" else Decimal(1)
        up = not np.isfinite(row.low)
        found.append(_worded(model, row.id, row.kind, stated, _read(row.high if up else row.low) * scale, scale, up))
    if model.tax_limit is not None and model.tax_limit[2] is None:
        allowed = _read(model.tax_limit[1] - model.book.tax_before) * value
        found.append(_worded(model, model.tax_limit[0], "tax_budget", rows[model.tax_limit[0]], allowed, value, True))
    if model.error_limit is not None:
        row_id, radius = model.error_limit
        found.append(_worded(model, row_id, "tracking_error", rows[row_id], _read(radius), Decimal(1), True))
    return found


def _read(number: float) -> Decimal:
    """A limit as it was entered, without the noise of its float."""
    return round(Decimal(number), 12)


def _worded(
    model: Model, row: str, kind: str, stated: ConstraintInput | None, limit: Decimal, scale: Decimal, up: bool
) -> _Limit:
    book = model.book
    account = next((a.name for a in book.accounts if row == f"cash:{a.id}"), "")
    whom = account if stated is None else subject(stated, book.assets, book.accounts)
    shown = percent(limit) if scale == 1 else dollars(limit)
    name, ask = {
        "minimum_cash": (f"{shown} of cash in {whom}", f"lower the cash kept in {whom} to"),
        "tax_budget": (f"a tax budget of {shown}", "raise the tax budget to"),
        "turnover": (f"a turnover of at most {shown}", "raise the turnover limit to"),
        "tracking_error": (f"a tracking error of at most {shown}", "raise the tracking error limit to"),
    }.get(kind, (f"{whom} at {'most' if up else 'least'} {shown}", f"{'cap' if up else 'floor'} {whom} at"))
    return _Limit(row, kind, name, ask, limit, scale, up)


def _stretch(model: Model, give: Collection[str], limits: dict[str, _Limit], solver: Solver) -> Stretch:
    """The least stretch of the rows in `give` that lets the others hold. Raises Unsolvable when none does."""
    costs = {row: 1 / limits[row].unit for row in sorted(give)}
    best: tuple[float, Stretch] | None = None
    for piece in model.pieces():
        try:
            x = solver.solve(model.elastic(piece, costs), f"diagnosis: {piece.name}")
        except Unsolvable:
            continue
        slack = dict(zip(costs, map(float, x[len(x) - len(costs) :]), strict=True))
        total = sum(costs[row] * amount for row, amount in slack.items())
        if best is None or total < best[0]:
            best = total, slack
    if best is None:
        raise Unsolvable("diagnosis")
    return best[1]


def _only(model: Model, rows: Collection[str], limits: dict[str, _Limit]) -> Model:
    return replace(model, ignored=frozenset(limits) - frozenset(rows))


def _feasible(model: Model, rows: Collection[str], limits: dict[str, _Limit], solver: Solver) -> bool:
    try:
        stretched = _stretch(_only(model, rows, limits), rows, limits, solver)
    except Unsolvable:
        return False
    return max(stretched.values(), default=0.0) <= TOLERANCE


def _irreducible(model: Model, rows: set[str], limits: dict[str, _Limit], solver: Solver) -> list[str]:
    only, hardened = _only(model, rows, limits), list[str]()
    try:
        while stretched := sorted(
            row for row, amount in _stretch(only, rows - set(hardened), limits, solver).items() if amount > TOLERANCE
        ):
            hardened += stretched
    except Unsolvable:
        pass
    for row in list(hardened):
        without = [other for other in hardened if other != row]
        if not _feasible(model, without, limits, solver):
            hardened = without
    return hardened


def _needed(model: Model, row: str, rows: set[str], limits: dict[str, _Limit], solver: Solver) -> float | None:
    try:
        return _stretch(_only(model, rows, limits), [row], limits, solver)[row]
    except Unsolvable:
        return None


def _conflict(members: list[_Limit], needs: dict[str, float | None]) -> Conflict:
    gives = tuple(_give(limit, needs[limit.id]) for limit in members)
    names = listed([limit.name for limit in members])
    verb = "cannot hold" if len(members) == 1 else f"cannot {'both' if len(members) == 2 else 'all'} hold"
    helps = [give.sentence for give in gives if give.needed is not None]
    remedy = f"{capital(listed(helps, 'or'))}." if helps else "No single one of these limits is enough to ease."
    return Conflict(tuple(limit.id for limit in members), gives, f"{capital(names)} {verb}. {remedy}")


def _give(limit: _Limit, slack: float | None) -> Give:
    if slack is None:
        return Give(limit.id, limit.kind, limit.value, None, f"no size of {limit.name} alone helps")
    needed = limit.eased(slack)
    sentence = f"{limit.ask} {limit.write(needed)} instead of {limit.write(limit.value)}"
    return Give(limit.id, limit.kind, limit.value, needed, sentence)
