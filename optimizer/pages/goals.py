"""The page of goals and constraints: what is wanted, within which limits, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import selectors as people
from accounts.models import Household, TaxProfile
from holdings.models import GoalAccount, Sector
from optimizer.forms.subjects import subjects
from optimizer.models import PolicyVersion
from optimizer.pages import policy
from optimizer.pages import position as positions
from optimizer.pages.overview import summary


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    symbols: str


@dataclass(frozen=True, slots=True)
class Goals:
    goals: Sequence[summary.GoalRow]
    version: PolicyVersion | None
    sections: Sequence[tuple[str, Sequence[policy.Fact]]]
    history: Sequence[policy.Entry]
    tax: TaxProfile
    themes: Sequence[Theme]
    unscreened: Sequence[str]
    unclassified: Sequence[str]


def goals(household: Household) -> Goals:
    position = positions.load(household)
    found = policy.versions(household)
    version = found[0] if found else None
    named = policy.names(household, subjects(household), position, version)
    links = GoalAccount.objects.filter(goal__household=household)
    tagged, symbols = _themes(household)
    held = sorted(position.instruments.items(), key=lambda item: item[1].symbol)
    return Goals(
        goals=summary.goals(position, people.goals(household), links),
        version=version,
        sections=policy.sections(version, named) if version else [],
        history=policy.history(found, named),
        tax=household.tax_profile,
        themes=tagged,
        unscreened=[row.symbol for pk, row in held if pk not in symbols],
        unclassified=[row.symbol for pk, row in held if position.sector(pk) == Sector.UNKNOWN],
    )


def _themes(household: Household) -> tuple[list[Theme], set[int]]:
    """Themes with the instruments that carry them, and the ids of all tagged instruments."""
    rows = list(household.theme_tags.select_related("instrument"))
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row.theme, []).append(row.instrument.symbol)
    return [Theme(name, ", ".join(symbols)) for name, symbols in names.items()], {row.instrument_id for row in rows}
