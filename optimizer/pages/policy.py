"""A policy version in words, and what one version says differently from the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import day, money
from optimizer import selectors
from optimizer.forms.fields import in_percent
from optimizer.forms.limits import Given
from optimizer.forms.subjects import Subjects
from optimizer.models import PolicyVersion, Strategy
from optimizer.pages import policy_limits as said
from optimizer.pages.position import Position

SHOWN_VERSIONS = 10
SECTIONS = ("Strategy", "Views", *said.SECTIONS, "Target weights")


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` is unique in a version, a hard and a soft limit of one kind apart; `short` is enough under the section."""

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


def given(household: Household, subjects: Subjects, position: Position) -> Given:
    return Given(subjects, position.accounts, household.as_of, _lots(position), household.base_currency)


def _lots(position: Position) -> dict[str, str]:
    """What each lot is called, by its key; lots that are alike are numbered."""
    called: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for lot in position.lots:
        bought = day(lot.acquired) if lot.acquired else "unknown date"
        name = f"{lot.instrument.symbol}, lot of {bought}, {lot.account.name}"
        alike[name] += 1
        called[lot.key] = name if alike[name] == 1 else f"{name}, number {alike[name]}"
    return called


def unscreened(position: Position, tagged: Collection[int]) -> list[str]:
    """Symbols of what is held and carries no theme: no exclusion by theme reaches them."""
    return sorted(row.symbol for pk, row in position.instruments.items() if pk not in tagged)


def versions(household: Household) -> list[PolicyVersion]:
    """The newest versions with all they say: three queries."""
    return list(selectors.versions_in_full(household)[: SHOWN_VERSIONS + 1])


def history(found: Sequence[PolicyVersion], names: Given) -> list[Entry]:
    every = [facts(version, names) for version in found]
    entries = []
    for at, version in enumerate(found[:SHOWN_VERSIONS]):
        is_first = at + 1 == len(found)
        entries.append(Entry(version, [] if is_first else changes(every[at + 1], every[at]), is_first))
    return entries


def sections(version: PolicyVersion, names: Given) -> list[tuple[str, list[Fact]]]:
    every = facts(version, names)
    grouped = [(section, [fact for fact in every if fact.section == section]) for section in SECTIONS]
    return [(section, rows) for section, rows in grouped if rows]


def changes(old: Sequence[Fact], new: Sequence[Fact]) -> list[str]:
    """By name. Where several facts share one, as a hard and a soft limit may, those that differ are paired in order."""
    gone, come = _values(old, new), _values(new, old)
    moved, added, dropped = list[str](), list[str](), list[str]()
    for name in dict.fromkeys((*come, *gone)):
        before, after = gone.get(name, []), come.get(name, [])
        pairs = min(len(before), len(after))
        moved += [f"{name}: {was} → {now}" for was, now in zip(before[:pairs], after[:pairs], strict=True)]
        added += [f"{name}: {value}, new" for value in after[pairs:]]
        dropped += [f"{name}: {value}, dropped" for value in before[pairs:]]
    return [*moved, *added, *dropped]


def _values(facts: Sequence[Fact], others: Sequence[Fact]) -> dict[str, list[str]]:
    """By name the values that the others do not have, each as often as it is had more often."""
    left = Counter((fact.name, fact.value) for fact in facts) - Counter((fact.name, fact.value) for fact in others)
    found: dict[str, list[str]] = {}
    for name, value in left.elements():
        found.setdefault(name, []).append(value)
    return found


def facts(version: PolicyVersion, names: Given) -> list[Fact]:
    limits = [Fact(*said.words(row, names)) for row in version.constraints.all()]
    return [*_strategy(version, names), *_views(version), *limits, *_targets(version)]


def _strategy(version: PolicyVersion, names: Given) -> Iterator[Fact]:
    yield Fact("Strategy", "Strategy", version.get_strategy_display())
    if version.aversion is not None:
        yield Fact("Strategy", "Aversion to risk", f"{version.aversion:f}")
    for name, value in (("Return", version.target_return), ("Volatility", version.target_volatility)):
        if value is not None:
            yield Fact("Strategy", f"{name} to aim at", f"{in_percent(value)}% a year")
    yield Fact("Strategy", "Risk estimate", version.get_estimator_display())
    if version.signals:
        yield Fact("Strategy", "Signals", "read where their record supports them")
    yield Fact("Strategy", "Drift band", f"{in_percent(version.drift_band)} points")
    yield Fact("Strategy", "Weight of risk", risk_in_words(version.risk_aversion))
    yield Fact("Trading", "Smallest trade", money(version.minimum_trade, names.currency))
    if version.reserve_tax:
        yield Fact("Tax", "Tax that a plan adds", "kept in cash where it is due")
    yield Fact("Cash and liquidity", "Cost of idle cash", f"{in_percent(version.idle_cash_rate)}% a year")


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


def risk_in_words(aversion: Decimal) -> str:
    """The risk term a / 2 x variance, at a tracking error of 2 % a year."""
    return f"{aversion:f}: a tracking error of 2.0% weighs as much as {in_percent(worth(aversion))}% in tax and cost"


def worth(aversion: Decimal) -> Decimal:
    return aversion / 2 * Decimal("0.0004")
