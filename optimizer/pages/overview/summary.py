"""Accounts, gains by term, goals and risk: the small tables beside the chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Goal
from holdings.measures.risk import Drawdown
from holdings.models import BrokerageAccount, GoalAccount, RealisedGain, Term
from optimizer.models import PolicyConstraint, PolicyVersion, Proposal
from optimizer.pages.position import ZERO, Position
from optimizer.pages.words import named


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: BrokerageAccount
    value: Decimal
    share: Decimal
    cash: Decimal


def accounts(position: Position) -> list[AccountRow]:
    return [
        AccountRow(
            account,
            position.by_account[account.pk],
            position.share(position.by_account[account.pk]),
            position.cash.get(account.pk, ZERO),
        )
        for account in position.accounts
    ]


@dataclass(frozen=True, slots=True)
class TermRow:
    word: str
    is_long: bool
    realised: Decimal
    unrealised: Decimal


@dataclass(frozen=True, slots=True)
class Gains:
    """Of the taxable accounts; what has no known gain or term is counted, never guessed."""

    year: int
    rows: Sequence[TermRow]
    unknown_sales: int
    unknown_lots: int


def gains(position: Position, realised: Iterable[RealisedGain]) -> Gains:
    taxed = {account.pk for account in position.accounts if account.is_taxable}
    year = position.as_of.year
    sales = [row for row in realised if row.account_id in taxed and row.sold.year == year]
    lots = [lot for lot in position.lots if lot.account_id in taxed]
    done: dict[str, Decimal] = defaultdict(Decimal)
    for row in sales:
        done[row.term] += _gain(row, position.currency) or ZERO
    held: dict[str, Decimal] = defaultdict(Decimal)
    for lot in lots:
        basis, term = lot.basis_at(position.worth(lot)), lot.term_on(position.as_of)
        if basis is not None and term is not None:
            held[term] += position.worth(lot) - basis
    return Gains(
        year,
        [TermRow(term.label, term == Term.LONG, done[term], held[term]) for term in Term],
        unknown_sales=sum(_gain(row, position.currency) is None or not row.term for row in sales),
        unknown_lots=sum(lot.is_incomplete for lot in lots),
    )


def _gain(row: RealisedGain, currency: str) -> Decimal | None:
    """In the household's currency, at the rates of purchase and sale."""
    if row.currency == currency:
        gain: Decimal | None = row.gain
        return gain
    return None if row.base_proceeds is None or row.base_basis is None else row.base_proceeds - row.base_basis


@dataclass(frozen=True, slots=True)
class GoalRow:
    """`odds` in a line; empty where none are computed any more."""

    goal: Goal
    value: Decimal
    counted: str
    odds: str

    @property
    def part(self) -> Decimal:
        return self.value / self.goal.amount if self.goal.amount else ZERO


def goals(
    position: Position, rows: Iterable[Goal], links: Iterable[GoalAccount], odds: Mapping[int, str]
) -> list[GoalRow]:
    """What each goal has so far: its linked accounts, or the whole household where none is linked."""
    linked: dict[int, set[int]] = defaultdict(set)
    for link in links:
        linked[link.goal_id].add(link.account_id)
    return [_goal(position, goal, linked[goal.pk], odds.get(goal.pk, "")) for goal in rows]


def _goal(position: Position, goal: Goal, linked: set[int], odds: str) -> GoalRow:
    counted = [account for account in position.accounts if account.pk in linked]
    if not counted:
        return GoalRow(goal, position.total, "the whole household", odds)
    value = sum((position.by_account[account.pk] for account in counted), ZERO)
    return GoalRow(goal, value, named(account.name for account in counted), odds)


@dataclass(frozen=True, slots=True)
class RiskRow:
    """`limit` is a fraction, or None where nobody set one."""

    name: str
    now: float | None
    limit: Decimal | None


def risk(
    last: Proposal | None, version: PolicyVersion | None, rows: Iterable[Goal], deepest: Drawdown | None, words: str
) -> list[RiskRow]:
    """The forecast before any trade of the latest proposal, and the deepest fall that was seen."""
    wanted = list(rows)
    measured: Mapping[str, Any] = last.measures.get("before", {}) if last else {}
    falls = [goal.acceptable_drawdown for goal in wanted if goal.acceptable_drawdown is not None]
    swings = [goal.target_volatility for goal in wanted if goal.target_volatility is not None]
    return [
        RiskRow("Volatility forecast, a year", measured.get("volatility"), min(swings, default=None)),
        RiskRow("Average loss in the worst 5% of months", _negative(measured.get("cvar_95")), None),
        RiskRow(
            f"Deepest fall, {words}",
            deepest.depth if deepest else 0.0,
            -min(falls) if falls else None,
        ),
        RiskRow("Tracking error to target, a year", measured.get("tracking_error"), _tracking_limit(version)),
    ]


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


def _tracking_limit(version: PolicyVersion | None) -> Decimal | None:
    rows = version.constraints.all() if version else []
    limits = [row.high for row in rows if row.kind == PolicyConstraint.Kind.TRACKING_ERROR and row.high is not None]
    return min(limits, default=None)
