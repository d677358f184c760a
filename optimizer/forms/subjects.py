"""What a limit can be about, by the words that a person types: AAPL; Energy, sector; Stocks, class; tobacco, theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Household
from holdings.models import AssetClass, Classification, Instrument, Sector
from optimizer.models import PolicyConstraint

Kind = PolicyConstraint.Kind
THEME = ", theme"
EACH_STOCK = "each stock"
WEIGHT = {
    "instrument": Kind.INSTRUMENT_WEIGHT,
    EACH_STOCK: Kind.EACH_STOCK,
    "issuer": Kind.ISSUER_WEIGHT,
    "class": Kind.CLASS_WEIGHT,
    "sector": Kind.SECTOR_WEIGHT,
    "region": Kind.REGION_WEIGHT,
    "currency": Kind.CURRENCY_WEIGHT,
    "theme": Kind.THEME_WEIGHT,
}
EXCLUDE = {"instrument": Kind.EXCLUDE_INSTRUMENT, "sector": Kind.EXCLUDE_SECTOR, "theme": Kind.EXCLUDE_THEME}
ABOUT = {kind: about for table in (WEIGHT, EXCLUDE) for about, kind in table.items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """`about` is a key of WEIGHT or EXCLUDE; `token` is what a constraint stores."""

    about: str
    token: str
    label: str


class Subjects:
    """Finds a subject by what is typed, whatever its case, and gives a stored one its label."""

    def __init__(
        self,
        instruments: Sequence[Instrument],
        themes: Iterable[str],
        issuers: Iterable[str] = (),
        regions: Iterable[str] = (),
    ) -> None:
        self.by_symbol = {row.symbol.upper(): row for row in instruments}
        self.by_uuid = {str(row.uuid): row for row in instruments}
        every = [
            *(Subject("instrument", uuid, row.symbol) for uuid, row in self.by_uuid.items()),
            *(Subject("sector", token, f"{label}, sector") for token, label in Sector.choices),
            *(Subject("class", token, f"{label}, class") for token, label in AssetClass.choices),
            Subject(EACH_STOCK, "", "Each stock"),
            *(_named("issuer", name) for name in sorted(set(issuers) - {""})),
            *(_named("region", name) for name in sorted(set(regions) - {""})),
            *(_named("currency", code) for code in sorted({row.currency for row in instruments})),
            *(_theme(theme) for theme in sorted(set(themes))),
        ]
        self.options = [subject.label for subject in every]
        self._stored = {(subject.about, subject.token): subject for subject in every}
        self._typed = {subject.label.lower(): subject for subject in every}
        for subject in every:
            self._typed.setdefault(subject.label.rpartition(", ")[0].lower() or subject.label.lower(), subject)

    def find(self, text: str) -> Subject | None:
        """None for what is not known; a theme that no instrument carries yet is found by its suffix."""
        typed = " ".join(text.split())
        known = self._typed.get(typed.lower())
        if known or not typed.lower().endswith(THEME):
            return known
        theme = typed[: -len(THEME)].strip().lower()
        return _theme(theme) if theme else None

    def symbol(self, uuid: str) -> str:
        found = self.by_uuid.get(uuid)
        return found.symbol if found else uuid

    def label(self, about: str, token: str) -> str:
        """What is typed for a stored subject; one that is not known any more stands as it was stored."""
        known = self._stored.get((about, token))
        return known.label if known else token

    def stored(self, kind: str, token: str) -> Subject:
        about = ABOUT[Kind(kind)]
        known = self._stored.get((about, token))
        plain = about in {"instrument", "sector", "class"}
        return known or (Subject(about, token, token) if plain else _named(about, token))


def _theme(theme: str) -> Subject:
    return _named("theme", theme)


def _named(about: str, token: str) -> Subject:
    return Subject(about, token, f"{token}, {about}")


def subjects(
    household: Household, themes: Iterable[str] | None = None, classes: Iterable[Classification] | None = None
) -> Subjects:
    """Three queries, one less for each that is given. Indices are left out: nobody can hold one."""
    instruments = Instrument.objects.filter(currency=household.base_currency).exclude(kind=Instrument.Kind.INDEX)
    named = household.theme_tags.values_list("theme", flat=True) if themes is None else themes
    rows = list(household.classifications.all() if classes is None else classes)
    return Subjects(list(instruments), named, [row.issuer for row in rows], [row.region for row in rows])
