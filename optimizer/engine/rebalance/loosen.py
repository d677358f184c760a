"""What each binding limit costs: the whole plan again with the limit moved by one step.

A multiplier of the final program misstates a step of a size that a person would move (29 to 92 % of it, and anything
where sides or pieces change), so none is quoted: a plan that was found under the moved limit proves what it saves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from optimizer.engine.constraints import limits_weight
from optimizer.engine.errors import Infeasible
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.frontier import Question
from optimizer.engine.rebalance.orders import money
from optimizer.engine.types import ConstraintInput, ConstraintKind, LimitPrice, RuleCheck, Snapshot
from optimizer.engine.words import capital, money_words, percent, subject

POINT = Decimal("0.01")
STEPS: dict[ConstraintKind, Decimal] = {
    "turnover": POINT,
    "tracking_error": POINT / 10,
    "tax_budget": Decimal(500),
    "gain_budget": Decimal(1000),
    "minimum_cash": Decimal(1000),
    "trades": Decimal(1),
}
NAMES: dict[ConstraintKind, str] = {
    "turnover": "the limit of turnover",
    "tracking_error": "the limit of tracking error",
    "tax_budget": "the tax budget",
    "gain_budget": "the budget of net gains",
    "trades": "the number of orders",
}
MOST = 8  # limits that are tried
LEAST = Decimal("0.0001")  # of the household's value: below it the difference may be rounding to shares


@dataclass(frozen=True, slots=True)
class Looser:
    """A limit moved by a step; `high`: its upper side."""

    row: ConstraintInput
    limit: Decimal
    moved: Decimal
    high: bool

    def change(self, snapshot: Snapshot) -> Snapshot:
        new = replace(self.row, high=self.moved) if self.high else replace(self.row, low=self.moved)
        return replace(snapshot, constraints=tuple(new if row.id == new.id else row for row in snapshot.constraints))


def binding(constraints: Sequence[ConstraintInput], checks: Iterable[RuleCheck]) -> list[Looser]:
    """The hard limits that a plan comes within a step of, nearest first: `checks` are the plan's rules."""
    rows = {row.id: row for row in constraints if row.hard and (limits_weight(row) or row.kind in STEPS)}
    found = []
    for check in checks:
        row = rows.get(check.id)
        if row is None or check.value is None or check.limit is None:
            continue
        step = STEPS.get(row.kind, POINT)
        if abs(check.value - check.limit) <= step:
            found.append((abs(check.value - check.limit) / step, _looser(row, check.limit, step)))
    return [looser for _, looser in sorted(found, key=lambda pair: (pair[0], pair[1].row.id))][:MOST]


def _looser(row: ConstraintInput, limit: Decimal, step: Decimal) -> Looser:
    """One step out; a lower limit is at most halved, so that it stays one."""
    if limit == row.high:
        return Looser(row, limit, limit + step, high=True)
    return Looser(row, limit, limit - min(step, limit / 2), high=False)


def saving(looser: Looser, base: Found, question: Question) -> LimitPrice | None:
    """What the moved limit saves by the plan's own objective; None where that is too little to be told from noise."""
    try:
        found = question.under(looser.change)
    except Infeasible:
        return None
    value = question.now.value
    saved = money(Decimal(_without_break(base) - _without_break(found)) * value)
    if saved < LEAST * value:
        return None
    return LimitPrice(looser.row.id, looser.moved, saved, _sentence(looser, saved, question))


def _without_break(found: Found) -> float:
    return found.score.total - found.score.broken


def _sentence(looser: Looser, saved: Decimal, question: Question) -> str:
    row = looser.row
    name = NAMES.get(row.kind) or _named(row, question)
    verb = "Raising" if looser.high else "Lowering"
    was, new = (_written(row, value, question) for value in (looser.limit, looser.moved))
    points = f"{float(saved / question.now.value) * 1e4:.1f} hundredths of a point of the household"
    least = money_words(saved, question.now.currency)
    return f"{verb} {name} from {was} to {new} would save at least {least}, {points}."


def _named(row: ConstraintInput, question: Question) -> str:
    about = subject(row, question.now.assets, question.now.accounts)
    if row.kind == "minimum_cash":
        return f"the cash to keep in {about}"
    if row.kind == "each_stock":
        return "the limit of each stock"
    return f"the {'limit' if row.low is None else 'range'} of {capital(about)}"


def _written(row: ConstraintInput, value: Decimal, question: Question) -> str:
    if row.kind == "trades":
        return f"{int(value)}"
    if row.kind in STEPS and STEPS[row.kind] > 1:
        return money_words(value, question.now.currency)
    return percent(value, 2 if row.kind == "tracking_error" else 1)
