"""A policy version in words, and what one version says differently from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import day, money
from optimizer import selectors
from optimizer.forms.drafts import one_stock
from optimizer.forms.fields import in_percent
from optimizer.forms.subjects import ABOUT, Subjects
from optimizer.models import PolicyConstraint, PolicyVersion, Strategy
from optimizer.pages.position import Position

Kind = PolicyConstraint.Kind
SHOWN_VERSIONS = 10
SECTIONS = ("Strategy", "Views", "Limits", "Exclusions", "Cash and withdrawals", "Tax and trading", "Target weights")


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` is unique in a version; `short` is enough under the section's title."""

    section: str
    name: str
    value: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of the history, and what it changed; the first one changed nothing."""

    version: PolicyVersion
    changes: Sequence[str]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What stored ids are called."""

    subjects: Subjects
    accounts: Mapping[str, str]
    stocks: frozenset[str]
    currency: str


def names(household: Household, subjects: Subjects, position: Position, version: PolicyVersion | None) -> Names:
    accounts = {str(account.uuid): account.name for account in position.accounts}
    return Names(subjects, accounts, stocks(position, version), household.base_currency)


def stocks(position: Position, version: PolicyVersion | None) -> frozenset[str]:
    """UUIDs of the stocks that are held or targeted."""
    held = list(position.instruments.values())
    targeted = [row.instrument for row in version.targets.all() if row.instrument] if version else []
    return frozenset(str(row.uuid) for row in [*held, *targeted] if row.kind == row.Kind.STOCK)


def versions(household: Household) -> list[PolicyVersion]:
    """The newest versions with all they say: three queries."""
    rows = selectors.versions(household).prefetch_related(
        "targets__instrument", "constraints", "views__instrument", "views__against"
    )
    return list(rows[: SHOWN_VERSIONS + 1])


def history(found: Sequence[PolicyVersion], names: Names) -> list[Entry]:
    said = [facts(version, names) for version in found]
    entries = []
    for at, version in enumerate(found[:SHOWN_VERSIONS]):
        is_first = at + 1 == len(found)
        entries.append(Entry(version, [] if is_first else changes(said[at + 1], said[at]), is_first))
    return entries


def sections(version: PolicyVersion, names: Names) -> list[tuple[str, list[Fact]]]:
    said = facts(version, names)
    grouped = [(section, [fact for fact in said if fact.section == section]) for section in SECTIONS]
    return [(section, rows) for section, rows in grouped if rows]


def changes(old: Sequence[Fact], new: Sequence[Fact]) -> list[str]:
    before = {fact.name: fact.value for fact in old}
    after = {fact.name: fact.value for fact in new}
    return [
        *(f"{name}: {before[name]} → {value}" for name, value in after.items() if before.get(name, value) != value),
        *(f"{name}: {value}, new" for name, value in after.items() if name not in before),
        *(f"{name}: {value}, dropped" for name, value in before.items() if name not in after),
    ]


def facts(version: PolicyVersion, names: Names) -> list[Fact]:
    constraints = list(version.constraints.all())
    common, others = one_stock(constraints, names.stocks)
    limits = [_constraint(row, names) for row in others]
    if common is not None:
        limits.insert(0, Fact("Limits", "One stock", f"at most {in_percent(common)}%"))
    return [*_strategy(version, names), *_views(version), *limits, *_targets(version)]


def _strategy(version: PolicyVersion, names: Names) -> Iterator[Fact]:
    yield Fact("Strategy", "Strategy", version.get_strategy_display())
    if version.aversion is not None:
        yield Fact("Strategy", "Aversion to risk", f"{version.aversion:f}")
    for name, value in (("Return", version.target_return), ("Volatility", version.target_volatility)):
        if value is not None:
            yield Fact("Strategy", f"{name} to aim at", f"{in_percent(value)}% a year")
    yield Fact("Strategy", "Risk estimate", version.get_estimator_display())
    yield Fact("Strategy", "Drift band", f"{in_percent(version.drift_band)} points")
    yield Fact("Strategy", "Weight of risk", risk_in_words(version.risk_aversion))
    yield Fact("Tax and trading", "Smallest trade", money(version.minimum_trade, names.currency))
    yield Fact("Tax and trading", "Cost of idle cash", f"{in_percent(version.idle_cash_rate)}% a year")


def _views(version: PolicyVersion) -> Iterator[Fact]:
    for row in version.views.all():
        name = f"{row.instrument.symbol} above {row.against.symbol if row.against else 'cash'}"
        yield Fact("Views", name, f"{in_percent(row.by)}% a year, {in_percent(row.confidence)}% sure")


def _targets(version: PolicyVersion) -> Iterator[Fact]:
    strategy = Strategy(version.strategy)
    role = "" if strategy == Strategy.FIXED else f" {strategy.role}"
    for row in version.targets.all():
        name = row.instrument.symbol if row.instrument else "Cash"
        computed = row.instrument is not None and (not strategy.role or not (strategy.adds_up or row.weight))
        value = "computed" if computed else f"{in_percent(row.weight)}%{role if row.instrument else ''}"
        yield Fact("Target weights", f"Target of {name}", value, short=name)


def _constraint(row: PolicyConstraint, names: Names) -> Fact:
    kind = Kind(row.kind)
    amount = money(row.low if row.low is not None else row.high, names.currency)
    if kind in ABOUT:
        return _about(row, names)
    if kind == Kind.MINIMUM_CASH:
        whose = names.accounts.get(row.subject, row.subject) if row.subject else "all accounts together"
        return Fact("Cash and withdrawals", f"Cash, {whose}", f"at least {amount}")
    if kind == Kind.WITHDRAWAL:
        whose = names.accounts.get(row.subject, row.subject)
        return Fact("Cash and withdrawals", f"Withdrawal from {whose} on {day(row.date)}", amount)
    if kind == Kind.TAX_BUDGET:
        return Fact("Tax and trading", "Tax added this year", f"at most {amount}")
    return Fact("Tax and trading", kind.label, f"at most {in_percent(row.high or Decimal(0))}%")


def _about(row: PolicyConstraint, names: Names) -> Fact:
    """A limit on, or the exclusion of, an instrument, sector, class or theme."""
    label = names.subjects.stored(row.kind, row.subject).label
    if row.kind.startswith("exclude"):
        return Fact("Exclusions", label, "kept, never bought" if row.high is None else "sold down, never bought")
    low = f"at least {in_percent(row.low)}%" if row.low is not None else ""
    high = f"at most {in_percent(row.high)}%" if row.high is not None else ""
    soft = "" if row.hard else f" (soft, priority {row.priority})"
    return Fact("Limits", label, " and ".join(filter(None, [low, high])) + soft)


def risk_in_words(aversion: Decimal) -> str:
    """The risk term a / 2 x variance, at a tracking error of 2 % a year."""
    return f"{aversion:f}: a tracking error of 2.0% weighs as much as {in_percent(worth(aversion))}% in tax and cost"


def worth(aversion: Decimal) -> Decimal:
    return aversion / 2 * Decimal("0.0004")
