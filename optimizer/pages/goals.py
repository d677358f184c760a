"""The page of goals and constraints: what is wanted, within which limits, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import selectors as people
from accounts.countries import countries
from accounts.models import Household, TaxProfile
from holdings.models import GoalAccount, Sector, ThemeTag
from holdings.taxation.facts import COUNTRIES, coverage_gaps
from optimizer.forms.subjects import subjects
from optimizer.models import PolicyVersion
from optimizer.pages import policy
from optimizer.pages import position as positions
from optimizer.pages.evidence import goals as evidence
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
    country: str
    has_rules: bool
    gaps: Sequence[str]
    themes: Sequence[Theme]
    unscreened: Sequence[str]
    unclassified: Sequence[str]


def goals(household: Household) -> Goals:
    position = positions.load(household)
    found = policy.versions(household)
    version = found[0] if found else None
    tags = list(household.theme_tags.select_related("instrument"))
    known = subjects(household, [tag.theme for tag in tags], position.classes.values())
    named = policy.given(household, known, position)
    links = GoalAccount.objects.filter(goal__household=household)
    tagged = {tag.instrument_id for tag in tags}
    held = sorted(position.instruments.items(), key=lambda item: item[1].symbol)
    wanted = list(people.goals(household))
    return Goals(
        goals=summary.goals(position, wanted, links, evidence.progress(household, wanted)),
        version=version,
        sections=policy.sections(version, named) if version else [],
        history=policy.history(found, named),
        tax=household.tax_profile,
        country=countries().get(household.tax_profile.country, household.tax_profile.country),
        has_rules=household.tax_profile.country in COUNTRIES,
        gaps=coverage_gaps(household),
        themes=_themes(tags),
        unscreened=policy.unscreened(position, tagged),
        unclassified=[row.symbol for pk, row in held if position.sector(pk) == Sector.UNKNOWN],
    )


def _themes(tags: Sequence[ThemeTag]) -> list[Theme]:
    """Themes with the instruments that carry them."""
    names: dict[str, list[str]] = {}
    for tag in tags:
        names.setdefault(tag.theme, []).append(tag.instrument.symbol)
    return [Theme(name, ", ".join(symbols)) for name, symbols in names.items()]
