"""Whether a set of trades may be booked alone: cash of each account, hard weight limits, the tax budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Household
from holdings import selectors as holdings
from optimizer import selectors
from optimizer.models import Decision, PolicyConstraint, Proposal, Side, Trade

Kind = PolicyConstraint.Kind
WEIGHTS = [Kind.INSTRUMENT_WEIGHT, Kind.SECTOR_WEIGHT, Kind.CLASS_WEIGHT, Kind.THEME_WEIGHT]
HAIR = Decimal("0.000001")


@dataclass(slots=True)
class Position:
    """What the household would hold: value by instrument id, cash by account id, in base currency."""

    value: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    cash: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def after(self, trades: Iterable[Trade]) -> Position:
        moved = Position(defaultdict(Decimal, self.value), defaultdict(Decimal, self.cash))
        for trade in trades:
            sign = -1 if trade.side == Side.SELL else 1
            moved.value[trade.instrument_id] += sign * trade.value
            moved.cash[trade.account_id] -= sign * trade.value + trade.cost
        return moved

    @property
    def total(self) -> Decimal:
        return sum(self.value.values(), Decimal(0)) + sum(self.cash.values(), Decimal(0))

    def weight(self, instruments: Iterable[int]) -> Decimal:
        return sum((self.value.get(pk, Decimal(0)) for pk in instruments), Decimal(0)) / self.total


def objections(proposal: Proposal, trades: Sequence[Trade]) -> list[str]:
    """Sentences that name what the set alone would break, and the remedy; empty when it may be booked.

    A limit that is broken already is no objection as long as the set does not make it worse.
    """
    if not trades:
        return []
    household = proposal.household
    now = _today(household).after(order.trade for order in selectors.open_orders(household))
    then = now.after(trades)
    constraints = list(proposal.version.constraints.filter(hard=True))
    return [
        *_cash(household, trades, now, then, constraints),
        *_weights(household, now, then, [row for row in constraints if row.kind in WEIGHTS]),
        *_tax(proposal, trades, constraints),
    ]


def _today(household: Household) -> Position:
    lots = list(holdings.lots(household))
    quotes = holdings.quotes({lot.instrument_id for lot in lots}, household.as_of)
    position = Position()
    for lot in lots:
        position.value[lot.instrument_id] += lot.quantity * quotes[lot.instrument_id].close
    for account, amount in holdings.cash(household).items():
        position.cash[account] += amount
    return position


def _cash(
    household: Household, trades: Sequence[Trade], now: Position, then: Position, rows: Sequence[PolicyConstraint]
) -> list[str]:
    floors = {row.subject: row.low or Decimal(0) for row in rows if row.kind == Kind.MINIMUM_CASH}
    said = []
    for account in {trade.account_id: trade.account for trade in trades}.values():
        floor = floors.get(str(account.uuid), Decimal(0))
        left = then.cash[account.pk]
        if left < floor and left < now.cash[account.pk]:
            said.append(
                f"{account.name}: these purchases would leave ${left:,.0f} of cash, below ${floor:,.0f}. "
                "Approve the sales that fund them too, or fewer purchases."
            )
    total, least = sum(then.cash.values(), Decimal(0)), floors.get("", Decimal(0))
    if not said and total < least and total < sum(now.cash.values(), Decimal(0)):
        said.append(
            f"The household would keep ${total:,.0f} of cash; the minimum is ${least:,.0f}. Approve fewer purchases."
        )
    return said


def _weights(household: Household, now: Position, then: Position, rows: Sequence[PolicyConstraint]) -> list[str]:
    members = _members(household, then.value, rows)
    said = []
    for row in rows:
        before, after = now.weight(members[row.pk]), then.weight(members[row.pk])
        name = row.subject_name()
        if row.high is not None and after > max(row.high, before) + HAIR:
            said.append(f"{name} would be {after:.1%}; the limit is {row.high:.1%}. Approve its reductions too.")
        if row.low is not None and after < min(row.low, before) - HAIR:
            said.append(f"{name} would be {after:.1%}; the floor is {row.low:.1%}. Approve its increases too.")
    return said


def _members(
    household: Household, held: Mapping[int, Decimal], rows: Sequence[PolicyConstraint]
) -> dict[int, set[int]]:
    """Instrument ids that each weight limit counts."""
    classes, themes = holdings.classifications(household), holdings.themes(household)
    names = holdings.instrument_ids(held)
    by_subject: dict[tuple[str, str], set[int]] = defaultdict(set)
    for pk in held:
        by_subject[Kind.INSTRUMENT_WEIGHT, names[pk]].add(pk)
        by_subject[Kind.SECTOR_WEIGHT, holdings.sector_of(classes.get(pk))].add(pk)
        by_subject[Kind.CLASS_WEIGHT, classes[pk].asset_class if pk in classes else "other"].add(pk)
        for tag in themes.get(pk, []):
            by_subject[Kind.THEME_WEIGHT, tag.theme].add(pk)
    return {row.pk: by_subject[row.kind, row.subject] for row in rows}


def _tax(proposal: Proposal, trades: Sequence[Trade], rows: Sequence[PolicyConstraint]) -> list[str]:
    budget = next((row.high for row in rows if row.kind == Kind.TAX_BUDGET), None)
    approved = proposal.trades.filter(decision__verdict=Decision.Verdict.APPROVED)
    tax = sum((trade.tax for trade in [*approved, *trades]), Decimal(0))
    if budget is None or tax <= budget:
        return []
    return [f"The approved trades would add ${tax:,.0f} of tax; the budget is ${budget:,.0f}. Approve the losses too."]
