"""Why no plan exists: which limits cannot hold together, how far each would have to move, and a mix that would do.

Laws (cash, lots, locks, blocked purchases) stay hard; policy rows are made elastic. An elastic filter finds candidates,
deletion over them leaves an irreducible conflict, and one program for each member says what it alone would need
(Chinneck, "Feasibility and Infeasibility in Optimization", 2008). Sides of wash sales stay open.
"""

from collections.abc import Sequence

from optimizer.engine.diagnosis.elastic import TOLERANCE, Elastic
from optimizer.engine.diagnosis.laws import lifts, sides
from optimizer.engine.diagnosis.limits import limits_of
from optimizer.engine.rebalance.model import Model
from optimizer.engine.solvers import Solver, Unsolvable
from optimizer.engine.types import Conflict, Diagnosis, Give
from optimizer.engine.words import capital, listed

MOST = 6
FEW = 3  # members up to which a conflict is not sought a second time
LOCKED = "Locks, approved trades and the cash of the accounts leave no plan. Lifting a lock would allow one."


def diagnose(model: Model, solver: Solver) -> Diagnosis:
    """The conflicts of a household without a plan, each irreducible, and the least that would end them all."""
    elastic = Elastic(model, limits_of(model), solver, cuts=list(model.cuts))
    found = tuple(_conflicts(elastic))
    if not found:
        return Diagnosis((Conflict((), (), sides(elastic) or LOCKED, lifts(elastic, ())),))
    return Diagnosis(found, _mix(elastic) if len(found) > 1 or len(found[0].constraints) > 1 else ())


def _conflicts(elastic: Elastic) -> list[Conflict]:
    """Conflict after conflict; of each the member that costs least is set aside before the next is sought."""
    left, found = set(elastic.limits), list[Conflict]()
    while len(found) < MOST and not elastic.feasible(left):
        members = sorted(_irreducible(elastic, left), key=list(elastic.limits).index)
        if not members:
            break
        needs = {row: elastic.needed(row, left) for row in members}
        found.append(_conflict(elastic, members, needs))
        unit = {row: elastic.limits[row].unit for row in members}
        left.discard(min(members, key=lambda row: (needs[row] is None, (needs[row] or 0) / unit[row], row)))
    return found


def _irreducible(elastic: Elastic, rows: set[str]) -> list[str]:
    """Rows that cannot hold together while all but any one can; of two such sets the shorter."""
    candidates = _filtered(elastic, rows)
    first = _without_spare(elastic, candidates)
    if len(first) <= FEW:
        return first
    second = _without_spare(elastic, sorted(rows, key=lambda row: (row in first, row)))
    return min(first, second, key=len)


def _filtered(elastic: Elastic, rows: set[str]) -> list[str]:
    """Elastic filter: what stretches is made hard, until no stretch of the rest helps."""
    hardened = list[str]()
    try:
        while stretched := sorted(
            row for row, amount in elastic.stretch(rows, rows - set(hardened)).items() if amount > TOLERANCE
        ):
            hardened += stretched
    except Unsolvable:
        pass
    return hardened


def _without_spare(elastic: Elastic, candidates: Sequence[str]) -> list[str]:
    """Deletion filter, in the order in which the candidates stand."""
    kept = list(candidates)
    for row in candidates:
        without = [other for other in kept if other != row]
        if not elastic.feasible(without):
            kept = without
    return kept


def _conflict(elastic: Elastic, members: Sequence[str], needs: dict[str, float | None]) -> Conflict:
    limits = [elastic.limits[row] for row in members]
    gives = tuple(limit.give(needs[limit.id]) for limit in limits)
    laws = lifts(elastic, members)
    names = listed([limit.name for limit in limits])
    verb = "cannot hold" if len(members) == 1 else f"cannot {'both' if len(members) == 2 else 'all'} hold"
    helps = [give.sentence for give in (*gives, *laws) if give.helps]
    remedy = f"{capital(listed(helps, 'or'))}." if helps else "No single one of these limits is enough to ease."
    return Conflict(tuple(limit.constraint for limit in limits), gives, f"{capital(names)} {verb}. {remedy}", laws)


def _mix(elastic: Elastic) -> tuple[Give, ...]:
    """What gives where the most important limits give least."""
    try:
        stretched = elastic.by_priority()
    except Unsolvable:
        return ()
    return tuple(elastic.limits[row].give(amount) for row, amount in stretched.items() if amount > TOLERANCE)
