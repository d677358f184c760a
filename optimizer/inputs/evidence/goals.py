"""How likely a goal is, with what its accounts hold now and with what they would hold after the open proposal."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts import runs
from accounts import selectors as people
from accounts.locks import holding
from accounts.models import Goal, Household, Run, TaxProfile
from holdings import canonical
from holdings.models import BrokerageAccount, GoalAccount
from optimizer.engine.plan import Progress
from optimizer.engine.types import TAXED_KINDS
from optimizer.engine.validate.goals import Course, Entered, GoalInput, Taxes, chance, goal_odds
from optimizer.engine.validate.goals.mix import mix_of
from optimizer.engine.validate.stress.traits import Trait, traits
from optimizer.engine.validate.stress.types import Position
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.inputs.evidence.held import Held, held

METHOD = 2
INFLATION = 0.025
"""A year, assumed for fixed payments, the basis of gains and entered returns."""
YIELD = 0.02
"""Of taxable money a year, taxed as a long-term gain."""
PATHS, LONG = 10_000, 960
"""How many are simulated; half of them beyond so many months, which bounds the memory."""
DEFERRED = frozenset({"traditional_ira", "401k", "sipp", "rrsp"})


@dataclass(frozen=True, slots=True)
class GoalInputs:
    """`after`: the same with the holdings of the open proposal; None: there is none."""

    now: GoalInput
    after: GoalInput | None
    proposal: int | None
    facts: dict[str, Any]


def read(run: Run) -> Frozen:
    with holding(run.household):
        goal = _goal(run)
        made = _inputs(run.household, goal, held(run.household))
    text = canonical.dump((METHOD, made))
    return Frozen(made.now.as_of, hashlib.sha256(text.encode()).hexdigest(), made)


def compute(inputs: GoalInputs, progress: Progress) -> dict[str, Any]:
    found: dict[str, Any] = canonical.encode(goal_odds(inputs.now, progress))
    return found | {
        "after": canonical.encode(chance(inputs.after)) if inputs.after else None,
        "proposal": inputs.proposal,
        "course": canonical.encode(inputs.now.course),
        "mix": canonical.encode(inputs.now.mix),
        "costs": inputs.now.costs,
        **inputs.facts,
    }


def _goal(run: Run) -> Goal:
    """Raises CannotFinish for a goal that is archived or whose time has come."""
    goal = people.goal(run.household, uuid.UUID(run.params["subject"]))
    if goal is None:
        raise runs.CannotFinish("The goal was archived. Its earlier odds stay as they are.")
    if goal.date <= run.household.as_of and not goal.withdrawal_years:
        raise runs.CannotFinish(
            f"{goal.name} was needed by {goal.date:%-d %b %Y}. Give it a later date, or archive it."
        )
    return goal


def _inputs(household: Household, goal: Goal, found: Held) -> GoalInputs:
    linked = set(GoalAccount.objects.filter(goal=goal).values_list("account_id", flat=True))
    counted = [row for row in found.accounts if not linked or row.pk in linked]
    case = _Case(household, goal, found, counted, traits(found.book, found.panel))
    later = case.goal_input(lambda row: row.after) if found.book.proposed else None
    facts = {
        "goal": {"name": goal.name, "kind": goal.kind, "amount": str(goal.amount), "date": goal.date.isoformat()},
        "currency": household.base_currency,
        "accounts": [row.name for row in counted],
        "missing": list(found.missing),
    }
    proposal = found.proposal.number if found.proposal else None
    return GoalInputs(case.goal_input(lambda row: row.before), later, proposal, facts)


@dataclass(frozen=True, slots=True)
class _Case:
    """A goal with the accounts that count for it."""

    household: Household
    goal: Goal
    found: Held
    counted: Sequence[BrokerageAccount]
    traits: Mapping[str, Trait]

    def goal_input(self, side: Callable[[Position], Decimal]) -> GoalInput:
        """With what is held on one side of the proposal. Gains are those of today on both."""
        keys = {str(row.uuid) for row in self.counted}
        money = [(row.asset, float(side(row))) for row in self.found.book.positions if row.account in keys]
        goal, months = self.goal, months_between(self.household.as_of, self.goal.date)
        return GoalInput(
            as_of=self.household.as_of,
            mix=mix_of(money, self.traits),
            course=Course(
                start=max(0.0, sum(value for _, value in money)),
                months=months,
                amount=0.0 if lives_on(goal) else float(goal.amount),
                contribution=float(goal.monthly_contribution),
                indexed=goal.contribution_indexed,
                withdrawal=float(goal.monthly_withdrawal),
                spending=12 * goal.withdrawal_years,
                inflation=INFLATION,
                taxes=self._taxes(),
            ),
            costs=self._costs(money),
            entered=entered(goal),
            paths=PATHS if 12 * goal.withdrawal_years + months <= LONG else PATHS // 2,
            seed=goal.uuid.int % 2**32,
        )

    def _taxes(self) -> Taxes:
        """Parts of the value by how an account is taxed, at the rates that the household entered."""
        value: dict[str, Decimal] = defaultdict(Decimal)
        kinds = {str(row.uuid): row.kind for row in self.counted}
        for row in self.found.book.positions:
            if row.account in kinds:
                value[_taxed_as(kinds[row.account])] += row.before
        total = float(sum(value.values()))
        if total <= 0:
            return Taxes()
        profile = TaxProfile.objects.get(household=self.household)
        return Taxes(
            deferred=float(value["deferred"]) / total,
            taxable=float(value["taxable"]) / total,
            gain=self._gain(float(value["taxable"])),
            income_rate=float(profile.short_rate + profile.state_rate),
            gain_rate=float(profile.long_rate + profile.state_rate),
            yield_rate=YIELD,
        )

    def _gain(self, taxable: float) -> float:
        """Part of the taxable value that is gain; a lot whose basis is unknown counts as if it had none."""
        quotes, pks = self.found.quotes, {row.pk for row in self.counted if row.is_taxable}
        gain = 0.0
        for lot in self.found.lots:
            if lot.account_id in pks and lot.instrument_id in quotes:
                worth = lot.quantity * quotes[lot.instrument_id].close
                basis = lot.basis_at(worth)
                gain += float(worth - basis) if basis is not None else 0.0
        return min(1.0, max(0.0, gain / taxable)) if taxable > 0 else 0.0

    def _costs(self, money: Iterable[tuple[str, float]]) -> float:
        """What the funds take a year, a fraction of the value."""
        ratios = {asset.id: float(asset.expense_ratio) for asset in self.found.book.assets}
        rows = list(money)
        total = sum(value for _, value in rows)
        return sum(value * ratios.get(asset, 0.0) for asset, value in rows) / total if total > 0 else 0.0


def lives_on(goal: Goal) -> bool:
    """Whether the goal is that withdrawals last, whatever is there at the date."""
    return bool(goal.kind == Goal.Kind.INCOME and goal.monthly_withdrawal)


def entered(goal: Goal) -> Entered | None:
    if goal.target_return is None:
        return None
    return Entered(float(goal.target_return), None if goal.target_volatility is None else float(goal.target_volatility))


def _taxed_as(kind: str) -> str:
    if kind in TAXED_KINDS:
        return "taxable"
    return "deferred" if kind in DEFERRED else "free"


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole months; 0 where the end has come."""
    months = 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)
    return max(0, months)
