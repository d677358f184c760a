"""One tax return of the year as the page shows it: of the household, or of each spouse who is taxed apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household, Person
from accounts.templatetags.formats import SYMBOLS
from holdings.figures import Figure
from holdings.figures.brackets import brackets
from holdings.ledger.types import ZERO
from optimizer.pages.tax.gains import CarryRow, Part, PotRow, carries, parts, pots
from optimizer.pages.tax.year import YearShown


@dataclass(frozen=True)
class ReturnShown:
    """name: whose it is, "" where the household has one return."""

    shown: YearShown
    name: str
    pots: Sequence[PotRow]
    carries: Sequence[CarryRow]
    parts: Sequence[Part]
    brackets: Figure | None

    @property
    def totals(self) -> dict[str, Decimal]:
        """Of the pots."""
        return {
            "disallowed": sum((row.disallowed for row in self.pots), ZERO),
            "exempt": sum((row.exempt for row in self.pots), ZERO),
            "net": sum((row.net for row in self.pots), ZERO),
            "proposed": sum((row.proposed or ZERO for row in self.pots), ZERO),
        }

    @property
    def has_exempt(self) -> bool:
        return any(row.exempt for row in self.pots)


def returns_shown(household: Household, shown: YearShown) -> list[ReturnShown]:
    """The taxpayer's first. One query where there are two."""
    if shown.spouse is None:
        return [_return(household, shown, "")]
    names = dict(household.persons.order_by("-id").values_list("relation", "name"))
    relations = (Person.Relation.SELF, Person.Relation.SPOUSE)
    both = zip((shown, shown.spouse), relations, strict=True)
    return [_return(household, each, names.get(relation, "")) for each, relation in both]


def _return(household: Household, shown: YearShown, name: str) -> ReturnShown:
    symbol = SYMBOLS.get(household.base_currency, household.base_currency)
    schedules = shown.assessment.schedules if shown.assessment else ()
    return ReturnShown(
        shown=shown,
        name=name,
        pots=pots(shown),
        carries=carries(shown),
        parts=parts(shown),
        brackets=brackets(schedules, symbol) if schedules else None,
    )
