"""What else could be done, beside a plan: sell nothing, wait, five points of the tax-budget frontier, a limit moved.

Each is a whole plan of the same snapshot, so this takes as long as a dozen proposals: it is computed once the proposal
stands, and each part is handed on as soon as it is there.
"""

from collections.abc import Iterator

from optimizer.engine.errors import Infeasible
from optimizer.engine.later import waiting
from optimizer.engine.measures import measure
from optimizer.engine.plan import Progress, ask, objective
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.frontier import SELL_NOTHING, Course, Question, frontier, selling_nothing
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.loosen import binding, saving
from optimizer.engine.rules import rules
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import Alternative, LimitPrice, RuleCheck, Snapshot

POINTS = 5


def alternatives(snapshot: Snapshot, panel: Panel, progress: Progress) -> Iterator[Alternative | LimitPrice]:
    """Sell nothing, waiting, the points of the frontier in the order in which they are solved, then what limits cost.

    `progress` and errors are as those of `plan`.
    """
    question, _ = ask(snapshot, panel, lambda stage, part: progress(stage, part / 2))
    progress("Frontier", 0.15)
    if (nothing := _sell_nothing(question)) is not None:
        yield nothing
    base = question.solve()
    if (later := waiting(question, base)) is not None:
        yield later
    progress("Frontier", 0.25)
    for number, course in enumerate(frontier(question), start=1):
        yield alternative(course)
        progress("Frontier", 0.25 + 0.45 * number / POINTS)
    progress("Limits", 0.7)
    yield from _limits(question, base, progress)


def alternative(course: Course) -> Alternative:
    found = course.found
    return Alternative(
        course.name,
        measure(found.now, found.risk, found.target, found.judged),
        objective(found.now, found.score),
        found.judged.trades,
        course.budget,
    )


def _sell_nothing(question: Question) -> Alternative | None:
    try:
        return alternative(Course(SELL_NOTHING, None, question.under(selling_nothing)))
    except Infeasible:
        return None


def _limits(question: Question, base: Found, progress: Progress) -> Iterator[LimitPrice]:
    tried = binding(question.now.snapshot.constraints, _rules(base))
    for number, looser in enumerate(tried, start=1):
        price = saving(looser, base, question)
        if price is not None:
            yield price
        progress("Limits", 0.7 + 0.3 * number / len(tried))


def _rules(found: Found) -> tuple[RuleCheck, ...]:
    nothing = judge(found.now, ())
    before, after = (measure(found.now, found.risk, found.target, each) for each in (nothing, found.judged))
    return rules(found.now, before, after, found.judged.trades)
