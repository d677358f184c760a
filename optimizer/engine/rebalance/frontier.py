"""The tax-budget frontier: from no added tax to the full rebalance, each point a whole plan.

The full rebalance weighs risk FULL times as much as the policy does. The points before it do so too, within a share of
the tax that it adds: the budget is one row inside each piece of the tax, and so is exact. Where the full rebalance adds
no tax, a budget would change nothing; the points then differ by how much risk counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from optimizer.engine.errors import Infeasible
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.find import Found, rebalance
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.orders import money
from optimizer.engine.rebalance.score import Score, score
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.risk.returns import Floats
from optimizer.engine.solvers import Solver
from optimizer.engine.types import ConstraintInput, Snapshot

Change = Callable[[Snapshot], Snapshot]

FULL = Decimal(50)
SHARES = {"frontier_a": "0", "frontier_b": "0.25", "frontier_c": "0.5", "frontier_d": "0.75"}
"""Of the tax of the full rebalance. They rise, so that a point knows every plan of a smaller budget."""
WEIGHTS = {"frontier_c": "1.6", "frontier_a": "0.1", "frontier_e": "25.6", "frontier_b": "0.4", "frontier_d": "6.4"}
"""Of the policy's weight of risk, where the full rebalance adds no tax."""
FULL_NAME, SELL_NOTHING = "frontier_e", "sell_nothing"


@dataclass(frozen=True)
class Question:
    """What a rebalance is asked with. `now` is the book without approved trades, `book` the one with them done."""

    now: Book
    book: Book
    risk: RiskModel
    target: Floats
    solver: Solver

    def solve(self) -> Found:
        """The plan. Raises Infeasible."""
        return rebalance(self.now, self.book, self.risk, self.target, self.solver)

    def under(self, change: Change) -> Found:
        """The plan under a changed snapshot, scored and judged by this one. Raises Infeasible."""
        now, book = (make_book(change(own.snapshot)) for own in (self.now, self.book))
        found = rebalance(now, book, self.risk, self.target, self.solver)
        approved = found.score.cost - score(found.model, found.trades).cost
        trades, relaxed = (_carried(each, book, self.book) for each in (found.trades, found.relaxed.trades))
        made = score(self.model, trades)
        return replace(
            found,
            now=self.now,
            book=self.book,
            model=self.model,
            trades=trades,
            effort=replace(found.effort, bound=-np.inf),  # it bounds the other objective
            relaxed=replace(found.relaxed, trades=relaxed, score=score(self.model, relaxed)),
            score=replace(made, cost=made.cost + approved),
            idle_score=self._idle,
        )

    @cached_property
    def model(self) -> Model:
        return Model(self.book, self.target, self.risk)

    @cached_property
    def _idle(self) -> Score:
        model = Model(self.now, self.target, self.risk)
        return score(model, np.zeros(model.trades))


@dataclass(frozen=True, slots=True)
class Course:
    """A named plan beside the proposed one; `budget`: money of tax that it might add, None where it had no budget."""

    name: str
    budget: Decimal | None
    found: Found


def frontier(question: Question) -> Iterator[Course]:
    """The points as they are solved; one that the policy's other limits allow no plan for is left out."""
    full = question.under(weighing(FULL))
    if full.judged.tax <= 0:
        for name, factor in WEIGHTS.items():
            yield Course(name, None, question.under(weighing(Decimal(factor))))
        return
    yield Course(FULL_NAME, None, full)
    known: list[Found] = []
    for name, share in SHARES.items():
        budget = money(full.judged.tax * Decimal(share))
        try:
            found = question.under(within(budget))
        except Infeasible:
            continue
        yield Course(name, budget, min((found, *(one for one in known if one.judged.tax <= budget)), key=_weighed))
        known.append(found)


def _weighed(found: Found) -> float:
    """Risk and cost as the full rebalance weighs them: by its whole shares a smaller budget may do better."""
    return float(FULL) * found.score.risk + found.score.cost


def follow(question: Question, name: str) -> Found:
    """The plan of one course by its name. Raises KeyError for a name that is none, or that has no plan."""
    if name == SELL_NOTHING:
        return question.under(selling_nothing)
    return {course.name: course for course in frontier(question)}[name].found


def weighing(factor: Decimal) -> Change:
    """Risk counts `factor` times as much, and no tax budget holds."""

    def change(snapshot: Snapshot) -> Snapshot:
        policy = replace(snapshot.policy, risk_aversion=factor * snapshot.policy.risk_aversion)
        return replace(snapshot, policy=policy, constraints=_without_budgets(snapshot))

    return change


def within(budget: Decimal) -> Change:
    """The full rebalance as far as this budget of added tax goes, in place of the policy's own."""
    row = ConstraintInput("frontier", "tax_budget", high=budget, unit="money")

    def change(snapshot: Snapshot) -> Snapshot:
        free = weighing(FULL)(snapshot)
        return replace(free, constraints=(*free.constraints, row))

    return change


def selling_nothing(snapshot: Snapshot) -> Snapshot:
    row = ConstraintInput(SELL_NOTHING, "buy_only")
    return replace(snapshot, constraints=(*snapshot.constraints, row))


def _without_budgets(snapshot: Snapshot) -> tuple[ConstraintInput, ...]:
    return tuple(row for row in snapshot.constraints if row.kind != "tax_budget")


def _carried(trades: Floats, own: Book, other: Book) -> Floats:
    """Money by column of one book as money by column of another; of a lot's parts, what is replaced goes first."""
    places = defaultdict[tuple[str, str], list[int]](list)
    for column, key in enumerate(_columns(other)):
        places[key].append(column)
    made, room = (
        np.zeros(len(other.sells) + len(other.buys)),
        np.append(other.sell_value, np.full(len(other.buys), np.inf)),
    )
    for column, key in enumerate(_columns(own)):
        left = trades[column]
        for place in places[key] if left else ():
            part = min(left, room[place] - made[place])
            made[place] += part
            left -= part
    return made


def _columns(book: Book) -> Iterator[tuple[str, str]]:
    yield from (("", item.lot.key) for item in book.sells)
    yield from book.buys
